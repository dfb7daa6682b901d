package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Message;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.persistence.PersistenceApi.Append;
import io.fastroom.persistence.PersistenceApi.Appended;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Messages that are committed by one statement. Thread: the chat writer's. */
final class ChatBatch {
  static final String APPEND = """
      SELECT at, outcomes, ids, seqs, room_names FROM append_chats_v1($1, $2, $3, $4, $5, $6, $7, $8, $9)""";
  /** By the outcomes of {@code append_chats_v1}, from 2 on. */
  private static final Problem[] REFUSALS = {
      Problem.ROOM_NOT_FOUND, Problem.NOT_IN_ROOM, Problem.BANNED, Problem.MUTED};

  /** @param deadline of the answer, by {@link System#currentTimeMillis} */
  record PendingChat(Append chat, Promise<Appended> answer, long deadline) { }

  final long number;
  final List<PendingChat> items;
  /** Whether an earlier attempt may have been committed without our knowing. */
  boolean again;

  ChatBatch(long number, List<PendingChat> items) {
    this.number = number;
    this.items = items;
  }

  /** The first item's, which is the oldest. */
  long deadline() {
    return items.get(0).deadline();
  }

  /** @param notAfter by the database's clock: it refuses to commit what the askers have been told is lost */
  Tuple parameters(long lane, OffsetDateTime notAfter) {
    return Tuple.tuple().addLong(lane).addLong(number).addBoolean(again).addOffsetDateTime(notAfter)
        .addArrayOfLong(column(Append::roomId, Long[]::new))
        .addArrayOfLong(column(Append::userId, Long[]::new))
        .addArrayOfString(column(Append::username, String[]::new))
        .addArrayOfString(column(Append::text, String[]::new))
        .addArrayOfString(column(Append::clientId, String[]::new));
  }

  private <T> T[] column(Function<Append, T> field, IntFunction<T[]> array) {
    return items.stream().map(item -> field.apply(item.chat())).toArray(array);
  }

  /** What became of a batch: the new events in order, the answers to give for them, and who only asked once more. */
  record Result(List<Committed> committed, List<Runnable> answers, List<PendingChat> repeats) { }

  Result read(Row row) {
    Instant at = Rows.instant(row, 0);
    Short[] outcomes = row.getArrayOfShorts(1);
    Long[] ids = row.getArrayOfLongs(2);
    Long[] seqs = row.getArrayOfLongs(3);
    String[] rooms = row.getArrayOfStrings(4);
    Result result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < items.size(); i++) {
      PendingChat item = items.get(i);
      switch (outcomes[i]) {
        case 0 -> appended(item, ids[i], seqs[i], rooms[i], at, result);
        case 1 -> result.repeats.add(item);
        default -> {
          Refused refused = new Refused(REFUSALS[outcomes[i] - 2]);
          result.answers.add(() -> item.answer().fail(refused));
        }
      }
    }
    return result;
  }

  private static void appended(PendingChat item, long id, long seq, String room, Instant at, Result result) {
    Append chat = item.chat();
    Chat event = new Chat(chat.roomId(), room, seq, at, new Message(id, seq, chat.userId(), chat.username(), chat.text(),
        at, null, null, false, chat.clientId()));
    result.committed.add(new Committed(event, chat.connId(), chat.ref()));
    result.answers.add(() -> item.answer().complete(new Appended(event, false)));
  }
}
