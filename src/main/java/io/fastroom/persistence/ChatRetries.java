package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.ChatBatch.PendingChat;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Answers a repeated message with the first one, in its present state. Thread: the chat writer's. */
final class ChatRetries {
  private static final String FIRST = "SELECT i.ord, e.seq, e.ts, " + Rows.ROOM + ", " + Rows.MESSAGE_OF_ANY + """

      FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY AS i(room, author, client_id, ord)
      JOIN messages m ON m.room_id = i.room AND m.user_id = i.author AND m.client_id = i.client_id
      JOIN rooms r ON r.id = m.room_id
      CROSS JOIN LATERAL (""" + EventLog.last("m.room_id", "") + ") e";
  private static final int ROOM = 3;

  private final Database database;

  ChatRetries(Database database) {
    this.database = database;
  }

  void answer(List<PendingChat> items) {
    Tuple keys = Tuple.tuple()
        .addArrayOfLong(items.stream().map(PendingChat::roomId).toArray(Long[]::new))
        .addArrayOfLong(items.stream().map(item -> item.chat().userId()).toArray(Long[]::new))
        .addArrayOfString(items.stream().map(item -> item.chat().clientId()).toArray(String[]::new));
    database.query(FIRST, keys).transform(result -> {
      if (result.succeeded()) {
        result.result().forEach(row -> complete(items, row));
      }
      Throwable failure = result.succeeded() ? new Refused(Problem.ROOM_NOT_FOUND) : result.cause();
      items.forEach(item -> item.answer().tryFail(failure));
      return Future.<RowSet<Row>>succeededFuture();
    });
  }

  private static void complete(List<PendingChat> items, Row row) {
    Room room = Rows.room(row, ROOM);
    items.get(row.getLong(0).intValue() - 1).answer().complete(new Appended(
        Chat.of(room.id(), room.name(), Rows.message(row, ROOM + Rows.ROOM_WIDTH)),
        new Position(row.getLong(1), Rows.instant(row, 2))));
  }
}
