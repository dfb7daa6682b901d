package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.bus.Repeat;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.AwaitAppends;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LogPage;
import io.fastroom.persistence.LogApi.ReadLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Fills what is missing from PostgreSQL. A lost Redis message, a node killed between commit and publish, an outage of
 * Redis: all are repaired in the same way. A visible gap is filled after a moment (mostly the event is only late); a
 * gap at the end of what was received is found by {@link LogComparison}. What is missing from the log, too, is a hole,
 * and is skipped.
 *
 * <p>Thread: the RoomVerticle's. Limits: one read at a time per room; reads that find nothing come at growing
 * intervals, up to {@link #MAX_PATIENCE_MILLIS}.
 */
final class Healer {
  /** How late an event may be before it is read from the log, in milliseconds. */
  static final long PATIENCE_MILLIS = 150;
  /** Chosen so that a gap is still filled within three seconds. */
  private static final long MAX_PATIENCE_MILLIS = 1_500;
  private static final int MAX_DOUBLINGS = 4;
  private static final long APPENDS_MILLIS = 500;
  private static final int PAGE = 500;

  private final Bus bus;
  private final Vertx vertx;
  private final RoomMetrics metrics;
  private final Consumer<LiveRoom> diverged;
  private final Consumer<LiveRoom> gone;

  /**
   * @param diverged told of a room whose log has diverged
   * @param gone told of a room that no longer exists
   */
  Healer(Bus bus, Vertx vertx, RoomMetrics metrics, Consumer<LiveRoom> diverged, Consumer<LiveRoom> gone) {
    this.bus = bus;
    this.vertx = vertx;
    this.metrics = metrics;
    this.diverged = diverged;
    this.gone = gone;
  }

  /**
   * To be called when events wait behind a gap, or the log is known to go further; heals unless the gap closes in time.
   */
  void expect(LiveRoom room, long seq) {
    if (room.released() < seq) {
      look(room, seq);
    }
  }

  /** A hint that there is something in the log: it is read, less often the less the last reads found. */
  void hint(LiveRoom room) {
    look(room, Long.MAX_VALUE);
  }

  private void look(LiveRoom room, long seq) {
    if (room.gapTimer) {
      return;
    }
    room.gapTimer = true;
    long patience = Math.min(PATIENCE_MILLIS << Math.min(room.fruitless, MAX_DOUBLINGS), MAX_PATIENCE_MILLIS);
    vertx.setTimer(patience, timer -> {
      room.gapTimer = false;
      if (room.released() < seq || room.hasGap()) {
        heal(room);
      }
    });
  }

  /** Reads up to the end of the log. Fails when PostgreSQL is away: the next comparison tries again. */
  Future<Void> heal(LiveRoom room) {
    if (room.divergence != null) {
      return Future.succeededFuture();
    }
    if (room.healing == null) {
      long before = room.released();
      Future<Void> healing = Repeat.whileTrue(() -> step(room)).recover(failure -> failed(room, Refused.of(failure)));
      room.healing = healing;
      healing.onComplete(done -> {
        room.healing = null;
        room.fruitless = room.released() > before ? 0 : room.fruitless + 1;
      });
      return healing;
    }
    return room.healing;
  }

  /** Heals until {@code seq} has been released, or the log is seen to end before it. */
  Future<Void> catchUp(LiveRoom room, long seq) {
    if (room.released() >= seq) {
      return Future.succeededFuture();
    }
    // Healing already under way may have read before the event was there, so only a second one counts.
    return heal(room).compose(first -> room.released() >= seq ? Future.succeededFuture() : heal(room));
  }

  /** Heals up to where a reading saw the log end. @return whether what it read is of the log that was released */
  Future<Boolean> releases(LiveRoom room, Position read) {
    return catchUp(room, read.seq()).map(caughtUp -> room.divergence == null && room.released() >= read.seq()
        && !LogComparison.differs(room, room.last(), read));
  }

  /** Reads a page and releases it. @return whether there is another one */
  private Future<Boolean> step(LiveRoom room) {
    int history = room.history();
    long from = room.released();
    long arrivals = room.arrivals();
    Position last = room.last();
    return bus.ask(LogApi.READ_LOG, new ReadLog(room.id, from, room.page.atMost(PAGE))).compose(page -> {
      room.page.saw(page.events());
      if (history != room.history() || room.divergence != null) {
        return Future.succeededFuture(false);
      }
      if (page.head() < from || LogComparison.differs(room, last, page.base())) {
        diverged.accept(room);
        return Future.succeededFuture(false);
      }
      if (page.to() <= room.released()) {
        return Future.succeededFuture(false);
      }
      return announced(room, page).map(done -> {
        if (history != room.history() || room.divergence != null) {
          return false;
        }
        metrics.healed((int) page.events().stream().filter(event -> event.seq() > room.released()).count());
        metrics.holes(room.take(page.events(), page.to(), page.head(), arrivals));
        return page.to() < page.head();
      });
    });
  }

  /** This node's own commits may be read before they are announced; only the announcement carries the sender's ref. */
  private Future<Void> announced(LiveRoom room, LogPage page) {
    return page.events().isEmpty() ? Future.succeededFuture()
        : bus.ask(ChatApi.AWAIT_APPENDS, new AwaitAppends(room.id))
            .timeout(APPENDS_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  private Future<Void> failed(LiveRoom room, Refused refused) {
    if (refused.problem() != Problem.ROOM_NOT_FOUND) {
      return Future.failedFuture(refused);
    }
    gone.accept(room);
    return Future.succeededFuture();
  }
}
