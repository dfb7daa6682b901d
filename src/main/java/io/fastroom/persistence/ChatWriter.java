package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.ChatApi.CommittedAll;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the messages, or the reactions, of some rooms, one batch after the other. What arrives during a commit goes
 * into the next batch, so batches grow by themselves under load, and a single message is sent at once. It gets its
 * {@code seq} in the database, from {@code append_chats_v3} or {@code append_reactions_v1}.
 *
 * <p>A batch whose outcome is unknown is sent again under the same number, by which the database recognises what it has
 * committed.
 *
 * <p>Thread: the chat writer's context. Limits: the queue is limited by number and size.
 */
final class ChatWriter<P extends Pending> {
  /** How long a message may take before its sender is told that it failed. */
  static final long ANSWER_MILLIS = 5_000;
  /** How long before that the database stops committing it. */
  static final long MARGIN_MILLIS = 250;
  /** How long before that its batch has to begin. */
  static final long BEGIN_MILLIS = 2 * MARGIN_MILLIS;
  private static final long ATTEMPT_MILLIS = 3_000;
  private static final long PAUSE_MILLIS = 100;
  /** What is known of the database's clock is good for so long. */
  private static final long CLOCK_MILLIS = 5_000;
  /** Serialization, deadlock, a client_id committed meanwhile: the next attempt sees what was in its way. */
  private static final Set<String> AT_ONCE = Set.of("40001", "40P01", "23505");
  private static final String TOO_LATE = "FR001";
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");

  private final Vertx vertx;
  private final Bus bus;
  private final Database database;
  private final Batch.Kind<P> kind;
  private final Consumer<List<P>> repeats;
  private final ChatMetrics metrics;
  private final Turns turns;
  private final Turnstile turnstile;
  private final Consumer<List<P>> locked;
  private final AppendedBatches appended;
  private final Supplier<Future<Void>> turn = this::next;
  private final long gatherNanos;
  private final ChatQueue<P> queue = new ChatQueue<>();
  private final long lane = new SecureRandom().nextLong();
  private long batches;
  private int maxItems = ChatQueue.MAX_ITEMS;
  /** Before it, by {@link System#nanoTime}, no batch begins; what is left over from the last one does not wait. */
  private long notBefore = System.nanoTime();
  private boolean scheduled;
  /** The database's clock minus ours in milliseconds, null when not known. */
  private Long clockAhead;
  private long clockRead;

  /** How a writer goes through its rooms: turns may differ. */
  interface Turns {
    Turn next(ChatQueue<?> queue);
  }

  /** @param rooms in a batch, at most; @param waitMillis for locked rooms, all together */
  record Turn(int rooms, int waitMillis) { }

  /**
   * @param gatherMillis between the beginnings of two batches at least: what many do at once costs less together
   * @param turnstile of the connection, which writers of other kinds may share
   * @param repeats answers what was there before
   * @param locked takes what could not be committed because another transaction holds the room, in order
   */
  ChatWriter(Vertx vertx, Bus bus, Database database, Batch.Kind<P> kind, long gatherMillis, Turnstile turnstile,
             ChatMetrics metrics, Turns turns, Consumer<List<P>> repeats, Consumer<List<P>> locked) {
    this.vertx = vertx;
    this.bus = bus;
    this.database = database;
    this.kind = kind;
    this.gatherNanos = TimeUnit.MILLISECONDS.toNanos(gatherMillis);
    this.turnstile = turnstile;
    this.repeats = repeats;
    this.metrics = metrics;
    this.turns = turns;
    this.locked = locked;
    this.appended = new AppendedBatches(database, lane);
  }

  ChatQueue<P> queue() {
    return queue;
  }

  /** To be called after something was added to the queue. */
  void wake() {
    turnstile.ask(turn);
  }

  /** The commit of the next batch; null when nothing waits, or when it is to wait for more. */
  private Future<Void> next() {
    long early = notBefore - System.nanoTime();
    if (early > 0 && queue.size() > 0) {
      wakeIn(early);
      return null;
    }
    Turn mine = turns.next(queue);
    List<P> items = queue.take(mine.rooms(), maxItems);
    if (items.isEmpty()) {
      return null;
    }
    // A queue that one batch cannot empty is no longer one to be gathered.
    notBefore = System.nanoTime() + (queue.size() == 0 ? gatherNanos : 0);
    return commit(items, mine.waitMillis());
  }

