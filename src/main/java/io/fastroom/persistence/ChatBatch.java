package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Mentions;
import io.fastroom.model.Message;
import io.fastroom.model.Problem;
import io.fastroom.model.Quote;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.persistence.PersistenceApi.Append;
import io.fastroom.persistence.PersistenceApi.Appended;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Messages that are committed by one statement. Thread: the chat writer's. */
final class ChatBatch {
  static final String APPEND = """
      SELECT outcomes, ids, seqs, times, room_names, quoted, quotes, mentioned
      FROM append_chats_v3($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)""";
  private static final int APPENDED = 0;
  private static final int REPEATED = 1;
  private static final int LOCKED = 6;
  /** By outcome of {@code append_chats_v3}, from 2 on. */
  private static final Problem[] REFUSALS = {
      Problem.ROOM_NOT_FOUND, Problem.NOT_IN_ROOM, Problem.BANNED, Problem.MUTED, null, Problem.MESSAGE_NOT_FOUND};

  /** @param deadline of the answer, by {@link System#currentTimeMillis} */
  record PendingChat(Append chat, Promise<Appended> answer, long deadline) {
    long roomId() {
      return chat.roomId();
    }
  }

  final long number;
  final List<PendingChat> items;
  /** How long it may wait in all for locked rooms. */
  private final int waitMillis;
  /** Whether an earlier attempt may have been committed unnoticed. */
  boolean resent;

  ChatBatch(long number, List<PendingChat> items, int waitMillis) {
    this.number = number;
    this.items = items;
    this.waitMillis = waitMillis;
  }

  /** The earliest deadline. */
  long deadline() {
    return items.stream().mapToLong(PendingChat::deadline).min().orElseThrow();
  }

  /**
   * @param notAfter by the database's clock: later, it refuses to commit, since the askers have been told of a failure
   */
  Tuple parameters(long lane, OffsetDateTime notAfter) {
    return Tuple.tuple().addLong(lane).addLong(number).addBoolean(resent).addOffsetDateTime(notAfter)
        .addInteger(waitMillis).addArrayOfLong(locks())
        .addArrayOfLong(column(Append::roomId, Long[]::new))
        .addArrayOfLong(column(Append::userId, Long[]::new))
        .addArrayOfString(column(Append::username, String[]::new))
        .addArrayOfString(column(Append::text, String[]::new))
        .addArrayOfString(column(Append::clientId, String[]::new))
        .addArrayOfLong(orNull(column(Append::replyTo, Long[]::new)))
        .addArrayOfString(orNull(items.stream().map(item -> names(item.chat().text())).toArray(String[]::new)))
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

  /** The rooms in the order of {@code room_lock_key}, in which all batches of all nodes lock them. */
  private Long[] locks() {
    return items.stream().map(PendingChat::roomId).distinct().sorted(Comparator.comparingInt(Long::intValue))
        .toArray(Long[]::new);
  }

  private <T> T[] column(Function<Append, T> field, IntFunction<T[]> array) {
    return items.stream().map(item -> field.apply(item.chat())).toArray(array);
  }

  /**
   * What became of a batch: the new events in order, the answers to give for them, which of them were sent before, and
   * what was left alone because another transaction holds the room.
   */
  record Result(List<Committed> committed, List<Runnable> answers, List<PendingChat> repeats,
                List<PendingChat> locked) { }

  Result read(Row row) {
    Short[] outcomes = row.getArrayOfShorts(0);
    Result result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Appends appends = new Appends(row);
    for (int i = 0; i < items.size(); i++) {
      PendingChat item = items.get(i);
      switch (outcomes[i]) {
        case APPENDED -> appended(item, appends.event(item.chat(), i), result);
        case REPEATED -> result.repeats.add(item);
        case LOCKED -> result.locked.add(item);
        default -> {
          Refused refused = new Refused(REFUSALS[outcomes[i] - 2]);
          result.answers.add(() -> item.answer().fail(refused));
        }
      }
    }
    return result;
  }

  private static void appended(PendingChat item, Chat event, Result result) {
    result.committed.add(new Committed(event, item.chat().connId(), item.chat().ref()));
    result.answers.add(() -> item.answer().complete(new Appended(event, false)));
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
