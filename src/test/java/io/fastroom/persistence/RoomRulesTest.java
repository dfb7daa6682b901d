package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.AddMember;
import io.fastroom.persistence.PersistenceApi.DeleteRoom;
import io.fastroom.persistence.PersistenceApi.EditMessage;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.PersistenceApi.FindRoom;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.GetRoom;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.ListMembers;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.RemoveMember;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoomRulesTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Member flag(User actor, Room room, User target, Flag flag, Boolean enabled) {
    return node.ask(PersistenceApi.SET_FLAG, new SetFlag(actor.id(), room.id(), target.id(), flag, enabled));
  }

  private static Problem flagRefusal(User actor, Room room, User target, Flag flag, Boolean enabled) {
    return node.refusal(PersistenceApi.SET_FLAG, new SetFlag(actor.id(), room.id(), target.id(), flag, enabled));
  }

  private static Problem chatRefusal(Room room, User user) {
    return node.append(room, user, "hello", null).<Problem>map(done -> null)
        .otherwise(failure -> ((Refused) failure).problem()).await();
  }

  @Test
  void a_private_room_does_not_exist_for_others() {
    User alice = node.user();
    User eve = node.user();
    Room room = node.room(alice, true);

    assertThat(node.refusal(PersistenceApi.GET_ROOM, new GetRoom(eve.id(), room.id()))).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.FIND_ROOM, new FindRoom(eve.id(), room.name())))
        .isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.JOIN_ROOM, new JoinRoom(eve.id(), room.id()))).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.LEAVE_ROOM, new LeaveRoom(eve.id(), room.id())))
        .isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.ENSURE_MEMBER, new EnsureMember(eve.id(), room.name())))
        .isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.LIST_MEMBERS, new ListMembers(eve.id(), room.id(), 10, 0, null)))
        .isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.LIST_MESSAGES, new ListMessages(eve.id(), room.id(), 10, 0, -1, -1)))
        .isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.DELETE_ROOM, new DeleteRoom(eve.id(), room.id(), null)))
        .isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(flagRefusal(eve, room, alice, Flag.MUTE, null)).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.ask(PersistenceApi.GET_ROOM, new GetRoom(alice.id(), room.id()))).isEqualTo(new SeenRoom(room, true));
  }

  @Test
  void lists_public_rooms_and_ones_own_private_ones_newest_first() {
    try (TestNode alone = TestNode.onNewDatabase()) {
      User alice = alone.user();
      User bob = alone.user();
      Room one = alone.room(alice);
      Room two = alone.room(alice, true);
      Room three = alone.room(bob);

      var alices = alone.ask(PersistenceApi.LIST_ROOMS, new ListRooms(alice.id(), 2, 0, false, null, false, null));
      var bobs = alone.ask(PersistenceApi.LIST_ROOMS, new ListRooms(bob.id(), 50, 0, true, null, false, null));
      var rest = alone.ask(PersistenceApi.LIST_ROOMS, new ListRooms(alice.id(), 2, 2, false, null, false, null));
      var beyond = alone.ask(PersistenceApi.LIST_ROOMS, new ListRooms(alice.id(), 2, 20, false, null, false, null));

      assertThat(alices.items()).containsExactly(new SeenRoom(three, false), new SeenRoom(two, true));
      assertThat(alices).matches(page -> page.total() == 3 && page.more());
      assertThat(rest.items()).containsExactly(new SeenRoom(one, true));
      assertThat(bobs.items()).containsExactly(new SeenRoom(one, false), new SeenRoom(three, true));
      assertThat(bobs.total()).isEqualTo(2);
      assertThat(beyond.items()).isEmpty();
      assertThat(beyond.total()).isEqualTo(3);
    }
  }

  @Test
  void a_ban_and_a_mute_outlive_leaving() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    flag(alice, room, bob, Flag.MUTE, true);
    node.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(bob.id(), room.id()));

    assertThat(node.ask(PersistenceApi.JOIN_ROOM, new JoinRoom(bob.id(), room.id()))).matches(Member::isMuted);
    assertThat(chatRefusal(room, bob)).isEqualTo(Problem.MUTED);

    node.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(bob.id(), room.id()));
    assertThat(flag(alice, room, bob, Flag.BAN, null)).matches(m -> m.isBanned() && !m.isMember());
    assertThat(node.refusal(PersistenceApi.JOIN_ROOM, new JoinRoom(bob.id(), room.id()))).isEqualTo(Problem.BANNED);
    assertThat(node.refusal(PersistenceApi.ENSURE_MEMBER, new EnsureMember(bob.id(), room.name())))
        .isEqualTo(Problem.BANNED);
    assertThat(node.refusal(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), room.id(), bob.username())))
        .isEqualTo(Problem.MEMBER_BANNED);
    flag(alice, room, bob, Flag.BAN, null);
    assertThat(chatRefusal(room, bob)).isEqualTo(Problem.NOT_IN_ROOM);
  }

  @Test
  void a_banned_member_reads_and_writes_nothing() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    Chat chat = node.chat(room, bob, "mine");
    flag(alice, room, bob, Flag.BAN, true);

    assertThat(chatRefusal(room, bob)).isEqualTo(Problem.BANNED);
    assertThat(node.refusal(PersistenceApi.LIST_MESSAGES, new ListMessages(bob.id(), room.id(), 10, 0, -1, -1)))
        .isEqualTo(Problem.BANNED);
    assertThat(node.refusal(PersistenceApi.LIST_MEMBERS, new ListMembers(bob.id(), room.id(), 10, 0, null)))
        .isEqualTo(Problem.BANNED);
    assertThat(node.refusal(PersistenceApi.EDIT_MESSAGE, new EditMessage(bob.id(), room.id(), chat.message().id(), "x")))
        .isEqualTo(Problem.BANNED);
    assertThat(node.ask(PersistenceApi.LIST_MEMBERS, new ListMembers(alice.id(), room.id(), 10, 0, null)).items())
        .extracting(Member::isBanned).containsExactly(false, true);
  }

  @Test
  void the_last_moderator_of_a_room_with_others_stays() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);

    assertThat(node.refusal(PersistenceApi.LEAVE_ROOM, new LeaveRoom(alice.id(), room.id())))
        .isEqualTo(Problem.LAST_MODERATOR);
    assertThat(node.refusal(PersistenceApi.REMOVE_MEMBER, new RemoveMember(alice.id(), room.id(), alice.id(), null)))
        .isEqualTo(Problem.LAST_MODERATOR);
    assertThat(flagRefusal(alice, room, alice, Flag.MODERATOR, null)).isEqualTo(Problem.LAST_MODERATOR);
    flag(alice, room, bob, Flag.BAN, true);
    assertThat(node.refusal(PersistenceApi.LEAVE_ROOM, new LeaveRoom(alice.id(), room.id())))
        .as("the banned are members too").isEqualTo(Problem.LAST_MODERATOR);
    flag(alice, room, bob, Flag.BAN, false);
    flag(alice, room, bob, Flag.MODERATOR, true);
    node.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(alice.id(), room.id()));
    node.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(bob.id(), room.id()));
    assertThat(node.refusal(PersistenceApi.LEAVE_ROOM, new LeaveRoom(bob.id(), room.id())))
        .isEqualTo(Problem.MEMBER_NOT_FOUND);
  }

  @Test
  void moderation_has_its_limits() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    User eve = node.user();

    assertThat(flagRefusal(alice, room, alice, Flag.BAN, null)).isEqualTo(Problem.NOT_YOURSELF);
    assertThat(flagRefusal(bob, room, alice, Flag.MUTE, null)).isEqualTo(Problem.NOT_MODERATOR);
    assertThat(flagRefusal(alice, room, eve, Flag.MUTE, null)).isEqualTo(Problem.MEMBER_NOT_FOUND);
    flag(alice, room, bob, Flag.MODERATOR, null);
    assertThat(flagRefusal(alice, room, bob, Flag.BAN, null)).isEqualTo(Problem.MODERATOR_FIRST_DEMOTED);
    assertThat(flagRefusal(alice, room, bob, Flag.MUTE, true)).isEqualTo(Problem.MODERATOR_FIRST_DEMOTED);
    assertThat(node.refusal(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), room.id(), "nobody_at_all")))
        .isEqualTo(Problem.USER_NOT_FOUND);
    assertThat(node.refusal(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), room.id(), bob.username())))
        .isEqualTo(Problem.ALREADY_MEMBER);
  }

  @Test
  void a_moderator_adds_to_a_private_room_and_removes_from_it() {
    User alice = node.user();
    User bob = node.user();
    Room room = node.room(alice, true);

    node.ask(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), room.id(), bob.username()));
    node.chat(room, bob, "hello");
    node.ask(PersistenceApi.REMOVE_MEMBER, new RemoveMember(alice.id(), room.id(), bob.id(), null));

    assertThat(chatRefusal(room, bob)).isEqualTo(Problem.NOT_IN_ROOM);
    assertThat(node.refusal(PersistenceApi.GET_ROOM, new GetRoom(bob.id(), room.id()))).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.log(room).get(2)).isInstanceOfSatisfying(MemberUpdate.class, gone ->
        assertThat(gone.revokes()).isTrue());
  }

  @Test
  void a_socket_enters_a_public_room_as_a_new_member_once() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.user();

    var first = node.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(bob.id(), room.name()));
    var again = node.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(bob.id(), room.name()));

    assertThat(again).isEqualTo(first);
    assertThat(node.log(room)).isEmpty();
    assertThat(node.refusal(PersistenceApi.JOIN_ROOM, new JoinRoom(bob.id(), room.id()))).isEqualTo(Problem.ALREADY_MEMBER);
  }
}
