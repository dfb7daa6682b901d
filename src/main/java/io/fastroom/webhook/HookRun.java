package io.fastroom.webhook;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.internals.EventLoop;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LogPage;
import io.fastroom.persistence.LogApi.ReadLog;
import io.fastroom.persistence.LogPageSize;
import io.fastroom.persistence.WebhookApi;
import io.fastroom.persistence.WebhookApi.Backlog;
import io.fastroom.persistence.WebhookApi.Behind;
import io.fastroom.persistence.WebhookApi.Claimed;
import io.fastroom.persistence.WebhookApi.Report;
import io.fastroom.persistence.WebhookApi.StartOver;
import io.fastroom.webhook.Delivery.What;
import io.fastroom.webhook.Sender.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hook while this node delivers it: page by page of the log of each room in which it is behind, one event at a time.
 * It ends with the first failure, when there is nothing more to deliver, or when the hook is not this node's any more.
 *
 * <p>Thread: that of the verticle. Limits: one try under way; a page is kept in memory.
 */
final class HookRun {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");
  private static final int PAGE = 50;
  /** A page is in memory until its receiver has taken it, and hundreds of them may take their time. */
  private static final long PAGE_BYTES = 64 << 10;
  private static final long FIRST_RETRY_MILLIS = 2_500;
  private static final long LAST_RETRY_MILLIS = Duration.ofHours(1).toMillis();
  private static final int MAX_DOUBLINGS = 20;
  private static final long IDLE_MILLIS = 1_000;
  /** A hook for all rooms looks at all of them, which takes so much of the time at most. */
  private static final int IDLE_FACTOR = 10;

  private final Vertx vertx;
  private final EventLoop loop;
  private final Bus bus;
  private final Sender sender;
  private final WebhookMetrics metrics;
  private final String node;
  private final Claimed hook;
  private final LogPageSize pages = new LogPageSize(PAGE_BYTES);
  private final Promise<Void> done = Promise.promise();
  private int failures;
  private boolean proven;
  private boolean idle;
  private boolean stopped;

  HookRun(Vertx vertx, Bus bus, Sender sender, WebhookMetrics metrics, String node, Claimed hook) {
    this.vertx = vertx;
    this.loop = EventLoop.of(vertx.getOrCreateContext());
    this.bus = bus;
    this.sender = sender;
    this.metrics = metrics;
    this.node = node;
    this.hook = hook;
    this.failures = hook.attempts();
    this.proven = hook.proven();
  }

  Claimed hook() {
    return hook;
  }

  /** Whether its receiver, which did not take what it was sent last, if anything, is at work now. */
  boolean mayHang() {
    return !proven && !idle;
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
    idle = false;
    long asked = System.nanoTime();
    bus.ask(WebhookApi.BACKLOG, new Backlog(hook.id())).onComplete(answer -> {
      long took = (System.nanoTime() - asked) / 1_000_000;
      if (stopped || answer.failed()) {
        giveBack();
      } else if (!answer.result().isEmpty()) {
        next(answer.result().iterator());
      } else if (hook.roomId() == 0) {
        idle = true;
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
    return bus.ask(LogApi.READ_LOG, new ReadLog(behind.roomId(), behind.at().seq(), pages.atMost(PAGE), ReadLog.HOOKS))
        .compose(page -> Delivery.hasDiverged(behind.at(), page) ? startOver(behind, page) : page(behind, page))
        .recover(failure -> Refused.of(failure).problem() == Problem.ROOM_NOT_FOUND ? Future.succeededFuture(true)
            : Future.failedFuture(failure));
  }

  private Future<Boolean> startOver(Behind behind, LogPage page) {
    // Where the time is not known, nothing tells which events are others: what comes from now on is new.
    Future<Position> begin = behind.at().ts() == null
        ? Future.succeededFuture(new Position(page.head(), page.base().ts()))
        : bus.ask(WebhookApi.START_OVER, new StartOver(behind.roomId(), behind.at()));
    return begin.compose(at ->
        deliver(behind.roomId(), behind.at(), List.of(Delivery.diverged(behind, at)).iterator(), null));
  }

  private Future<Boolean> page(Behind behind, LogPage page) {
    pages.saw(page.events());
    List<Delivery> all = Delivery.of(behind, page,
        event -> hook.events().isEmpty() || hook.events().contains(Body.type(event)));
    // With nothing to send it is only the time of its position that is not known, or of an event that is gone.
    Position reached = all.isEmpty() ? new Position(page.to(), page.base().ts()) : behind.at();
    return deliver(behind.roomId(), reached, all.iterator(), null);
  }

  /**
   * @param reached up to where all was delivered
   * @param last the last outcome, null for none
   */
  private Future<Boolean> deliver(long roomId, Position reached, Iterator<Delivery> all, Outcome last) {
    if (!all.hasNext() || stopped) {
      return report(roomId, reached, last, last != null);
    }
    Delivery next = all.next();
    if (!next.wanted()) {
      return deliver(roomId, next.reached(), all, last);
    }
    return loop.traced("webhook", null, () -> send(next)).compose(outcome -> {
      metrics.tried(outcome);
      if (!outcome.delivered()) {
        return report(roomId, reached, outcome, true);
      }
      failures = 0;
      proven = true;
      metrics.told(next);
      if (next.what() != What.EVENT) {
        LOG.warn("webhook does not get all events webhook={} room={} why={} seq={}", hook.id(), roomId,
            Body.type(next.event()), next.reached().seq());
      }
      return deliver(roomId, next.reached(), all, outcome);
    });
  }

  private Future<Outcome> send(Delivery next) {
    return sender.send(hook.url(), hook.secret(), next.id(), Body.of(next.event()));
  }

  private Future<Boolean> report(long roomId, Position at, Outcome last, boolean tried) {
    boolean failed = last != null && !last.delivered();
    Duration retry = failed ? pause(++failures) : null;
    return bus.ask(WebhookApi.REPORT, new Report(node, hook, roomId, at, last == null ? null : last.status(),
        last == null ? null : last.error(), tried, retry, failed)).map(kept -> kept && !failed);
  }

  /** Doubled each time, a bit less or more. */
  private static Duration pause(int failures) {
    long millis = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(failures - 1, MAX_DOUBLINGS));
    return Duration.ofMillis((long) (millis * ThreadLocalRandom.current().nextDouble(0.9, 1.1)));
  }

  private void giveBack() {
    bus.ask(WebhookApi.REPORT, new Report(node, hook, 0, null, null, null, false, null, true))
        .onComplete(told -> done.complete());
  }
}
