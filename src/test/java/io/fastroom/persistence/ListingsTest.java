package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Listing;
import io.fastroom.model.Member;
import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.AddMember;
import io.fastroom.persistence.PersistenceApi.CreateRoom;
import io.fastroom.persistence.PersistenceApi.DeleteRoom;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.ListMembers;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.ListUsers;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import io.fastroom.persistence.PersistenceApi.UpdateRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Lists by cursor, their kept totals, and rooms found by words. */
class ListingsTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Listing<SeenRoom> rooms(User who, int limit, boolean ascending, Long after, boolean member, String q) {
    return node.ask(PersistenceApi.LIST_ROOMS, new ListRooms(who.id(), limit, 0, ascending, after, member, q));
  }

  private static List<Long> found(User who, String q) {
    return rooms(who, 50, true, null, false, q).items().stream().map(seen -> seen.room().id()).toList();
  }

  private static Listing<Member> members(User who, Room room, int limit, Long after) {
    return node.ask(PersistenceApi.LIST_MEMBERS, new ListMembers(who.id(), room.id(), limit, 0, after));
  }

  private static Room named(User creator, String name, boolean isPrivate) {
    return node.ask(PersistenceApi.CREATE_ROOM, new CreateRoom(creator.id(), name, isPrivate));
  }

  /** What the counters say must be what counting says, whatever happened in between. */
  private static void assertCounted() {
    assertThat(TestDatabase.number(node.url, """
        SELECT count(*) FROM rooms r LEFT JOIN member_counts c ON c.room_id = r.id
        WHERE coalesce(c.listed, 0)
          <> (SELECT count(*) FROM room_members m WHERE m.room_id = r.id AND (m.is_member OR m.is_banned))""")).isZero();
    assertThat(TestDatabase.number(node.url, """
        SELECT (SELECT sum(rooms) FROM room_counts) - (SELECT count(*) FROM rooms WHERE NOT is_private)""")).isZero();
  }

  @Test
  void rooms_page_by_cursor_in_both_orders_public_and_private_alike() {
    User alice = node.user();
    List<Long> own = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      own.add(node.room(alice, i % 2 == 0).id());
      node.room(node.user(), true);
    }
    for (boolean ascending : new boolean[] {true, false}) {
      List<Long> read = new ArrayList<>();
      Long after = null;
      do {
        Listing<SeenRoom> page = rooms(alice, 3, ascending, after, true, null);
        page.items().forEach(seen -> read.add(seen.room().id()));
        assertThat(page.total()).isEqualTo(7);
        after = page.more() ? read.get(read.size() - 1) : null;
      } while (after != null);
      assertThat(read).containsExactlyInAnyOrderElementsOf(own)
          .isSortedAccordingTo(ascending ? Long::compare : (a, b) -> Long.compare(b, a));
      Listing<SeenRoom> all = rooms(alice, 200, ascending, own.get(3), false, null);
      assertThat(all.items()).allMatch(seen -> ascending == seen.room().id() > own.get(3))
          .filteredOn(SeenRoom::isMember).hasSize(3);
    }
  }

  @Test
  void members_page_by_cursor_and_users_by_name() {
    User alice = node.user();
    Room room = node.room(alice);
    List<User> all = Stream.concat(Stream.of(alice), Stream.generate(() -> node.member(room)).limit(6)).toList();
    List<Long> read = new ArrayList<>();
    Long after = null;
    do {
      Listing<Member> page = members(alice, room, 3, after);
      page.items().forEach(member -> read.add(member.userId()));
      assertThat(page.total()).isEqualTo(7);
      after = page.more() ? read.get(read.size() - 1) : null;
    } while (after != null);
    assertThat(read).isEqualTo(all.stream().map(User::id).toList());

    for (boolean ascending : new boolean[] {true, false}) {
      List<String> names = new ArrayList<>();
      String last = null;
      Listing<User> page;
      do {
        page = node.ask(PersistenceApi.LIST_USERS, new ListUsers(1, 4, 0, ascending, last));
        page.items().forEach(user -> names.add(user.username()));
        last = names.get(names.size() - 1);
      } while (page.more());
      assertThat(names).doesNotHaveDuplicates().contains(alice.username())
          .isSortedAccordingTo(ascending ? String::compareTo : (a, b) -> b.compareTo(a));
    }
  }

  @Test
  void totals_are_kept_through_whatever_happens_to_members_and_rooms() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    User carol = node.member(room);
    node.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(bob.id(), room.id()));
    assertThat(members(alice, room, 10, null).total()).isEqualTo(2);
    node.ask(PersistenceApi.SET_FLAG, new SetFlag(alice.id(), room.id(), carol.id(), Flag.BAN, true));
    node.ask(PersistenceApi.ADD_MEMBER, new AddMember(alice.id(), room.id(), bob.username()));
    assertThat(members(alice, room, 10, null).total()).isEqualTo(3);
    node.ask(PersistenceApi.UPDATE_ROOM, new UpdateRoom(alice.id(), room.id(), null, true, null));
    assertCounted();
    node.ask(PersistenceApi.UPDATE_ROOM, new UpdateRoom(alice.id(), room.id(), null, false, null));
    assertCounted();
    // What an operator may do by hand.
    TestDatabase.execute(node.url,
        "UPDATE room_members SET is_member = NOT is_member WHERE room_id = " + room.id(),
        "INSERT INTO room_members (room_id, user_id) SELECT r.id, u.id FROM rooms r, users u ON CONFLICT DO NOTHING",
        "DELETE FROM users WHERE id = " + bob.id());
    assertCounted();
    Room gone = node.room(alice);
    node.member(gone);
    node.ask(PersistenceApi.DELETE_ROOM, new DeleteRoom(alice.id(), gone.id(), null));
    TestDatabase.execute(node.url, "DELETE FROM rooms WHERE id % 3 = 0");
    assertCounted();
  }

  @Test
  void rooms_are_found_by_the_words_of_their_names() {
    User alice = node.user();
    String mark = TestNode.unique("mark");
    Room one = named(alice, "Team Rocket: " + mark + "-Élan", false);
    Room two = named(alice, "team/" + mark + "/🙂", true);
    Room three = named(node.user(), mark + "_team (secret)", true);
    assertThat(found(alice, mark)).containsExactly(one.id(), two.id());
    for (String q : new String[] {"rocket " + mark, mark.toUpperCase(java.util.Locale.ROOT) + " ROCKET", mark + "-élan",
        " Team,  rocket " + mark}) {
      assertThat(found(alice, q)).as(q).containsExactly(one.id());
    }
    assertThat(found(alice, mark + " 🙂")).containsExactly(two.id());
    for (String q : new String[] {mark.substring(0, 10), mark + " missing", "!!!", " ", mark + " secret"}) {
      assertThat(found(alice, q)).as(q).isEmpty();
    }
    assertThat(rooms(node.user(), 50, true, null, false, mark).items()).extracting(seen -> seen.room().id())
        .containsExactly(one.id());
    String renamed = "Renamed " + TestNode.unique("r");
    node.ask(PersistenceApi.UPDATE_ROOM, new UpdateRoom(alice.id(), one.id(), renamed, null, null));
    assertThat(found(alice, mark)).containsExactly(two.id());
    Listing<SeenRoom> mine = rooms(alice, 1, false, null, true, "team");
    assertThat(mine.items()).extracting(seen -> seen.room().id()).containsExactly(two.id());
    assertThat(mine.total()).isEqualTo(1);
    assertThat(three.id()).isPositive();
  }
}
