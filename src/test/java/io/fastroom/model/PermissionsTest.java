package io.fastroom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Permissions.Others;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  private static final Room PUBLIC = new Room(1, "public", false, Instant.EPOCH);
  private static final Room PRIVATE = new Room(2, "private", true, Instant.EPOCH);
  private static final Others NOBODY = new Others(false, false);
  private static final Others MEMBERS = new Others(true, false);
  private static final Others MODERATORS = new Others(true, true);
  private static final Member ALICE = member(1, true, true, false, false);
  private static final Member BOB = member(2, true, false, false, false);
  private static final Member BANNED = member(3, true, false, true, false);
  private static final Member MUTED = member(4, true, false, false, true);
  private static final Member GONE = member(5, false, false, false, false);

  private static Member member(long id, boolean isMember, boolean isModerator, boolean isBanned, boolean isMuted) {
    return new Member(id, "user" + id, isMember, isModerator, isBanned, isMuted, Instant.EPOCH);
  }

  private static Message message(Member author, boolean deleted) {
    return new Message(9, 9, author.userId(), author.username(), "text", Instant.EPOCH, null, null, deleted, null);
  }

  @Test
  void a_public_room_is_read_by_all_but_the_banned() {
    assertThat(Permissions.read(PUBLIC, null)).isNull();
    assertThat(Permissions.read(PUBLIC, GONE)).isNull();
    assertThat(Permissions.read(PUBLIC, BANNED)).isEqualTo(Problem.BANNED);
    assertThat(Permissions.see(PUBLIC, BANNED)).isNull();
  }

  @Test
  void a_private_room_exists_for_its_members() {
    assertThat(Permissions.see(PRIVATE, BOB)).isNull();
    assertThat(Permissions.see(PRIVATE, null)).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(Permissions.see(PRIVATE, GONE)).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(Permissions.see(PRIVATE, BANNED)).isEqualTo(Problem.BANNED);
    assertThat(Permissions.join(PRIVATE, GONE)).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(Permissions.leave(PRIVATE, null, NOBODY)).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(Permissions.leave(PUBLIC, null, NOBODY)).isEqualTo(Problem.MEMBER_NOT_FOUND);
  }

  @Test
  void members_write_unless_banned_or_muted() {
    assertThat(Permissions.chat(BOB)).isNull();
    assertThat(Permissions.chat(null)).isEqualTo(Problem.NOT_IN_ROOM);
    assertThat(Permissions.chat(GONE)).isEqualTo(Problem.NOT_IN_ROOM);
    assertThat(Permissions.chat(BANNED)).isEqualTo(Problem.BANNED);
    assertThat(Permissions.chat(MUTED)).isEqualTo(Problem.MUTED);
  }

  @Test
  void joins_once_and_not_when_banned() {
    assertThat(Permissions.join(PUBLIC, null)).isNull();
    assertThat(Permissions.join(PUBLIC, GONE)).isNull();
    assertThat(Permissions.join(PUBLIC, BOB)).isEqualTo(Problem.ALREADY_MEMBER);
    assertThat(Permissions.join(PUBLIC, BANNED)).isEqualTo(Problem.BANNED);
  }

  @Test
  void the_last_moderator_of_others_stays() {
    assertThat(Permissions.leave(PUBLIC, ALICE, MEMBERS)).isEqualTo(Problem.LAST_MODERATOR);
    assertThat(Permissions.leave(PUBLIC, ALICE, MODERATORS)).isNull();
    assertThat(Permissions.leave(PUBLIC, ALICE, NOBODY)).isNull();
    assertThat(Permissions.leave(PUBLIC, BOB, MEMBERS)).isNull();
    assertThat(Permissions.leave(PUBLIC, BANNED, MEMBERS)).isNull();
    assertThat(Permissions.setModerator(PUBLIC, ALICE, ALICE, false, MEMBERS)).isEqualTo(Problem.LAST_MODERATOR);
    assertThat(Permissions.remove(PUBLIC, ALICE, ALICE, MEMBERS)).isEqualTo(Problem.LAST_MODERATOR);
  }

  @Test
  void moderators_moderate() {
    assertThat(Permissions.moderate(PUBLIC, ALICE)).isNull();
    assertThat(Permissions.moderate(PUBLIC, BOB)).isEqualTo(Problem.NOT_MODERATOR);
    assertThat(Permissions.moderate(PUBLIC, null)).isEqualTo(Problem.NOT_MODERATOR);
    assertThat(Permissions.restrict(PUBLIC, ALICE, BOB, true)).isNull();
    assertThat(Permissions.restrict(PUBLIC, ALICE, GONE, true)).isNull();
    assertThat(Permissions.restrict(PUBLIC, ALICE, null, true)).isEqualTo(Problem.MEMBER_NOT_FOUND);
    assertThat(Permissions.restrict(PUBLIC, ALICE, ALICE, false)).isEqualTo(Problem.NOT_YOURSELF);
    assertThat(Permissions.restrict(PUBLIC, ALICE, member(6, true, true, false, false), true))
        .isEqualTo(Problem.MODERATOR_FIRST_DEMOTED);
    assertThat(Permissions.setModerator(PUBLIC, ALICE, BANNED, true, MEMBERS)).isEqualTo(Problem.MEMBER_BANNED);
    assertThat(Permissions.setModerator(PUBLIC, ALICE, GONE, true, MEMBERS)).isEqualTo(Problem.MEMBER_NOT_FOUND);
    assertThat(Permissions.add(PUBLIC, ALICE, BANNED)).isEqualTo(Problem.MEMBER_BANNED);
    assertThat(Permissions.add(PUBLIC, ALICE, BOB)).isEqualTo(Problem.ALREADY_MEMBER);
    assertThat(Permissions.add(PUBLIC, BOB, null)).isEqualTo(Problem.NOT_MODERATOR);
  }

  @Test
  void a_message_is_its_authors_and_the_moderators() {
    assertThat(Permissions.edit(PUBLIC, BOB, 2, message(BOB, false), Capacity.ANY)).isNull();
    assertThat(Permissions.edit(PUBLIC, ALICE, 1, message(BOB, false), Capacity.ANY)).isNull();
    assertThat(Permissions.edit(PUBLIC, BOB, 2, message(ALICE, false), Capacity.ANY)).isEqualTo(Problem.NOT_OWNER);
    assertThat(Permissions.edit(PUBLIC, MUTED, 4, message(MUTED, false), Capacity.ANY)).isEqualTo(Problem.MUTED);
    assertThat(Permissions.delete(PUBLIC, MUTED, 4, message(MUTED, false), Capacity.ANY)).isNull();
    assertThat(Permissions.delete(PUBLIC, BANNED, 3, message(BANNED, false), Capacity.ANY)).isEqualTo(Problem.BANNED);
    assertThat(Permissions.edit(PUBLIC, BOB, 2, message(BOB, true), Capacity.ANY)).isEqualTo(Problem.MESSAGE_NOT_FOUND);
    assertThat(Permissions.edit(PUBLIC, BOB, 2, null, Capacity.ANY)).isEqualTo(Problem.MESSAGE_NOT_FOUND);
    assertThat(Permissions.edit(PRIVATE, null, 8, null, Capacity.ANY)).isEqualTo(Problem.ROOM_NOT_FOUND);
  }

  @Test
  void a_key_does_what_its_scopes_name_and_none_includes_another() {
    for (Scope scope : Scope.values()) {
      assertThat(Permissions.use(null, Set.of(scope))).isNull();
      for (Scope needed : Scope.values()) {
        assertThat(Permissions.use(Set.of(scope), Set.of(needed)))
            .isEqualTo(scope == needed ? null : Problem.FORBIDDEN_SCOPE);
      }
    }
    assertThat(Permissions.use(Set.of(Scope.READ, Scope.ADMIN), Set.of(Scope.WRITE, Scope.ADMIN))).isNull();
    assertThat(Permissions.use(null, Set.of())).isNull();
    assertThat(Permissions.use(Set.of(Scope.values()), Set.of())).isEqualTo(Problem.FORBIDDEN_SCOPE);
  }

  @Test
  void a_key_changes_messages_as_their_author_or_as_a_moderator() {
    assertThat(Permissions.delete(PUBLIC, ALICE, 1, message(BOB, false), Capacity.AUTHOR)).isEqualTo(Problem.NOT_OWNER);
    assertThat(Permissions.delete(PUBLIC, ALICE, 1, message(ALICE, false), Capacity.AUTHOR)).isNull();
    assertThat(Permissions.delete(PUBLIC, ALICE, 1, message(BOB, false), Capacity.MODERATOR)).isNull();
    assertThat(Permissions.edit(PUBLIC, ALICE, 1, message(ALICE, false), Capacity.MODERATOR)).isNull();
    assertThat(Permissions.edit(PUBLIC, BOB, 2, message(BOB, false), Capacity.MODERATOR))
        .isEqualTo(Problem.FORBIDDEN_SCOPE);
    assertThat(Permissions.edit(PUBLIC, BOB, 2, message(ALICE, false), Capacity.MODERATOR)).isEqualTo(Problem.NOT_OWNER);
  }
}