  private void wakeIn(long nanos) {
    if (!scheduled) {
      scheduled = true;
      vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, timer -> {
        scheduled = false;
        wake();
      });
    }
  }

  /** Completes when every item is answered, back in a queue or left to {@link ChatRetries}; never fails. */
  private Future<Void> commit(List<P> items, int waitMillis) {
    Batch<P> batch = kind.of(++batches, items, waitMillis);
    long begin = System.nanoTime();
    return attempt(batch).transform(result -> {
      if (result.failed()) {
        failed(batch, result.cause());
        return Future.succeededFuture();
      }
      maxItems = Math.min(ChatQueue.MAX_ITEMS, 2 * maxItems);
      Batch.Result<P> outcome = batch.read(result.result());
      metrics.committed(items.size() - outcome.locked().size(), System.nanoTime() - begin);
      deliver(outcome);
      return appended.forget(batch.number);
    });
  }

  private void deliver(Batch.Result<P> result) {
    if (!result.committed().isEmpty()) {
      bus.announce(ChatApi.COMMITTED, new CommittedAll(List.copyOf(result.committed())));
    }
    result.answers().forEach(Runnable::run);
    if (!result.repeats().isEmpty()) {
      repeats.accept(result.repeats());
    }
    // Even when there are none: what was locked before may be free now.
    locked.accept(result.locked());
  }

  /** What deadlines are told by: milliseconds of a clock that nobody sets, from a beginning of its own. */
  static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private static boolean isLate(Batch<?> batch) {
    return batch.deadline() - now() <= MARGIN_MILLIS;
  }

  private Future<Row> attempt(Batch<P> batch) {
    long left = batch.deadline() - now();
    if (isLate(batch)) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    return database.raw(Math.min(left, ATTEMPT_MILLIS), connection -> clock(connection).compose(ahead ->
            connection.preparedQuery(batch.sql()).execute(batch.parameters(lane,
                Instant.ofEpochMilli(batch.deadline() + ahead - MARGIN_MILLIS).atOffset(ZoneOffset.UTC)))))
        .map(Rows::first)
        .recover(failure -> again(batch, failure));
  }

  private Future<Long> clock(SqlConnection connection) {
    // Set back meanwhile, it would take what was given up long ago for what is in time.
    if (clockAhead != null && now() - clockRead < CLOCK_MILLIS) {
      return Future.succeededFuture(clockAhead);
    }
    return connection.query("SELECT clock_timestamp()").execute().map(rows -> {
      clockRead = now();
      clockAhead = Rows.instant(Rows.first(rows), 0).toEpochMilli() - clockRead;
      return clockAhead;
    });
  }

  private Future<Row> again(Batch<P> batch, Throwable failure) {
    String state = SqlErrors.state(failure);
    if (state.equals(TOO_LATE)) {
      clockAhead = null;
    } else if (AppendedBatches.isCommitted(failure)) {
      batch.resent = true;
    } else if (SqlErrors.isAway(failure)) {
      clockAhead = SqlErrors.breaksConnection(failure) ? null : clockAhead;
      batch.resent |= !(SqlErrors.isRolledBack(failure) || failure instanceof Database.NoConnection);
    } else if (!AT_ONCE.contains(state)) {
      return Future.failedFuture(failure);
    }
    return (SqlErrors.isAway(failure) && !AT_ONCE.contains(state) ? vertx.timer(PAUSE_MILLIS) : Future.succeededFuture())
        .compose(waited -> attempt(batch));
  }

  /** When the data is at fault, ever smaller batches are tried until the bad message is alone. */
  private void failed(Batch<P> batch, Throwable failure) {
    if (isLate(batch) && !batch.resent) {
      // Nothing of it is committed, and most may have come a moment ago.
      queue.putBack(batch.items);
      return;
    }
    boolean data = SqlErrors.isInTheData(failure);
    if (data && batch.items.size() > 1) {
      maxItems = batch.items.size() / 2;
      queue.putBack(batch.items);
      return;
    }
    if (!data && !(failure instanceof Refused)) {
      LOG.error("a batch of {} messages failed", batch.items.size(), failure);
    }
    Throwable answer = data ? new Refused(Problem.INVALID_MESSAGE) : Refused.of(failure);
    batch.items.forEach(item -> item.fail(answer));
  }
}
