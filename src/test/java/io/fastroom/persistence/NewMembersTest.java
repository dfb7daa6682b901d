package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.AddMember;
import io.fastroom.persistence.PersistenceApi.CreateRoom;
import io.fastroom.persistence.PersistenceApi.DeleteRoom;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NewMembersTest {
  private static TestNode node;
  private static TestNode other;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
    other = new TestNode(node.url);
  }

  @AfterAll
  static void stop() {
    node.close();
    other.close();
  }

  private static Problem join(TestNode at, User user, Room room) {
    return at.refusal(PersistenceApi.JOIN_ROOM, new JoinRoom(user.id(), room.id()));
  }

  private static Problem leave(TestNode at, User user, Room room) {
    return at.refusal(PersistenceApi.LEAVE_ROOM, new LeaveRoom(user.id(), room.id()));
  }

  @Test
  void ten_times_a_minute_over_all_nodes_a_user_joins_or_leaves_a_room() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.user();
    for (int i = 0; i < 5; i++) {
      assertThat(join(i % 2 == 0 ? node : other, bob, room)).isNull();
      assertThat(leave(i % 2 == 0 ? other : node, bob, room)).isNull();
    }

    Refused refused = node.bus.ask(PersistenceApi.JOIN_ROOM, new JoinRoom(bob.id(), room.id()))
        .<Refused>map(done -> null).otherwise(failure -> (Refused) failure).await();
    assertThat(refused.problem()).isEqualTo(Problem.RATE_LIMITED);
    assertThat(refused.retryAfterMillis()).isBetween(1L, 60_000L);
    assertThat(other.refusal(PersistenceApi.ENSURE_MEMBER, new EnsureMember(bob.id(), room.name())))
        .isEqualTo(Problem.RATE_LIMITED);
    assertThat(join(node, node.user(), room)).as("somebody else").isNull();
    assertThat(join(node, bob, node.room(alice))).as("another room").isNull();
    assertThat(node.log(room)).as("the leaves").hasSize(5);

    TestDatabase.execute(node.url, "UPDATE room_members SET moved_at = moved_at - interval '61 seconds' WHERE user_id = "
        + bob.id());
    assertThat(join(node, bob, room)).isNull();
  }

  @Test
  void the_last_of_ten_may_be_a_leave_and_moderation_is_no_move() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    for (int i = 0; i < 4; i++) {
      leave(node, bob, room);
      join(node, bob, room);
    }
    for (int i = 0; i < 12; i++) {
      node.ask(PersistenceApi.SET_FLAG, new SetFlag(alice.id(), room.id(), bob.id(), Flag.MUTE, i % 2 == 0));
    }

    assertThat(leave(node, bob, room)).as("the tenth").isNull();
    assertThat(join(node, bob, room)).as("the eleventh").isEqualTo(Problem.RATE_LIMITED);
    node.ask(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), room.id(), bob.username()));
    assertThat(leave(node, bob, room)).isEqualTo(Problem.RATE_LIMITED);
  }

  @Test
  void nobody_hears_what_was_said_while_they_were_out() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    leave(node, bob, room);
    node.chat(room, alice, "without bob");
    long head = node.chat(room, alice, "still without bob").seq();

    Membership back = node.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(bob.id(), room.name()));
    assertThat(back.seq()).isEqualTo(head);
    node.chat(room, alice, "with bob");
    assertThat(node.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(bob.id(), room.name())).seq()).isEqualTo(head);

    TestDatabase.execute(node.url, "DELETE FROM messages WHERE room_id = " + room.id());
    assertThat(node.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(bob.id(), room.name())).seq())
        .as("a log that has lost its end").isEqualTo(1);
  }

  @Test
  void a_mute_and_a_ban_outlive_leaving() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    User eve = node.member(room);
    node.ask(PersistenceApi.SET_FLAG, new SetFlag(alice.id(), room.id(), bob.id(), Flag.MUTE, true));
    node.ask(PersistenceApi.SET_FLAG, new SetFlag(alice.id(), room.id(), eve.id(), Flag.BAN, true));
    leave(node, bob, room);
    leave(node, eve, room);

    Member back = node.ask(PersistenceApi.JOIN_ROOM, new JoinRoom(bob.id(), room.id()));
    assertThat(back).matches(m -> m.isMember() && m.isMuted() && !m.isModerator());
    assertThat(join(node, eve, room)).isEqualTo(Problem.BANNED);
  }

  @Test
  void a_name_that_cannot_be_looked_up_fails_alone() {
    User alice = node.user();
    Room room = node.room(alice);
    List<Future<Membership>> joins = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String name = i % 37 == 5 ? "nul\0" + i : room.name();
      joins.add(node.bus.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(alice.id(), name)));
    }

    for (int i = 0; i < 400; i++) {
      Future<Membership> join = joins.get(i);
      Problem refused = join.<Problem>map(in -> null).otherwise(failure -> Refused.of(failure).problem()).await();
      assertThat(refused).isEqualTo(i % 37 == 5 ? Problem.INVALID_MESSAGE : null);
    }
  }

  @Test
  void memberships_members_and_rooms_made_have_an_end() {
    User alice = node.user();
    Room full = node.room(alice);
    Room room = node.room(alice);
    User busy = node.user();
    TestDatabase.execute(node.url, "UPDATE member_counts SET listed = 200000 WHERE room_id = " + full.id(),
        "INSERT INTO user_counts (user_id, memberships) VALUES (" + busy.id() + ", 9999)",
        "UPDATE user_counts SET rooms_made = 999 WHERE user_id = " + alice.id());

    assertThat(join(node, node.user(), full)).isEqualTo(Problem.ROOM_FULL);
    assertThat(node.refusal(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), full.id(), node.user().username())))
        .isEqualTo(Problem.ROOM_FULL);
    assertThat(join(node, busy, room)).isNull();
    Room another = node.room(alice);
    assertThat(join(node, busy, another)).isEqualTo(Problem.TOO_MANY_MEMBERSHIPS);
    assertThat(node.refusal(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), another.id(), busy.username())))
        .isEqualTo(Problem.TOO_MANY_MEMBERSHIPS);
    assertThat(node.refusal(PersistenceApi.CREATE_ROOM, new CreateRoom(busy.id(), TestNode.unique("room"), false)))
        .isEqualTo(Problem.TOO_MANY_MEMBERSHIPS);
    CreateRoom onemore = new CreateRoom(alice.id(), TestNode.unique("room"), false);
    assertThat(node.refusal(PersistenceApi.CREATE_ROOM, onemore)).isEqualTo(Problem.TOO_MANY_ROOMS_MADE);
    node.ask(PersistenceApi.DELETE_ROOM, new DeleteRoom(alice.id(), another.id(), null));
    assertThat(node.refusal(PersistenceApi.CREATE_ROOM, onemore)).isNull();
    assertThat(leave(node, busy, room)).isNull();
    assertThat(join(node, busy, node.room(node.user()))).isNull();
  }

  @Test
  void the_counts_are_true_whatever_changes_the_members() {
    User alice = node.user();
    List<Room> rooms = IntStream.range(0, 4).mapToObj(i -> node.room(alice)).toList();
    List<User> users = IntStream.range(0, 6).mapToObj(i -> node.member(rooms.get(i % 4))).toList();
    leave(node, users.get(0), rooms.get(0));
    node.ask(PersistenceApi.SET_FLAG, new SetFlag(alice.id(), rooms.get(1).id(), users.get(1).id(), Flag.BAN, true));
    node.ask(PersistenceApi.DELETE_ROOM, new DeleteRoom(alice.id(), rooms.get(3).id(), null));
    TestDatabase.execute(node.url, "INSERT INTO room_members (room_id, user_id) VALUES (" + rooms.get(2).id() + ", "
        + users.get(5).id() + ") ON CONFLICT DO NOTHING",
        "UPDATE room_members SET is_member = NOT is_member WHERE user_id = " + users.get(4).id(),
        "DELETE FROM users WHERE id = " + users.get(2).id());

    assertThat(TestDatabase.number(node.url, """
        SELECT count(*) FROM users u LEFT JOIN user_counts c ON c.user_id = u.id
        WHERE COALESCE(c.memberships, 0) <> (SELECT count(*) FROM room_members m WHERE m.user_id = u.id AND m.is_member)
          AND COALESCE(c.memberships, 0) < 9000""")).isZero();
    assertThat(TestDatabase.number(node.url, """
        SELECT count(*) FROM rooms r LEFT JOIN member_counts c ON c.room_id = r.id
        WHERE COALESCE(c.listed, 0) <> (SELECT count(*) FROM room_members m WHERE m.room_id = r.id
          AND (m.is_member OR m.is_banned)) AND COALESCE(c.listed, 0) < 9000""")).isZero();
  }

  @Test
  void rooms_that_are_made_at_once_are_not_more_either() {
    User alice = node.user();
    node.room(alice);
    TestDatabase.execute(node.url,
        "UPDATE user_counts SET rooms_made = 995 WHERE user_id = " + alice.id());

    List<Future<Problem>> asked = IntStream.range(0, 20).mapToObj(i -> (i % 2 == 0 ? node : other).bus
        .ask(PersistenceApi.CREATE_ROOM, new CreateRoom(alice.id(), TestNode.unique("room"), false))
        .<Problem>map(room -> null).otherwise(failure -> Refused.of(failure).problem())).toList();

    List<Problem> refused = asked.stream().map(one -> one.await()).filter(Objects::nonNull).toList();
    assertThat(refused).hasSize(15).containsOnly(Problem.TOO_MANY_ROOMS_MADE);
  }
}
