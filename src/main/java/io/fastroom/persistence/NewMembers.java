package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.LockedRoom.RoomUser;
import io.fastroom.persistence.PersistenceApi.Membership;
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
final class NewMembers {
  private static final int GROUP = 200;

  private final RoomChanges changes;
  /** By room; a room is absent when nobody is being admitted. Guarded by this. */
  private final Map<Long, Queue<JoinRequest>> waiting = new HashMap<>();

  NewMembers(RoomChanges changes) {
    this.changes = changes;
  }

  /** Whether one may come in, null when so. */
  interface Rule {
    Problem refuses(Room room, Member member);
  }

  private record JoinRequest(long userId, Rule rule, Promise<Membership> answer) { }

  /** Makes a user a member who is none yet. Fails with ROOM_NOT_FOUND, USER_NOT_FOUND or what the rule says. */
  Future<Membership> admit(long roomId, long userId, Rule rule) {
    JoinRequest entrant = new JoinRequest(userId, rule, Promise.promise());
    if (isFirst(roomId, entrant)) {
      next(roomId);
    }
    return entrant.answer().future();
  }

  private synchronized boolean isFirst(long roomId, JoinRequest entrant) {
    boolean first = !waiting.containsKey(roomId);
    waiting.computeIfAbsent(roomId, id -> new ArrayDeque<>()).add(entrant);
    return first;
  }

  private synchronized List<JoinRequest> take(long roomId) {
    List<JoinRequest> group = new ArrayList<>();
    Queue<JoinRequest> queue = waiting.get(roomId);
    while (!queue.isEmpty() && group.size() < GROUP) {
      group.add(queue.poll());
    }
    if (group.isEmpty()) {
      waiting.remove(roomId);
    }
    return group;
  }

  private void next(long roomId) {
    List<JoinRequest> group = take(roomId);
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
  private static Future<Outcome<List<Runnable>>> admit(LockedRoom locked, List<JoinRequest> entrants) {
    return locked.users(entrants.stream().map(JoinRequest::userId).distinct().toArray(Long[]::new)).compose(users -> {
      Group group = new Group(users);
      entrants.forEach(entrant -> group.decide(locked.room, entrant));
      return locked.save(List.copyOf(group.added.values()))
          .map(saved -> new Outcome<>(group.answers(locked, saved.answer()), saved.events()));
    });
  }

  /** What is decided about a group; two sockets of one user may be in it. */
  private static final class Group {
    private final Map<Long, RoomUser> users;
    private final Map<Long, Member> members = new HashMap<>();
    private final Map<Long, Member> added = new LinkedHashMap<>();
    private final List<Runnable> answers = new ArrayList<>();
    private final List<JoinRequest> admitted = new ArrayList<>();

    Group(Map<Long, RoomUser> users) {
      this.users = users;
      users.values().forEach(user -> members.put(user.userId(), user.member()));
    }

    void decide(Room room, JoinRequest entrant) {
      RoomUser user = users.get(entrant.userId());
      Member member = members.get(entrant.userId());
      Problem problem = user == null ? Problem.USER_NOT_FOUND : entrant.rule().refuses(room, member);
      if (problem != null) {
        answers.add(() -> entrant.answer().fail(new Refused(problem)));
        return;
      }
      if (member == null || !member.isMember()) {
        members.put(user.userId(), user.admitted());
        added.put(user.userId(), user.admitted());
      }
      admitted.add(entrant);
    }

    List<Runnable> answers(LockedRoom locked, List<Member> saved) {
      saved.forEach(member -> members.put(member.userId(), member));
      long head = locked.head + saved.size();
      admitted.forEach(entrant -> answers.add(() ->
          entrant.answer().complete(new Membership(locked.room, members.get(entrant.userId()), head))));
      return answers;
    }
  }
}
