package io.fastroom.model;

import java.util.List;
import java.util.Set;

/**
 * Who may do what: pure functions, used by REST, sockets and the stores alike. Each returns null when it is allowed,
 * else the problem. {@code actor} and {@code target} are null for a user who never was a member.
 */
public final class Permissions {
  private Permissions() { }

  /**
   * Who is in a room besides the target; banned users do not count.
   *
   * @param members whether there is any other member
   * @param moderators whether there is any other moderator
   */
  public record Others(boolean members, boolean moderators) { }

  /** Whether the room exists for the actor. A public one does for everybody, even for banned users. */
  public static Problem see(Room room, Member actor) {
    if (!room.isPrivate()) {
      return null;
    }
    if (!isMember(actor)) {
      return Problem.ROOM_NOT_FOUND;
    }
    return actor.isBanned() ? Problem.BANNED : null;
  }

  /** Messages, members, presence; and joining by a socket. */
  public static Problem read(Room room, Member actor) {
    Problem unseen = see(room, actor);
    return unseen == null && actor != null && actor.isBanned() ? Problem.BANNED : unseen;
  }

  /** Writing a message, typing. */
  public static Problem chat(Member actor) {
    if (actor != null && actor.isBanned()) {
      return Problem.BANNED;
    }
    if (!isMember(actor)) {
      return Problem.NOT_IN_ROOM;
    }
    return actor.isMuted() ? Problem.MUTED : null;
  }

  public static Problem join(Room room, Member actor) {
    Problem unread = read(room, actor);
    return unread == null && isMember(actor) ? Problem.ALREADY_MEMBER : unread;
  }

  /** Leaving on one's own; banned users may, too. */
  public static Problem leave(Room room, Member actor, Others others) {
    if (!isMember(actor)) {
      return room.isPrivate() ? Problem.ROOM_NOT_FOUND : Problem.MEMBER_NOT_FOUND;
    }
    return room.isDirect() ? Problem.DIRECT_ROOM : stepDown(actor, others);
  }

  /** Changing or deleting the room, and whatever else only moderators do. */
  public static Problem moderate(Room room, Member actor) {
    Problem unread = read(room, actor);
    if (unread != null) {
      return unread;
    }
    return room.isDirect() ? Problem.DIRECT_ROOM : isMember(actor) && actor.isModerator() ? null : Problem.NOT_MODERATOR;
  }

  public static Problem add(Room room, Member actor, Member target) {
    Problem refused = moderate(room, actor);
    if (refused != null) {
      return refused;
    }
    if (target != null && target.isBanned()) {
      return Problem.MEMBER_BANNED;
    }
    return isMember(target) ? Problem.ALREADY_MEMBER : null;
  }

  /** @param others besides the target */
  public static Problem remove(Room room, Member actor, Member target, Others others) {
    Problem refused = moderate(room, actor);
    if (refused != null) {
      return refused;
    }
    return isMember(target) ? stepDown(target, others) : Problem.MEMBER_NOT_FOUND;
  }

  /** @param others besides the target */
  public static Problem setModerator(Room room, Member actor, Member target, boolean enabled, Others others) {
    Problem refused = moderate(room, actor);
    if (refused != null) {
      return refused;
    }
    if (!isMember(target)) {
      return Problem.MEMBER_NOT_FOUND;
    }
    if (enabled) {
      return target.isBanned() ? Problem.MEMBER_BANNED : null;
    }
    return stepDown(target, others);
  }

  /** Setting or lifting a ban or a mute. Both outlive the membership, so the target may have left. */
  public static Problem restrict(Room room, Member actor, Member target, boolean enabled) {
    Problem refused = moderate(room, actor);
    if (refused != null) {
      return refused;
    }
    if (target == null) {
      return Problem.MEMBER_NOT_FOUND;
    }
    if (target.userId() == actor.userId()) {
      return Problem.NOT_YOURSELF;
    }
    return enabled && target.isModerator() ? Problem.MODERATOR_FIRST_DEMOTED : null;
  }

  /** Editing as the author or as a moderator. */
  public static Problem edit(Room room, Member actor, long actorId, Message message, Capacity as) {
    Problem refused = delete(room, actor, actorId, message, as);
    return refused == null && actor != null && actor.isMuted() ? Problem.MUTED : refused;
  }

  public static Problem delete(Room room, Member actor, long actorId, Message message, Capacity as) {
    Problem unread = read(room, actor);
    if (unread != null) {
      return unread;
    }
    if (message == null || message.deleted()) {
      return Problem.MESSAGE_NOT_FOUND;
    }
    boolean own = message.userId() == actorId;
    if (own && as != Capacity.MODERATOR || as != Capacity.AUTHOR && isMember(actor) && actor.isModerator()) {
      return null;
    }
    return own ? Problem.FORBIDDEN_SCOPE : Problem.NOT_OWNER;
  }

  /** What an administrator changes of a room. */
  public static Problem change(Room room) {
    return room.isDirect() ? Problem.DIRECT_ROOM : null;
  }

  /** Whom an administrator makes a moderator, who becomes a member by it. */
  public static Problem appoint(Room room, Member target) {
    return room.isDirect() ? Problem.DIRECT_ROOM : target != null && target.isBanned() ? Problem.MEMBER_BANNED : null;
  }

  /** Whatever only administrators do. @param actor null for one who is no more */
  public static Problem administer(Account actor) {
    return actor != null && actor.role() == Role.ADMIN && !actor.user().disabled() ? null : Problem.NOT_ADMIN;
  }

  /**
   * Disabling, demoting or deleting an account. Nobody signs in to a bot, so the last person who administers stays one
   * beside any number of bots.
   *
   * @param others who else administers
   */
  public static Problem withdraw(Account target, List<Account> others) {
    boolean enough = others.stream().anyMatch(other -> target.isBot() || !other.isBot());
    return administer(target) == null && !enough ? Problem.LAST_ADMIN : null;
  }

  /**
   * Making, changing or deleting an account by a key, which may get lost: it neither makes administrators nor touches
   * the account it belongs to.
   *
   * @param userId 0 for an account that is made
   * @param role that is given, null for none
   */
  public static Problem administerByKey(long ownerId, long userId, Role role) {
    return ownerId == userId || role == Role.ADMIN ? Problem.FORBIDDEN_SCOPE : null;
  }

  /**
   * What a caller may ask for at all. Every call and every frame is checked here first, and then as any other of the
   * key's account.
   *
   * @param scopes of a key; null for an access token, which has no such limits
   * @param needed any one of them, none for what no key may do
   */
  public static Problem use(Set<Scope> scopes, Set<Scope> needed) {
    return scopes == null || needed.stream().anyMatch(scopes::contains) ? null : Problem.FORBIDDEN_SCOPE;
  }

  /** Making a key with such scopes. */
  public static Problem grant(Account owner, Set<Scope> scopes) {
    return scopes.contains(Scope.ADMIN) ? administer(owner) : null;
  }

  /** Making, seeing and deleting keys for another account. */
  public static Problem keep(Account owner) {
    return owner.isBot() ? null : Problem.NOT_A_BOT;
  }

  private static boolean isMember(Member member) {
    return member != null && member.isMember();
  }

  private static Problem stepDown(Member member, Others others) {
    return member.isModerator() && others.members() && !others.moderators() ? Problem.LAST_MODERATOR : null;
  }
}
