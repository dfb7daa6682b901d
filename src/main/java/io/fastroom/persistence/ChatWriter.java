package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.ChatBatch.PendingChat;
import io.fastroom.persistence.PersistenceApi.Append;
import io.fastroom.persistence.PersistenceApi.Appended;
import io.fastroom.persistence.PersistenceApi.CommittedAll;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the messages of some rooms, one batch after the other: what arrives while a commit is under way goes into the
 * next, so groups grow by themselves under load and a message alone is sent at once.
 *
 * <p>A batch whose outcome is unknown is sent again under its number, by which the database knows what it has committed.
 *
 * <p>Thread: the chat writer's context. Limits: what waits is bounded by number and size, beyond it UNAVAILABLE.
 */
final class ChatWriter {
  static final int MAX_ITEMS = 256;
  static final int MAX_CHARS = 1 << 20;
  private static final int MAX_WAITING_ITEMS = 20_000;
  private static final int MAX_WAITING_CHARS = 32 << 20;
  /** How long a message may take before its sender is told that it is lost. */
  static final long ANSWER_MILLIS = 5_000;
  private static final long ATTEMPT_MILLIS = 3_000;
  private static final long PAUSE_MILLIS = 100;
  /** The database stops committing this long before the sender is told so. */
  private static final long MARGIN_MILLIS = 250;
  /** Serialization, deadlock, a client_id committed meanwhile: the next attempt sees what was in the way. */
  private static final Set<String> AT_ONCE = Set.of("40001", "40P01", "23505");
  private static final String TOO_LATE = "FR001";
  private static final String COMMITTED_ALREADY = "FR002";
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");

  private final Vertx vertx;
  private final Bus bus;
  private final Database database;
  private final ChatRetries repeats;
  private final ChatMetrics metrics;
  private final long lane = new SecureRandom().nextLong();
  private final ArrayDeque<PendingChat> waiting = new ArrayDeque<>();
  private int waitingChars;
  private boolean busy;
  private Future<Void> underWay = Future.succeededFuture();
  private long batches;
  /** The database's clock minus ours in milliseconds, null when not known. */
  private Long clockAhead;

  ChatWriter(Vertx vertx, Bus bus, Database database, ChatRetries repeats, ChatMetrics metrics) {
    this.vertx = vertx;
    this.bus = bus;
    this.database = database;
    this.repeats = repeats;
    this.metrics = metrics;
  }

  Future<Appended> add(Append chat) {
    if (waiting.size() >= MAX_WAITING_ITEMS || waitingChars >= MAX_WAITING_CHARS) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    Promise<Appended> answer = Promise.promise();
    waiting.add(new PendingChat(chat, answer, System.currentTimeMillis() + ANSWER_MILLIS));
    waitingChars += chat.text().length();
    if (!busy) {
      next();
    }
    return answer.future();
  }

  /** Any thread; for metrics, so it need not be exact. */
  int waiting() {
    return waiting.size();
  }

  boolean isIdle() {
    return !busy;
  }

  /** Completes when the batch that is being committed, if one is, has been delivered. */
  Future<Void> underWay() {
    return underWay;
  }

  private void next() {
    List<PendingChat> items = take();
    busy = !items.isEmpty();
    if (busy) {
      underWay = commit(items);
      underWay.onComplete(ignored -> next());
    }
  }

  private List<PendingChat> take() {
    List<PendingChat> items = new ArrayList<>(Math.min(waiting.size(), MAX_ITEMS));
    long now = System.currentTimeMillis();
    int chars = 0;
    while (!waiting.isEmpty() && items.size() < MAX_ITEMS && chars < MAX_CHARS) {
      PendingChat item = waiting.poll();
      waitingChars -= item.chat().text().length();
      if (item.deadline() <= now) {
        item.answer().fail(new Refused(Problem.UNAVAILABLE));
      } else {
        chars += item.chat().text().length();
        items.add(item);
      }
    }
    return items;
  }

  /** Completes when every item is answered or left to {@link ChatRetries}; never fails. */
  private Future<Void> commit(List<PendingChat> items) {
    ChatBatch batch = new ChatBatch(++batches, items);
    long begin = System.nanoTime();
    return attempt(batch).transform(result -> {
      if (result.succeeded()) {
        metrics.committed(items.size(), System.nanoTime() - begin);
        deliver(batch.read(result.result()));
        return Future.succeededFuture();
      }
      return failed(batch, result.cause());
    });
  }

  private void deliver(ChatBatch.Result result) {
    if (!result.committed().isEmpty()) {
      bus.tell(PersistenceApi.COMMITTED, new CommittedAll(List.copyOf(result.committed())));
    }
    result.answers().forEach(Runnable::run);
    if (!result.repeats().isEmpty()) {
      repeats.answer(result.repeats());
    }
  }

  private Future<Row> attempt(ChatBatch batch) {
    long left = batch.deadline() - System.currentTimeMillis();
    if (left <= MARGIN_MILLIS) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    return database.raw(Math.min(left, ATTEMPT_MILLIS), connection -> clock(connection).compose(ahead ->
            connection.preparedQuery(ChatBatch.APPEND).execute(batch.parameters(lane,
                Instant.ofEpochMilli(batch.deadline() + ahead - MARGIN_MILLIS).atOffset(ZoneOffset.UTC)))))
        .map(Rows::first)
        .recover(failure -> again(batch, failure));
  }

  private Future<Long> clock(SqlConnection connection) {
    if (clockAhead != null) {
      return Future.succeededFuture(clockAhead);
    }
    return connection.query("SELECT clock_timestamp()").execute().map(rows -> {
      clockAhead = Rows.instant(Rows.first(rows), 0).toEpochMilli() - System.currentTimeMillis();
      return clockAhead;
    });
  }

  private Future<Row> again(ChatBatch batch, Throwable failure) {
    String state = SqlErrors.state(failure);
    if (state.equals(TOO_LATE)) {
      clockAhead = null;
    } else if (state.equals(COMMITTED_ALREADY)) {
      batch.again = true;
    } else if (SqlErrors.isAway(failure)) {
      clockAhead = SqlErrors.breaksConnection(failure) ? null : clockAhead;
      batch.again |= !(SqlErrors.isRolledBack(failure) || failure instanceof Database.NoConnection);
    } else if (!AT_ONCE.contains(state)) {
      return Future.failedFuture(failure);
    }
    return (SqlErrors.isAway(failure) && !AT_ONCE.contains(state) ? vertx.timer(PAUSE_MILLIS) : Future.succeededFuture())
        .compose(waited -> attempt(batch));
  }

  /** For a reason that lies in the data (SQLSTATE classes 22, 23 and 54) the batch is halved until the bad item is alone. */
  private Future<Void> failed(ChatBatch batch, Throwable failure) {
    String state = SqlErrors.state(failure);
    boolean data = state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    int half = batch.items.size() / 2;
    if (data && half > 0) {
      return commit(batch.items.subList(0, half))
          .compose(done -> commit(batch.items.subList(half, batch.items.size())));
    }
    if (!data && !(failure instanceof Refused)) {
      LOG.error("a batch of {} messages failed", batch.items.size(), failure);
    }
    Throwable answer = data ? new Refused(Problem.INVALID_MESSAGE) : Refused.of(failure);
    batch.items.forEach(item -> item.answer().fail(answer));
    return Future.succeededFuture();
  }
}
