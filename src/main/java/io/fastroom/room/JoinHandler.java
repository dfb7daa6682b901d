package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.room.RoomApi.Join;
import io.fastroom.room.RoomApi.Joined;
import io.fastroom.room.RoomSockets.Kind;
import io.vertx.core.Future;

/**
 * How a socket joins a room. The membership is checked in PostgreSQL, which also tells the event that it results from.
 * The node first releases the log up to that event, so that nobody hears what was said while they were not a member;
 * and if a later event has taken a right away, the check is repeated, so that no ban is missed. A live room is compared
 * with its log at the same time, so that nobody is shown, or resumes over, events that are not in the database.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class JoinHandler {
  private static final int ATTEMPTS = 5;
  /** In nanoseconds. Soon after it the asker gives up, and no hub would know of a socket that was let in then. */
  private static final long PATIENCE_NANOS = (Bus.ANSWER_MILLIS - 1000) * 1_000_000;

  private final Bus bus;
  private final Rooms rooms;
  private final LogComparison comparison;
  private final Restarts restarts;
  private final Healer healer;
  private final LogReader reader;
  private final PresenceTracker presences;
  private final Deliverer deliverer;

  JoinHandler(Bus bus, Rooms rooms, LogComparison comparison, Restarts restarts, Healer healer, LogReader reader,
              PresenceTracker presences, Deliverer deliverer) {
    this.bus = bus;
    this.rooms = rooms;
    this.comparison = comparison;
    this.restarts = restarts;
    this.healer = healer;
    this.reader = reader;
    this.presences = presences;
    this.deliverer = deliverer;
  }

  Future<Joined> enter(Join wish) {
    return attempt(wish, System.nanoTime(), 1);
  }

  private Future<Joined> attempt(Join wish, long asked, int number) {
    if (number > ATTEMPTS || System.nanoTime() - asked > PATIENCE_NANOS) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE,
          "The room is changing too fast or the answer took too long, try again"));
    }
    LiveRoom known = rooms.byName(wish.room());
    if (known != null && known.divergence != null) {
      return restarts.begun(known).compose(begun -> attempt(wish, asked, number + 1));
    }
    // While the membership is checked, the room is compared with its log.
    Future<Void> compared = known == null ? Future.succeededFuture() : comparison.compare(known);
    boolean admits = !wish.reads() && !wish.ifMember();
    return bus.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(wish.userId(), wish.room(), admits))
        .compose(checked -> wish.ifMember() && isGuest(checked) ? Future.failedFuture(new Refused(Problem.NOT_IN_ROOM))
            : compared.compose(same -> known == null || known.id == checked.room().id()
            ? rooms.live(checked.room()) : Future.succeededFuture(known)).compose(room -> {
          if (room.id != checked.room().id() || !room.name().equals(wish.room())) {
            // Renamed a moment ago, and the name is another room's by now; this node has not been told yet.
            return healer.heal(room).compose(healed -> attempt(wish, asked, number + 1));
          }
          if (room != known || room.divergence != null) {
            // It became live after the check: its first events may include changes that the check did not see.
            return attempt(wish, asked, number + 1);
          }
          return healer.catchUp(room, checked.seq()).compose(there -> admit(wish, room, checked, asked, number));
        }));
  }

  private Future<Joined> admit(Join wish, LiveRoom room, PersistenceApi.Membership checked, long asked, int number) {
    Future<Boolean> resume = wish.since() == null ? Future.succeededFuture(null)
        : reader.canResume(room, wish.since(), wish.userId());
    int history = room.history();
    // The membership may date from a longer history that is lost: then it precedes all of the present one.
    long seq = Math.min(checked.seq(), room.released());
    return resume
        .compose(resumed -> reader.refill(room).map(refilled -> resumed))
        .compose(resumed -> present(room, wish)
            // Others may have needed the room's memory meanwhile.
            .compose(version -> reader.refill(room).map(refilled -> version).onFailure(lost -> absent(room, wish)))
            .compose(version -> {
              if (rooms.byId(room.id) != room || !room.name().equals(wish.room())
                  || room.history() != history || room.divergence != null
                  || room.restrictedAfter(wish.userId(), seq) || isGuest(checked) && room.closedAfter(seq)
                  || room.recent.isShort() || System.nanoTime() - asked > PATIENCE_NANOS) {
                absent(room, wish);
                return attempt(wish, asked, number + 1);
              }
              return Future.succeededFuture(entered(wish, room, checked, resumed, version));
            }));
  }

  private Future<Long> present(LiveRoom room, Join wish) {
    return wish.reads() ? Future.succeededFuture() : presences.write(room, wish.username(), wish.connId());
  }

  private void absent(LiveRoom room, Join wish) {
    if (!wish.reads()) {
      presences.erase(room, wish.username(), wish.connId());
    }
  }

  private static boolean isGuest(PersistenceApi.Membership checked) {
    return checked.member() == null || !checked.member().isMember();
  }

  private Joined entered(Join wish, LiveRoom room, PersistenceApi.Membership checked, Boolean resumed, Long version) {
    Kind kind = wish.reads() ? Kind.READER : Kind.PRESENT;
    room.sockets.enter(new RoomSockets.Conn(wish.connId(), wish.userId(), wish.username(), wish.hub(), kind));
    if (kind == Kind.PRESENT) {
      presences.joined(room, wish.username(), version);
    }
    Events history = Boolean.TRUE.equals(resumed) ? reader.firstPage(room, wish.since().seq())
        : new Events(room.recent.last(), room.released());
    deliverer.flush(room);
    return new Joined(room.id, room.name(), checked.member(), room.released(), room.last(),
        room.presence.who(null, RoomApi.LARGE), history.events(), resumed, history.to());
  }

  /** Completes when presence has been told. */
  Future<Void> exit(long roomId, String connId) {
    LiveRoom room = rooms.byId(roomId);
    RoomSockets.Conn conn = room == null ? null : room.sockets.exit(connId);
    return conn == null ? Future.succeededFuture() : presences.left(room, conn);
  }
}
