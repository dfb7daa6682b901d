package io.fastroom.webhook;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LogPage;
import io.fastroom.persistence.LogApi.ReadLog;
import io.fastroom.persistence.WebhookApi;
import io.fastroom.persistence.WebhookApi.Backlog;
import io.fastroom.persistence.WebhookApi.Behind;
import io.fastroom.persistence.WebhookApi.Claimed;
import io.fastroom.persistence.WebhookApi.Report;
import io.fastroom.webhook.Sender.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One hook while this node delivers it: page by page of the log of each room in which it is behind, one event at a time.
 * It ends with the first failure, when there is nothing more to deliver, or when the hook is not this node's any more.
 *
 * <p>Thread: that of the verticle. Limits: one try under way; a page is kept in memory.
 */
final class HookRun {
  private static final int PAGE = 50;
  private static final long FIRST_RETRY_MILLIS = 2_500;
  private static final long LAST_RETRY_MILLIS = Duration.ofHours(1).toMillis();
  private static final int MAX_DOUBLINGS = 20;
  private static final long IDLE_MILLIS = 1_000;
  /** A hook for all rooms looks at all of them, which takes so much of the time at most. */
  private static final int IDLE_FACTOR = 10;

  private final Vertx vertx;
  private final Bus bus;
  private final Sender sender;
  private final WebhookMetrics metrics;
  private final String node;
  private final Claimed hook;
  private final Promise<Void> done = Promise.promise();
  private int failures;
  private boolean stopped;

  HookRun(Vertx vertx, Bus bus, Sender sender, WebhookMetrics metrics, String node, Claimed hook) {
    this.vertx = vertx;
    this.bus = bus;
    this.sender = sender;
    this.metrics = metrics;
    this.node = node;
    this.hook = hook;
    this.failures = hook.attempts();
  }

  Claimed hook() {
    return hook;
  }

  /** Completes when it has ended. */
  Future<Void> run() {
    look();
    return done.future();
  }

  /** Nothing is begun any more; what is under way ends first. */
  void stop() {
    stopped = true;
  }

  private void look() {
    long asked = System.nanoTime();
    bus.ask(WebhookApi.BACKLOG, new Backlog(hook.id())).onComplete(answer -> {
      long took = (System.nanoTime() - asked) / 1_000_000;
      if (stopped || answer.failed()) {
        giveBack();
      } else if (!answer.result().isEmpty()) {
        next(answer.result().iterator());
      } else if (hook.roomId() == 0) {
        vertx.setTimer(Math.max(IDLE_MILLIS, IDLE_FACTOR * took), timer -> look());
      } else {
        giveBack();
      }
    });
  }

  private void next(Iterator<Behind> rooms) {
    if (stopped) {
      giveBack();
    } else if (rooms.hasNext()) {
      room(rooms.next()).onComplete(went -> {
        if (went.failed()) {
          giveBack();
        } else if (went.result()) {
          next(rooms);
        } else {
          done.complete();
        }
      });
    } else {
      look();
    }
  }

  /** @return false when the hook has been given back; fails when a backing service is away */
  private Future<Boolean> room(Behind behind) {
    // A log that ends before it has lost its end: what comes now is new.
    return behind.seq() > behind.head() ? report(behind.roomId(), behind.head(), null, false)
        : bus.ask(LogApi.READ_LOG, new ReadLog(behind.roomId(), behind.seq(), PAGE)).transform(read -> {
          if (read.succeeded()) {
            return page(behind, read.result());
          }
          return Refused.of(read.cause()).problem() == Problem.ROOM_NOT_FOUND ? Future.succeededFuture(true)
              : Future.failedFuture(read.cause());
        });
  }

  private Future<Boolean> page(Behind behind, LogPage page) {
    List<RoomEvent> wanted = page.events().stream()
        .filter(event -> hook.events().isEmpty() || hook.events().contains(Body.type(event))).toList();
    return deliver(behind.roomId(), behind.seq(), wanted.iterator(), null, page.to());
  }

  /**
   * @param reached the seq up to which all was delivered
   * @param last the last outcome, null for none
   * @param to the seq up to which these are all there are
   */
  private Future<Boolean> deliver(long roomId, long reached, Iterator<RoomEvent> events, Outcome last, long to) {
    if (!events.hasNext() || stopped) {
      return report(roomId, events.hasNext() ? reached : to, last, last != null);
    }
    RoomEvent event = events.next();
    return sender.send(hook.url(), hook.secret(), Body.id(event), Body.of(event)).compose(outcome -> {
      metrics.tried(outcome);
      if (!outcome.delivered()) {
        return report(roomId, reached, outcome, true);
      }
      failures = 0;
      return deliver(roomId, event.seq(), events, outcome, to);
    });
  }

  private Future<Boolean> report(long roomId, long seq, Outcome last, boolean tried) {
    boolean failed = last != null && !last.delivered();
    Duration retry = failed ? pause(++failures) : null;
    return bus.ask(WebhookApi.REPORT, new Report(node, hook, roomId, seq, last == null ? null : last.status(),
        last == null ? null : last.error(), tried, retry, failed)).map(kept -> kept && !failed);
  }

  /** Doubled each time, a bit less or more. */
  private static Duration pause(int failures) {
    long millis = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(failures - 1, MAX_DOUBLINGS));
    return Duration.ofMillis((long) (millis * ThreadLocalRandom.current().nextDouble(0.9, 1.1)));
  }

  private void giveBack() {
    bus.ask(WebhookApi.REPORT, new Report(node, hook, 0, 0, null, null, false, null, true))
        .onComplete(told -> done.complete());
  }
}
