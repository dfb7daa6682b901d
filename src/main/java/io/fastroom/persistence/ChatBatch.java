package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Mentions;
import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.persistence.ChatApi.Append;
import io.fastroom.persistence.ChatApi.Appended;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** Messages that are committed by one statement. Thread: the chat writer's. */
final class ChatBatch extends Batch<ChatBatch.PendingChat> {
  static final String APPEND = """
      SELECT outcomes, ids, seqs, times, room_names, quoted, quotes, mentioned
      FROM append_chats_v3($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""";

  /** @param deadline of the answer, by {@link ChatWriter#now} */
  record PendingChat(Append chat, Promise<Appended> answer, long deadline) implements Pending {
    @Override
    public long roomId() {
      return chat.roomId();
    }

    @Override
    public long userId() {
      return chat.userId();
    }

    @Override
    public int size() {
      return chat.text().length();
    }

    @Override
    public Object subject() {
      return null;
    }

    @Override
    public void fail(Throwable failure) {
      answer.tryFail(failure);
    }
  }

  /** The columns of the answer, read when the first of them is needed. */
  private Appends appends;

  ChatBatch(long number, List<PendingChat> items, int waitMillis) {
    super(number, items, waitMillis);
  }

  @Override
  String sql() {
    return APPEND;
  }

  @Override
  void columns(Tuple parameters) {
    parameters.addArrayOfLong(column(item -> item.chat().userId(), Long[]::new))
        .addArrayOfString(column(item -> item.chat().username(), String[]::new))
        .addArrayOfString(column(item -> item.chat().text(), String[]::new))
        .addArrayOfString(column(item -> item.chat().clientId(), String[]::new))
        .addArrayOfLong(orNull(column(item -> item.chat().replyTo(), Long[]::new)))
        .addArrayOfString(orNull(column(item -> names(item.chat().text()), String[]::new)))
        .addInteger(Quote.LOOK);
  }

  /** Those who may be mentioned, with a space between; null for nobody. */
  private static String names(String text) {
    List<String> names = Mentions.in(text);
    return names.isEmpty() ? null : String.join(" ", names);
  }

  /** What no message of the batch has costs the batch nothing. */
  private static <T> T[] orNull(T[] column) {
    for (T one : column) {
      if (one != null) {
        return column;
      }
    }
    return null;
  }

  /** A message for a room that is none: everything is asked for, and nobody gets it. For a transaction that is undone. */
  static Tuple forNobody() {
    return Tuple.tuple().addLong(new SecureRandom().nextLong()).addLong(0L).addBoolean(true)
        .addOffsetDateTime(OffsetDateTime.now(ZoneOffset.UTC).plusDays(1)).addInteger(0)
        .addArrayOfLong(new Long[0]).addArrayOfLong(new Long[] {0L}).addArrayOfLong(new Long[] {0L})
        .addArrayOfString(new String[] {""}).addArrayOfString(new String[] {""})
        .addArrayOfString(new String[] {null}).addArrayOfLong(new Long[] {0L}).addArrayOfString(new String[] {"nobody"})
        .addInteger(Quote.LOOK);
  }

  @Override
  Refused refusal(int outcome) {
    return new Refused(common(outcome));
  }

  @Override
  Result<PendingChat> read(Row row) {
    appends = new Appends(row);
    return super.read(row);
  }

  @Override
  void appended(int i, Row row, Result<PendingChat> result) {
    PendingChat item = items.get(i);
    Chat event = appends.event(item.chat(), i);
    result.committed().add(new Committed(event, item.chat().connId(), item.chat().ref()));
    result.answers().add(() -> item.answer().complete(new Appended(event, null)));
  }

  /** The columns of what was appended; the last three null when the batch had nothing of the kind. */
  private static final class Appends {
    private final Long[] ids;
    private final Long[] seqs;
    private final OffsetDateTime[] times;
    private final String[] rooms;
    private final String[] quoted;
    private final String[] quotes;
    private final String[] mentioned;

    Appends(Row row) {
      ids = row.getArrayOfLongs(1);
      seqs = row.getArrayOfLongs(2);
      times = row.getArrayOfOffsetDateTimes(3);
      rooms = row.getArrayOfStrings(4);
      quoted = row.getArrayOfStrings(5);
      quotes = row.getArrayOfStrings(6);
      mentioned = row.getArrayOfStrings(7);
    }

    Chat event(Append chat, int i) {
      Instant at = times[i].toInstant();
      return new Chat(chat.roomId(), rooms[i], seqs[i], at, new Message(ids[i], seqs[i], chat.userId(), chat.username(),
          chat.text(), at, null, null, false, chat.clientId(), quote(chat, i), mentions(i), List.of()));
    }

    /** Deleted since, when the answer to a batch was lost and it is read again. */
    private Quote quote(Append chat, int i) {
      return chat.replyTo() == null ? null
          : quoted == null || quoted[i] == null ? Quote.withdrawn(chat.replyTo(), null)
          : Quote.of(chat.replyTo(), quoted[i], quotes[i]);
    }

    private List<String> mentions(int i) {
      return mentioned == null || mentioned[i] == null ? List.of() : List.of(mentioned[i].split(" "));
    }
  }
}
