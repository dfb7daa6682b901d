package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads wait here before they take a connection, so that who asks for much waits for themself: a connection that becomes
 * free goes to the user with the fewest reads under way, and among those to the one whose reads took least. Start-time
 * fair queueing: what a user's reads took moves them back behind others, also when they ask for one at a time, and who
 * has asked for nothing for a while begins where those are who are served at present.
 *
 * <p>Thread: any; shared by all verticles of the node. A read is made, and answered, on the context that asks for it.
 * Limits: {@value #WAITING} wait for a user, beyond it BUSY; one that has waited for {@value #WAIT_MILLIS} ms fails with
 * UNAVAILABLE. Who has had how much is remembered of {@value #MAX_REMEMBERED} users, and of nobody once none is served.
 */
final class UserTurns {
  static final int WAITING = 1_000;
  private static final long WAIT_MILLIS = 4_000;
  private static final long RETRY_MILLIS = 1_000;

  /** What waits; {@code timer} ends its patience. */
  private static final class Waiting {
    private final Runnable read;
    private final Context asker;
    private final long timer;
    private final long arrival;

    Waiting(Runnable read, Context asker, long timer, long arrival) {
      this.read = read;
      this.asker = asker;
      this.timer = timer;
      this.arrival = arrival;
    }
  }

  /** Somebody with a read that waits or is under way, or who has had more than others. */
  private static final class User {
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int underWay;
    /** Where their next read begins, in nanoseconds of {@link #served}. */
    private long start;

    boolean isIdle() {
      return underWay == 0 && waiting.isEmpty();
    }
  }

  private static final int MAX_REMEMBERED = 10_000;
  private static final Comparator<User> TURN = Comparator.<User>comparingInt(user -> user.underWay)
      .thenComparingLong(user -> user.start).thenComparingLong(user -> user.waiting.peek().arrival);

  private final Vertx vertx;
  private final Counter refused;
  /** Guarded by this, as is all below. */
  private final Map<Long, User> users = new HashMap<>();
  private final int atOnce;
  private int free;
  private int waiting;
  private long arrivals;
  /** Where the last read that was begun began. */
  private long served;

  /** @param atOnce how many reads may be under way at once; @param use what they are, for the metrics */
  UserTurns(Vertx vertx, int atOnce, String use, MeterRegistry registry) {
    this.vertx = vertx;
    this.atOnce = atOnce;
    this.free = atOnce;
    this.refused = Counter.builder("fastroom.reads.refused").tag("use", use)
        .description("Reads refused since too many of their user wait, or since they have waited too long")
        .register(registry);
    Gauge.builder("fastroom.reads.waiting", this::waiting).tag("use", use)
        .description("Reads of users that wait for their turn").register(registry);
  }

  synchronized int waiting() {
    return waiting;
  }

  /** Fails as the read does, with BUSY, or with UNAVAILABLE when it has waited too long. */
  <T> Future<T> in(long userId, Supplier<Future<T>> read) {
    Promise<T> answer = Promise.promise();
    Runnable run = () -> run(userId, read, answer);
    synchronized (this) {
      User user = users.computeIfAbsent(userId, id -> new User());
      user.start = Math.max(user.start, served);
      if (free == 0) {
        return queue(userId, user, run, answer);
      }
      free--;
      begin(user);
    }
    run.run();
    return answer.future();
  }

  private <T> Future<T> queue(long userId, User user, Runnable run, Promise<T> answer) {
    if (user.waiting.size() >= WAITING) {
      refused.increment();
      return Future.failedFuture(new Refused(Problem.BUSY, Problem.BUSY.title(), RETRY_MILLIS));
    }
    Waiting[] mine = new Waiting[1];
    long timer = vertx.setTimer(WAIT_MILLIS, late -> {
      if (giveUp(userId, mine[0])) {
        refused.increment();
        answer.fail(new Refused(Problem.UNAVAILABLE));
      }
    });
    mine[0] = new Waiting(run, vertx.getOrCreateContext(), timer, arrivals++);
    user.waiting.add(mine[0]);
    waiting++;
    return answer.future();
  }

  private synchronized boolean giveUp(long userId, Waiting late) {
    User user = users.get(userId);
    boolean waited = user != null && user.waiting.remove(late);
    if (waited) {
      waiting--;
      forget(userId, user);
    }
    return waited;
  }

  private <T> void run(long userId, Supplier<Future<T>> read, Promise<T> answer) {
    long began = System.nanoTime();
    Future.succeededFuture().compose(turn -> read.get()).onComplete(result -> {
      Waiting next = ended(userId, System.nanoTime() - began);
      answer.handle(result);
      if (next != null) {
        vertx.cancelTimer(next.timer);
        // Not from here: reads that fail at once would be nested.
        next.asker.runOnContext(turn -> next.read.run());
      }
    });
  }

  /** Answers whose turn it is now, null when nobody waits. */
  private synchronized Waiting ended(long userId, long nanos) {
    User user = users.get(userId);
    user.underWay--;
    user.start += nanos;
    User next = waiting == 0 ? null
        : users.values().stream().filter(other -> !other.waiting.isEmpty()).min(TURN).orElse(null);
    Waiting first = null;
    if (next == null) {
      free++;
    } else {
      waiting--;
      first = next.waiting.poll();
      begin(next);
    }
    forget(userId, user);
    return first;
  }

  private void begin(User user) {
    user.underWay++;
    served = Math.max(served, user.start);
  }

  private void forget(long userId, User user) {
    if (user.isIdle() && user.start <= served) {
      users.remove(userId);
    }
    // When nobody waits nobody is owed anything.
    if (free == atOnce || users.size() > MAX_REMEMBERED) {
      users.values().removeIf(User::isIdle);
    }
  }
}
