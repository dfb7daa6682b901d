package io.fastroom.persistence;

import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions;
import io.fastroom.model.Permissions.Others;
import io.fastroom.model.Problem;
import io.fastroom.persistence.LockedRoom.RoomUser;
import io.fastroom.persistence.PersistenceApi.AddMember;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.RemoveMember;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import java.util.Map;

/** Table {@code room_members}: joining, leaving and moderation. Thread: any. */
final class MemberStore {
  private final RoomChanges changes;
  private final NewMembers newMembers;
  private final int moves;

  /** @param moves how often a user may join and leave a room within a minute; 0 is no limit */
  MemberStore(RoomChanges changes, NewMembers newMembers, int moves) {
    this.changes = changes;
    this.newMembers = newMembers;
    this.moves = moves;
  }

  Future<Member> join(JoinRoom q) {
    return newMembers.admit(q.roomId(), q.actorId()).map(admitted -> {
      RoomChanges.check(admitted.isNew() ? null : Problem.ALREADY_MEMBER);
      return admitted.membership().member();
    });
  }

  Future<Member> add(AddMember q) {
    return changes.change(q.roomId(), locked -> locked.withUser(q.actorId(), q.username(), (actor, user) -> {
      RoomChanges.check(Permissions.add(locked.room, actor, user == null ? null : user.member()));
      RoomChanges.check(user == null ? Problem.USER_NOT_FOUND : null);
      return locked.checkCounts(user.userId()).compose(fits -> locked.save(user.admitted()));
    }));
  }

  Future<Void> leave(LeaveRoom q) {
    return changes.change(q.roomId(), locked -> locked.users(q.actorId()).compose(users -> {
      Member member = LockedRoom.member(users, q.actorId());
      return locked.others(q.actorId()).compose(others -> {
        RoomChanges.check(Permissions.leave(locked.room, member, others));
        return locked.checkMoves(q.actorId(), moves).compose(mayMove -> locked.saveMove(gone(member)));
      });
    })).mapEmpty();
  }

  Future<Void> remove(RemoveMember q) {
    return changes.change(q.roomId(), locked -> read(locked, q.actorId(), q.userId()).compose(about -> {
      RoomChanges.check(Permissions.remove(locked.room, about.actor(), about.target(), about.others()));
      return locked.save(gone(about.target())).compose(outcome -> locked.audit(outcome,
          AuditEntry.by(q.actorId(), q.address(), "member_removed", target(about.target()), q.roomId())));
    })).mapEmpty();
  }

  Future<Member> setFlag(SetFlag q) {
    return changes.change(q.roomId(), locked -> read(locked, q.actorId(), q.userId())
        .compose(about -> flagged(locked, about, q))
        .compose(outcome -> {
          Member now = outcome.answer();
          return locked.audit(outcome, AuditEntry.by(q.actorId(), q.address(), action(now, q.flag()), target(now),
              q.roomId()).because(now.reason()).with("until", now.until()));
        }));
  }

  private static Target target(Member member) {
    return new Target("user", member.userId(), member.username());
  }

  private static String action(Member member, Flag flag) {
    return switch (flag) {
      case MODERATOR -> member.isModerator() ? "moderator_granted" : "moderator_revoked";
      case BAN -> member.isBanned() ? "banned" : "unbanned";
      case MUTE -> member.isMuted() ? "muted" : "unmuted";
    };
  }

  private static Future<Outcome<Member>> flagged(LockedRoom locked, About about, SetFlag q) {
    Member target = about.target();
    boolean enabled = q.enabled() != null ? q.enabled() : target != null && !is(target, q.flag());
    RoomChanges.check(q.flag() == Flag.MODERATOR
        ? Permissions.setModerator(locked.room, about.actor(), target, enabled, about.others())
        : Permissions.restrict(locked.room, about.actor(), target, enabled));
    boolean same = is(target, q.flag()) == enabled && (!enabled || q.reason() == null && q.until() == null);
    if (q.flag() == Flag.MODERATOR) {
      return same ? Future.succeededFuture(Outcome.unchanged(target)) : locked.save(with(target, q.flag(), enabled));
    }
    Future<Boolean> unchanged = same && enabled ? Restrictions.isEndless(locked, target.userId(), q.flag())
        : Future.succeededFuture(same);
    return unchanged.compose(nothing -> nothing ? Future.succeededFuture(Outcome.unchanged(target))
        : Restrictions.save(locked, with(target, q.flag(), enabled), q));
  }

  /** What a decision about another member is based on. */
  private record About(Member actor, Member target, Others others) { }

  private static Future<About> read(LockedRoom locked, long actorId, long targetId) {
    Future<Map<Long, RoomUser>> users = locked.users(actorId, targetId);
    Future<Others> others = locked.others(targetId);
    return Future.all(users, others).map(both -> new About(LockedRoom.member(users.result(), actorId),
        LockedRoom.member(users.result(), targetId), others.result()));
  }

  private static boolean is(Member m, Flag flag) {
    return switch (flag) {
      case MODERATOR -> m.isModerator();
      case BAN -> m.isBanned();
      case MUTE -> m.isMuted();
    };
  }

  static Member with(Member m, Flag flag, boolean on) {
    return new Member(m.userId(), m.username(), m.isMember(), flag == Flag.MODERATOR ? on : m.isModerator(),
        flag == Flag.BAN ? on : m.isBanned(), flag == Flag.MUTE ? on : m.isMuted(), m.joinedAt());
  }

  private static Member gone(Member m) {
    return new Member(m.userId(), m.username(), false, false, m.isBanned(), m.isMuted(), m.joinedAt());
  }
}
