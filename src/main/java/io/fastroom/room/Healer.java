package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.RoomDeleted;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.AwaitAppends;
import io.fastroom.persistence.PersistenceApi.LogPage;
import io.fastroom.persistence.PersistenceApi.ReadHeads;
import io.fastroom.persistence.PersistenceApi.ReadLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Fills what is missing from PostgreSQL. A lost Redis message, a node killed between commit and publish, Redis gone: one
 * road. A gap that shows is filled after a moment (mostly the event is only late); one that does not show is found by
 * comparing the heads of all live rooms with the database.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class Healer {
  /** How late an event may be before it is looked for, in milliseconds. */
  static final long PATIENCE_MILLIS = 150;
  private static final long APPENDS_MILLIS = 500;
  private static final int PAGE = 500;
  private static final int HEADS_A_QUERY = 1000;

  private final Bus bus;
  private final Vertx vertx;
  private final RoomMetrics metrics;

  Healer(Bus bus, Vertx vertx, RoomMetrics metrics) {
    this.bus = bus;
    this.vertx = vertx;
    this.metrics = metrics;
  }

  /** To be called when events wait behind a gap, or a head is known to be further; heals unless it mends itself in time. */
  void expect(LiveRoom room, long seq) {
    if (room.gapTimer || room.released() >= seq) {
      return;
    }
    room.gapTimer = true;
    vertx.setTimer(PATIENCE_MILLIS, timer -> {
      room.gapTimer = false;
      if (room.released() < seq || room.hasGap()) {
        heal(room);
      }
    });
  }

  /** Reads on to where the log stands. Fails when PostgreSQL is away: the next sweep tries again. */
  Future<Void> heal(LiveRoom room) {
    if (room.healing == null) {
      room.healing = readOn(room);
      room.healing.onComplete(done -> room.healing = null);
    }
    return room.healing == null ? Future.succeededFuture() : room.healing;
  }

  /** Heals until {@code seq} has been released. */
  Future<Void> catchUp(LiveRoom room, long seq) {
    if (room.released() >= seq) {
      return Future.succeededFuture();
    }
    // A healing under way may have read before the event was there, so the second one counts.
    return heal(room).compose(first -> room.released() >= seq ? Future.succeededFuture() : heal(room));
  }

  private Future<Void> readOn(LiveRoom room) {
    return bus.ask(PersistenceApi.READ_LOG, new ReadLog(room.id, room.released(), PAGE))
        .compose(page -> took(room, page))
        .recover(failure -> gone(room, Refused.of(failure)));
  }

  private Future<Void> took(LiveRoom room, LogPage page) {
    if (page.events().isEmpty()) {
      return Future.succeededFuture();
    }
    // This node's own commits may be read before they are announced; only the announcement knows their sender's ref.
    return bus.ask(PersistenceApi.AWAIT_APPENDS, new AwaitAppends(room.id))
        .timeout(APPENDS_MILLIS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .compose(announced -> release(room, page));
  }

  private Future<Void> release(LiveRoom room, LogPage page) {
    metrics.healed((int) Math.max(0, page.events().get(page.events().size() - 1).seq() - room.released()));
    for (RoomEvent event : page.events()) {
      room.offer(new Committed(event, null, null), null);
    }
    return room.released() < page.head() ? readOn(room) : Future.succeededFuture();
  }

  private Future<Void> gone(LiveRoom room, Refused refused) {
    if (refused.problem() != Problem.ROOM_NOT_FOUND) {
      return Future.failedFuture(refused);
    }
    deleted(room);
    return Future.succeededFuture();
  }

  private static void deleted(LiveRoom room) {
    room.offer(new Committed(new RoomDeleted(room.id, room.name(), room.released() + 1, Instant.now()), null, null), null);
  }

  /** Compares where the rooms stand with the database. */
  void sweep(List<LiveRoom> rooms) {
    for (int from = 0; from < rooms.size(); from += HEADS_A_QUERY) {
      List<LiveRoom> some = rooms.subList(from, Math.min(rooms.size(), from + HEADS_A_QUERY));
      bus.ask(PersistenceApi.READ_HEADS, new ReadHeads(some.stream().map(room -> room.id).toList()))
          .onSuccess(heads -> compare(some, heads));
    }
  }

  private void compare(List<LiveRoom> rooms, Map<Long, Long> heads) {
    for (LiveRoom room : rooms) {
      Long head = heads.get(room.id);
      if (head == null) {
        deleted(room);
      } else {
        expect(room, head);
      }
    }
  }
}
