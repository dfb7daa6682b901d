package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LoadRoom;
import io.fastroom.persistence.LogApi.LoadedRoom;
import io.fastroom.persistence.LogApi.RaiseIds;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.fastroom.room.RoomApi.StartOver;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts rooms whose log has diverged: the members are checked again, the log is read again, and every socket is told
 * to start over. Chats of this node that revealed it are delivered after that, to their senders as their own.
 *
 * <p>Thread: the RoomVerticle's. Limits: one attempt at a time per room; while PostgreSQL is away none succeeds, and
 * the next comparison makes another one.
 */
final class Restarts {
  private static final int ROUNDS = 5;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");

  private final Bus bus;
  private final Rooms rooms;
  private final Healer healer;
  private final PresenceTracker presences;
  private final Deliverer deliverer;
  private final RoomMetrics metrics;
  private final Consumer<LiveRoom> gone;

  Restarts(Bus bus, Rooms rooms, Healer healer, PresenceTracker presences, Deliverer deliverer, RoomMetrics metrics,
           Consumer<LiveRoom> gone) {
    this.bus = bus;
    this.rooms = rooms;
    this.healer = healer;
    this.presences = presences;
    this.deliverer = deliverer;
    this.metrics = metrics;
    this.gone = gone;
  }

  /** What each user in the room is now: a membership, or the reason why they may not be there any more. */
  private record Check(Map<Long, Membership> members, Map<Long, Problem> out) { }

  /** To be called once a room's log is known to have diverged. */
  void diverged(LiveRoom room) {
    if (room.divergence == null && rooms.byId(room.id) == room) {
      LOG.warn("room {} was at {} of a log that PostgreSQL no longer has (a failover that lost its end, or a restore); its "
          + "sockets are told to start over", room.id, room.last().seq());
      metrics.diverged();
      room.diverge();
      attempt(room);
    }
  }

  /** Tries again what has failed. */
  void again(List<LiveRoom> all) {
    all.stream().filter(room -> room.divergence != null).forEach(this::attempt);
  }

  /** Completes when the room has restarted; fails when that is not possible now. */
  Future<Void> begun(LiveRoom room) {
    return room.divergence == null ? Future.succeededFuture() : attempt(room);
  }

  private Future<Void> attempt(LiveRoom room) {
    Divergence divergence = room.divergence;
    if (divergence.attempt == null) {
      Future<Void> attempt = bus.ask(LogApi.RAISE_IDS, new RaiseIds()).compose(raised -> round(room, 1))
          .recover(failure -> failed(room, Refused.of(failure)));
      divergence.attempt = attempt;
      attempt.onComplete(done -> divergence.attempt = null);
      return attempt;
    }
    return divergence.attempt;
  }

  private Future<Void> failed(LiveRoom room, Refused refused) {
    if (refused.problem() != Problem.ROOM_NOT_FOUND) {
      return Future.failedFuture(refused);
    }
    gone.accept(room);
    return Future.succeededFuture();
  }

  private Future<Void> round(LiveRoom room, int number) {
    if (number > ROUNDS) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    // The room may also have another name now, and memberships are asked for by name.
    return load(room, 0).compose(named -> check(room, named.room().name())).compose(check -> {
      room.divergence.loading();
      return load(room, Rooms.TAIL_AT_FIRST).compose(loaded -> {
        if (changedSince(check, loaded)) {
          return round(room, number + 1);
        }
        begin(room, loaded, check);
        return Future.succeededFuture();
      });
    });
  }

  private Future<LoadedRoom> load(LiveRoom room, int tail) {
    return bus.ask(LogApi.LOAD_ROOM, new LoadRoom(room.id, tail)).map(loaded -> {
      if (!loaded.room().createdAt().equals(room.createdAt())) {
        // The id was used again, for another room.
        throw new Refused(Problem.ROOM_NOT_FOUND);
      }
      return loaded;
    });
  }

  private Future<Check> check(LiveRoom room, String name) {
    Check check = new Check(new HashMap<>(), new HashMap<>());
    List<Future<Void>> asked = new ArrayList<>();
    Map<Long, Boolean> admits = new HashMap<>();
    room.sockets.conns().forEach(conn -> admits.merge(conn.userId(), conn.isPresent(), Boolean::logicalOr));
    admits.forEach((user, admit) -> asked.add(
        bus.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(user, name, admit)).transform(answer -> {
          Problem problem = answer.succeeded() ? null : Refused.of(answer.cause()).problem();
          if (problem == Problem.UNAVAILABLE || problem == Problem.INTERNAL) {
            return Future.failedFuture(answer.cause());
          }
          if (problem != null) {
            check.out.put(user, problem);
          } else {
            check.members.put(user, answer.result());
          }
          return Future.succeededFuture();
        })));
    return Future.all(asked).map(check);
  }

  /** Whether somebody has lost a right between the check and the read of the log. */
  private static boolean changedSince(Check check, LoadedRoom loaded) {
    for (RoomEvent event : loaded.tail()) {
      Membership checked = event instanceof MemberUpdate update ? check.members.get(update.member().userId()) : null;
      if (checked != null && event.seq() > Math.min(checked.seq(), loaded.head())) {
        return true;
      }
    }
    return false;
  }

  private void begin(LiveRoom room, LoadedRoom loaded, Check check) {
    Divergence divergence = room.divergence;
    if (divergence == null || rooms.byId(room.id) != room) {
      return;
    }
    List<Committed> own = divergence.within(loaded.tail());
    // A node's own chats are delivered as such, after the history; but not before the tail's first event, which gives
    // the time.
    long first = loaded.tailStart() == 0 ? 0 : loaded.tail().get(0).seq();
    long cut = own.isEmpty() ? loaded.head() : Math.max(first, own.get(0).event().seq() - 1);
    String from = room.name();
    List<String> hubs = List.copyOf(room.sockets.hubs().keySet());
    room.begin(loaded, cut);
    for (RoomSockets.Conn conn : room.sockets.conns()) {
      if (check.out.containsKey(conn.userId())) {
        room.sockets.exit(conn.connId());
        presences.left(room, conn);
      }
    }
    deliverer.flush(room);
    StartOver told = new StartOver(room.id, room.name(), loaded.room().isPrivate(), cut, room.last(),
        room.presence.who(null, RoomApi.LARGE), room.recent.last(), muted(check), Map.copyOf(check.out));
    hubs.forEach(hub -> bus.tell(RoomApi.startOver(hub), told));
    if (!from.equals(room.name())) {
      rooms.renamed(room, from, room.name());
      presences.renamed(room, from);
    }
    goOn(room, loaded, own, divergence.after(loaded.head()));
  }

  private static Set<Long> muted(Check check) {
    Set<Long> muted = new HashSet<>();
    check.members.forEach((user, checked) -> {
      if (checked.member() != null && checked.member().isMuted()) {
        muted.add(user);
      }
    });
    return Set.copyOf(muted);
  }

  private void goOn(LiveRoom room, LoadedRoom loaded, List<Committed> own, List<Committed> later) {
    own.forEach(one -> room.offer(one, null));
    List<RoomEvent> rest = loaded.tail().stream().filter(event -> event.seq() > room.released()).toList();
    metrics.holes(room.take(rest, loaded.head(), loaded.head(), -1));
    later.forEach(one -> room.offer(one, null));
    // What the other nodes have published meanwhile was not accepted.
    healer.heal(room);
  }
}
