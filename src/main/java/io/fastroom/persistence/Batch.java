package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** What is committed by one statement. Thread: the chat writer's. */
abstract class Batch<P extends Pending> {
  private static final int APPENDED = 0;
  private static final int REPEATED = 1;
  private static final int LOCKED = 6;

  final long number;
  final List<P> items;
  /** How long it may wait in all for locked rooms. */
  private final int waitMillis;
  /** Whether an earlier attempt may have been committed unnoticed. */
  boolean resent;

  Batch(long number, List<P> items, int waitMillis) {
    this.number = number;
    this.items = items;
    this.waitMillis = waitMillis;
  }

  /** How a writer makes its batches. */
  interface Kind<P extends Pending> {
    Batch<P> of(long number, List<P> items, int waitMillis);
  }

  /**
   * What became of a batch: the new events in order, the answers to give for them, what was there before, and what was
   * left alone because another transaction holds the room.
   */
  record Result<P>(List<Committed> committed, List<Runnable> answers, List<P> repeats, List<P> locked) { }

  abstract String sql();

  /** The columns after the rooms', of which there are as many as items. */
  abstract void columns(Tuple parameters);

  /** The event of the item that was appended as that, and its answer. */
  abstract void appended(int i, Row row, Result<P> result);

  /** Why it was refused, from outcome 2 on. */
  abstract Refused refusal(int outcome);

  /** The earliest deadline. */
  long deadline() {
    return items.stream().mapToLong(Pending::deadline).min().orElseThrow();
  }

  /**
   * @param notAfter by the database's clock: later, it refuses to commit, since the askers have been told of a failure
   */
  Tuple parameters(long lane, OffsetDateTime notAfter) {
    Tuple parameters = Tuple.tuple().addLong(lane).addLong(number).addBoolean(resent).addOffsetDateTime(notAfter)
        .addInteger(waitMillis).addArrayOfLong(locks()).addArrayOfLong(column(Pending::roomId, Long[]::new));
    columns(parameters);
    return parameters;
  }

  /** The rooms in the order of {@code room_lock_key}, in which all batches of all nodes lock them. */
  private Long[] locks() {
    return items.stream().map(Pending::roomId).distinct().sorted(Comparator.comparingInt(Long::intValue))
        .toArray(Long[]::new);
  }

  final <T> T[] column(Function<P, T> field, IntFunction<T[]> array) {
    return items.stream().map(field).toArray(array);
  }

  Result<P> read(Row row) {
    Short[] outcomes = row.getArrayOfShorts(0);
    Result<P> result = new Result<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < items.size(); i++) {
      P item = items.get(i);
      switch (outcomes[i]) {
        case APPENDED -> appended(i, row, result);
        case REPEATED -> result.repeats.add(item);
        case LOCKED -> result.locked.add(item);
        default -> {
          Refused refused = refusal(outcomes[i]);
          result.answers.add(() -> item.fail(refused));
        }
      }
    }
    return result;
  }

  /** The refusals that all kinds share; null for others. */
  static Problem common(int outcome) {
    return switch (outcome) {
      case 2 -> Problem.ROOM_NOT_FOUND;
      case 3 -> Problem.NOT_IN_ROOM;
      case 4 -> Problem.BANNED;
      case 5 -> Problem.MUTED;
      case 7 -> Problem.MESSAGE_NOT_FOUND;
      default -> null;
    };
  }
}
