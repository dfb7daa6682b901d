package io.fastroom.watch;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.Mark;
import io.fastroom.persistence.UnreadApi.MarkRead;
import io.fastroom.watch.WatchApi.Marked;
import io.fastroom.watch.WatchApi.Read;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Gathers what users have read, so that whoever marks each message costs no transaction each: of a user and room only the
 * furthest mark is written, and all that has gathered in a tenth of a second goes into one statement. One whose row
 * another transaction holds goes into the next.
 *
 * <p>Thread: the WatchVerticle's. Limits: {@value #A_STATEMENT} marks a statement, one at a time; beyond
 * {@value #WAITING} that wait, BUSY.
 */
final class Marks {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  /** For a row that another transaction holds. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(4_500);
  private static final int A_STATEMENT = 1_000;
  private static final int WAITING = 20_000;

  /** Told of marks that have moved. */
  interface Listener {
    /** @param except the connections that have said so */
    void moved(Mark mark, UnreadApi.Marked marked, Set<String> except);
  }

  private record Key(long userId, long roomId) { }

  /** The marks of one user in one room that go together. */
  private static final class Pending {
    private long seq;
    private final Set<String> conns = new HashSet<>(2);
    private final Promise<Marked> answer = Promise.promise();
    private long since = System.nanoTime();
  }

  private final Bus bus;
  private final Vertx vertx;
  private final WatchMetrics metrics;
  private final Listener listener;
  private final Map<Key, Pending> waiting = new LinkedHashMap<>();
  private long beganAt = System.nanoTime() - PAUSE_NANOS;
  private boolean scheduled;
  private boolean asking;
  private int gathered;

  Marks(Bus bus, Vertx vertx, WatchMetrics metrics, Listener listener) {
    this.bus = bus;
    this.vertx = vertx;
    this.metrics = metrics;
    this.listener = listener;
  }

  Future<Marked> mark(Read read) {
    if (waiting.size() >= WAITING) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    Pending pending = waiting.computeIfAbsent(new Key(read.userId(), read.roomId()), key -> new Pending());
    pending.seq = Math.max(pending.seq, read.seq());
    if (read.connId() != null) {
      pending.conns.add(read.connId());
    }
    gathered++;
    next();
    return pending.answer.future();
  }

  private void next() {
    long wait = beganAt + PAUSE_NANOS - System.nanoTime();
    if (asking || scheduled || waiting.isEmpty()) {
      return;
    }
    if (wait > 0) {
      scheduled = true;
      vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)), timer -> {
        scheduled = false;
        write();
      });
    } else {
      write();
    }
  }

  private void write() {
    List<Mark> marks = new ArrayList<>();
    List<Pending> taken = new ArrayList<>();
    Iterator<Map.Entry<Key, Pending>> all = waiting.entrySet().iterator();
    while (all.hasNext() && marks.size() < A_STATEMENT) {
      Map.Entry<Key, Pending> one = all.next();
      marks.add(new Mark(one.getKey().userId(), one.getKey().roomId(), one.getValue().seq));
      taken.add(one.getValue());
      all.remove();
    }
    asking = true;
    beganAt = System.nanoTime();
    metrics.marked(gathered);
    gathered = 0;
    bus.ask(UnreadApi.MARK_READ, new MarkRead(marks)).onComplete(answer -> {
      asking = false;
      for (int i = 0; i < taken.size(); i++) {
        if (answer.succeeded()) {
          answered(marks.get(i), taken.get(i), answer.result().get(i));
        } else {
          taken.get(i).answer.fail(answer.cause());
        }
      }
      next();
    });
  }

  private void answered(Mark mark, Pending pending, UnreadApi.Marked marked) {
    if (marked == UnreadApi.Marked.HELD) {
      again(mark, pending);
      return;
    }
    if (marked.refused() != null) {
      pending.answer.fail(new Refused(marked.refused()));
      return;
    }
    if (marked.version() > 0) {
      listener.moved(mark, marked, pending.conns);
    }
    pending.answer.complete(new Marked(marked.room(), marked.seq()));
  }

  private void again(Mark mark, Pending held) {
    if (System.nanoTime() - held.since > PATIENCE_NANOS) {
      held.answer.fail(new Refused(Problem.UNAVAILABLE));
      return;
    }
    Pending later = waiting.putIfAbsent(new Key(mark.userId(), mark.roomId()), held);
    if (later != null) {
      later.seq = Math.max(later.seq, held.seq);
      later.conns.addAll(held.conns);
      later.since = held.since;
      later.answer.future().onComplete(held.answer);
    }
  }
}
