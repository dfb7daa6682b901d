package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.LockedRoom.Seat;
import io.fastroom.persistence.PersistenceApi.Entered;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * New members. Thousands may come into one room at once, each with an event of its own; one after the other they would
 * hold every connection while they wait for the room's row. So of each room one group is admitted at a time, and
 * whoever comes meanwhile is of the next.
 *
 * <p>Thread: any; shared by all verticles of the node.
 */
final class Admissions {
  private static final int GROUP = 200;

  private final RoomChanges changes;
  /** By room; a room is absent when nobody is being admitted. Guarded by this. */
  private final Map<Long, Queue<Entrant>> waiting = new HashMap<>();

  Admissions(RoomChanges changes) {
    this.changes = changes;
  }

  /** Whether one may come in, null when so. */
  interface Rule {
    Problem refuses(Room room, Member member);
  }

  private record Entrant(long userId, Rule rule, Promise<Entered> answer) { }

  /** Makes a user a member who is none yet. Fails with ROOM_NOT_FOUND, USER_NOT_FOUND or what the rule says. */
  Future<Entered> admit(long roomId, long userId, Rule rule) {
    Entrant entrant = new Entrant(userId, rule, Promise.promise());
    if (isFirst(roomId, entrant)) {
      next(roomId);
    }
    return entrant.answer().future();
  }

  private synchronized boolean isFirst(long roomId, Entrant entrant) {
    boolean first = !waiting.containsKey(roomId);
    waiting.computeIfAbsent(roomId, id -> new ArrayDeque<>()).add(entrant);
    return first;
  }

  private synchronized List<Entrant> take(long roomId) {
    List<Entrant> group = new ArrayList<>();
    Queue<Entrant> queue = waiting.get(roomId);
    while (!queue.isEmpty() && group.size() < GROUP) {
      group.add(queue.poll());
    }
    if (group.isEmpty()) {
      waiting.remove(roomId);
    }
    return group;
  }

  private void next(long roomId) {
    List<Entrant> group = take(roomId);
    if (group.isEmpty()) {
      return;
    }
    changes.change(roomId, room -> admit(room, group)).onComplete(result -> {
      if (result.succeeded()) {
        result.result().forEach(Runnable::run);
      } else {
        group.forEach(entrant -> entrant.answer().fail(result.cause()));
      }
      next(roomId);
    });
  }

  /** Answers what is to be told to each once it is committed. */
  private static Future<Outcome<List<Runnable>>> admit(LockedRoom locked, List<Entrant> entrants) {
    return locked.seats(entrants.stream().map(Entrant::userId).distinct().toArray(Long[]::new)).compose(seats -> {
      Group group = new Group(seats);
      entrants.forEach(entrant -> group.decide(locked.room, entrant));
      return locked.save(List.copyOf(group.added.values()))
          .map(saved -> new Outcome<>(group.answers(locked, saved.answer()), saved.events()));
    });
  }

  /** What is decided about a group; two sockets of one user may be in it. */
  private static final class Group {
    private final Map<Long, Seat> seats;
    private final Map<Long, Member> members = new HashMap<>();
    private final Map<Long, Member> added = new LinkedHashMap<>();
    private final List<Runnable> answers = new ArrayList<>();
    private final List<Entrant> admitted = new ArrayList<>();

    Group(Map<Long, Seat> seats) {
      this.seats = seats;
      seats.values().forEach(seat -> members.put(seat.userId(), seat.member()));
    }

    void decide(Room room, Entrant entrant) {
      Seat seat = seats.get(entrant.userId());
      Member member = members.get(entrant.userId());
      Problem problem = seat == null ? Problem.USER_NOT_FOUND : entrant.rule().refuses(room, member);
      if (problem != null) {
        answers.add(() -> entrant.answer().fail(new Refused(problem)));
        return;
      }
      if (member == null || !member.isMember()) {
        members.put(seat.userId(), seat.admitted());
        added.put(seat.userId(), seat.admitted());
      }
      admitted.add(entrant);
    }

    List<Runnable> answers(LockedRoom locked, List<Member> saved) {
      saved.forEach(member -> members.put(member.userId(), member));
      long head = locked.head + saved.size();
      admitted.forEach(entrant -> answers.add(() ->
          entrant.answer().complete(new Entered(locked.room, members.get(entrant.userId()), head))));
      return answers;
    }
  }
}
