package io.fastroom.persistence;

import io.fastroom.persistence.ReactionApi.FindReactions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What readers themselves react to, asked at each join of a room with reactions: those who join at the same time share
 * statements. Thread: any; shared by all verticles of the node.
 */
final class ReactionStore {
  /** Questions in a statement; each is about a page of messages at most. */
  private static final int GROUP = 64;
  static final String FIND = """
      SELECT i.nth, y.message_id, y.emoji
      FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[]) AS i(nth, room, reader, message)
      JOIN reactions y ON y.room_id = i.room AND y.message_id = i.message AND y.user_id = i.reader""";

  private final Database database;
  private final Gathering<FindReactions, Map<Long, Set<String>>> questions = new Gathering<>(GROUP, this::all);

  ReactionStore(Database database) {
    this.database = database;
  }

  Future<Map<Long, Set<String>>> find(FindReactions q) {
    return questions.ask(q).recover(failure -> Future.failedFuture(SqlErrors.translate(failure)));
  }

  private Future<List<Map<Long, Set<String>>>> all(List<FindReactions> questions) {
    List<Integer> nth = new ArrayList<>();
    List<Long> rooms = new ArrayList<>();
    List<Long> readers = new ArrayList<>();
    List<Long> messages = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      for (long message : questions.get(i).messageIds()) {
        nth.add(i);
        rooms.add(questions.get(i).roomId());
        readers.add(questions.get(i).userId());
        messages.add(message);
      }
    }
    Tuple asked = Tuple.tuple().addArrayOfInteger(nth.toArray(Integer[]::new)).addArrayOfLong(rooms.toArray(Long[]::new))
        .addArrayOfLong(readers.toArray(Long[]::new)).addArrayOfLong(messages.toArray(Long[]::new));
    return database.raw(Database.QUESTION_MILLIS, connection -> connection.preparedQuery(FIND).execute(asked))
        .map(rows -> answers(questions.size(), rows));
  }

  private static List<Map<Long, Set<String>>> answers(int size, RowSet<Row> rows) {
    List<Map<Long, Set<String>>> answers = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      answers.add(new HashMap<>());
    }
    rows.forEach(row -> answers.get(row.getInteger(0)).computeIfAbsent(row.getLong(1), id -> new HashSet<>())
        .add(row.getString(2)));
    return answers;
  }
}
