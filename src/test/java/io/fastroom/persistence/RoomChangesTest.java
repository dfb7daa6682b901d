package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Capacity;
import io.fastroom.model.Member;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.model.User;
import io.fastroom.persistence.LogApi.LoadRoom;
import io.fastroom.persistence.LogApi.LogQuestion;
import io.fastroom.persistence.LogApi.LogState;
import io.fastroom.persistence.LogApi.ReadLog;
import io.fastroom.persistence.LogApi.ReadPositions;
import io.fastroom.persistence.PersistenceApi.CreateRoom;
import io.fastroom.persistence.PersistenceApi.DeleteMessage;
import io.fastroom.persistence.PersistenceApi.DeleteRoom;
import io.fastroom.persistence.PersistenceApi.EditMessage;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.ListMembers;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import io.fastroom.persistence.PersistenceApi.UpdateRoom;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoomChangesTest {
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

  private static Problem chatRefusal(Room room, User user) {
    return node.append(room, user, "hello", null).<Problem>map(done -> null)
        .otherwise(failure -> ((Refused) failure).problem()).await();
  }

  @Test
  void every_change_has_the_next_seq_and_is_told_to_the_room() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    Chat chat = node.chat(room, bob, "hello");
    node.ask(PersistenceApi.EDIT_MESSAGE, new EditMessage(bob.id(), room.id(), chat.message().id(), "hi"));
    flag(alice, room, bob, Flag.MUTE, null);
    node.ask(PersistenceApi.UPDATE_ROOM, new UpdateRoom(alice.id(), room.id(), null, true, null));
    node.ask(PersistenceApi.DELETE_MESSAGE,
        new DeleteMessage(alice.id(), room.id(), chat.message().id(), Capacity.ANY, null));
    node.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(bob.id(), room.id()));

    List<RoomEvent> log = node.log(room);

    assertThat(log).extracting(RoomEvent::seq).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(log).extracting(event -> event.kind().name()).containsExactly("CHAT", "MESSAGE_UPDATED",
        "MEMBER_UPDATE", "ROOM_UPDATED", "MESSAGE_DELETED", "MEMBER_UPDATE");
    assertThat(log).extracting(RoomEvent::ts).isSorted();
    assertThat(node.committed.stream().filter(event -> event.roomId() == room.id()).map(RoomEvent::seq))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    List<LogState> states = node.ask(LogApi.READ_POSITIONS,
        new ReadPositions(List.of(new LogQuestion(room.id(), 0, 6, null), new LogQuestion(999_999L, 0, 1, null),
            new LogQuestion(room.id(), 0, 0, null), new LogQuestion(room.id(), 4, 4, null),
            new LogQuestion(room.id(), 6, 6, log.get(5).ts()), new LogQuestion(room.id(), 5, 5, log.get(4).ts()),
            new LogQuestion(room.id(), 6, 6, log.get(4).ts()), new LogQuestion(999_999L, 0, 0, room.createdAt()))));
    assertThat(states.get(0).sum()).isEqualTo(node.log(room).stream()
        .mapToLong(event -> new Position(event.seq(), event.ts()).checksum()).sum());
    assertThat(List.of(states.get(1), states.get(7))).allMatch(state -> state == LogState.GONE);
    assertThat(states.get(4)).isSameAs(LogState.AS_EXPECTED);
    assertThat(List.of(states.get(5), states.get(6))).allMatch(state -> state.head() == 6)
        .extracting(state -> state.at().ts()).containsExactly(log.get(4).ts(), log.get(5).ts());
    assertThat(List.of(states.get(0), states.get(2), states.get(3))).allMatch(state -> state.head() == 6
        && state.createdAt().equals(room.createdAt()));
    assertThat(states.get(0).at().seq()).isEqualTo(6);
    assertThat(states.get(2).at()).isEqualTo(new Position(0, room.createdAt()));
    assertThat(states.get(3).at().seq()).isEqualTo(4);
  }

  @Test
  void what_is_deleted_is_gone_from_the_log_too() {
    User alice = node.user();
    Room room = node.room(alice);
    Chat chat = node.chat(room, alice, "secret");
    node.ask(PersistenceApi.EDIT_MESSAGE, new EditMessage(alice.id(), room.id(), chat.message().id(), "secret two"));
    node.ask(PersistenceApi.DELETE_MESSAGE,
        new DeleteMessage(alice.id(), room.id(), chat.message().id(), Capacity.ANY, null));

    List<RoomEvent> log = node.log(room);

    assertThat(((Chat) log.get(0)).message()).matches(m -> m.deleted() && m.content().isEmpty());
    assertThat(((MessageUpdated) log.get(1)).content()).isEmpty();
    assertThat(node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 10, 0, -1, -1)).page())
        .matches(page -> page.items().isEmpty() && page.total() == 0);
    assertThat(node.refusal(PersistenceApi.EDIT_MESSAGE,
        new EditMessage(alice.id(), room.id(), chat.message().id(), "x"))).isEqualTo(Problem.MESSAGE_NOT_FOUND);
  }

  @Test
  void a_set_that_changes_nothing_commits_no_event() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);

    flag(alice, room, bob, Flag.MUTE, false);
    node.ask(PersistenceApi.UPDATE_ROOM, new UpdateRoom(alice.id(), room.id(), room.name(), false, null));
    Chat chat = node.chat(room, bob, "as it is");
    assertThat(node.ask(PersistenceApi.EDIT_MESSAGE, new EditMessage(bob.id(), room.id(), chat.message().id(), "as it is")))
        .isEqualTo(chat.message());

    assertThat(node.log(room)).containsExactly(chat);
  }

  @Test
  void a_crowd_comes_in_at_once_without_an_event() {
    User alice = node.user();
    Room room = node.room(alice);
    List<User> crowd = IntStream.range(0, 300).mapToObj(i -> node.user()).toList();
    User banned = node.member(room);
    flag(alice, room, banned, Flag.BAN, true);

    List<Future<Membership>> entered = crowd.stream().flatMap(user -> Stream.generate(() -> node.bus.ask(
        PersistenceApi.ENSURE_MEMBER, new EnsureMember(user.id(), room.name()))).limit(2)).toList();
    assertThat(node.refusal(PersistenceApi.JOIN_ROOM, new JoinRoom(banned.id(), room.id()))).isEqualTo(Problem.BANNED);
    Future.all(entered).await();

    assertThat(entered).allMatch(one -> one.result().member().isMember() && one.result().member().joinedAt() != null);
    assertThat(node.log(room)).singleElement().isInstanceOfSatisfying(MemberUpdate.class,
        ban -> assertThat(ban.member().userId()).isEqualTo(banned.id()));
    assertThat(node.ask(PersistenceApi.LIST_MEMBERS, new ListMembers(alice.id(), room.id(), 200, 200, null)))
        .matches(page -> page.total() == 302 && page.items().size() == 102);
  }

  @Test
  void a_renamed_room_tells_its_old_name_and_frees_it() {
    User alice = node.user();
    Room room = node.room(alice);
    String name = TestNode.unique("renamed");

    node.ask(PersistenceApi.UPDATE_ROOM, new UpdateRoom(alice.id(), room.id(), name, null, null));

    assertThat(node.log(room)).singleElement().isInstanceOfSatisfying(RoomUpdated.class, event -> {
      assertThat(event.room()).isEqualTo(room.name());
      assertThat(event.name()).isEqualTo(name);
    });
    node.ask(PersistenceApi.CREATE_ROOM, new CreateRoom(alice.id(), room.name(), false));
    assertThat(node.refusal(PersistenceApi.UPDATE_ROOM, new UpdateRoom(alice.id(), room.id(), room.name(), null, null)))
        .isEqualTo(Problem.ROOM_NAME_TAKEN);
    assertThat(node.refusal(PersistenceApi.CREATE_ROOM, new CreateRoom(alice.id(), name, false)))
        .isEqualTo(Problem.ROOM_NAME_TAKEN);
  }

  @Test
  void a_deleted_room_is_gone_with_everything_in_it() {
    User alice = node.user();
    Room room = node.room(alice);
    node.chat(room, alice, "hello");

    node.ask(PersistenceApi.DELETE_ROOM, new DeleteRoom(alice.id(), room.id(), null));

    assertThat(node.committed.stream().filter(event -> event.roomId() == room.id()).map(event -> event.kind().name()))
        .endsWith("ROOM_DELETED");
    assertThat(node.refusal(LogApi.READ_LOG, new ReadLog(room.id(), 0, 10))).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(chatRefusal(room, alice)).isEqualTo(Problem.ROOM_NOT_FOUND);
    assertThat(node.ask(PersistenceApi.CREATE_ROOM, new CreateRoom(alice.id(), room.name(), false)).id())
        .isNotEqualTo(room.id());
  }

  @Test
  void editing_is_for_the_author_and_for_moderators() {
    User alice = node.user();
    Room room = node.room(alice);
    User bob = node.member(room);
    User carol = node.member(room);
    long id = node.chat(room, bob, "one").message().id();

    assertThat(node.refusal(PersistenceApi.EDIT_MESSAGE, new EditMessage(carol.id(), room.id(), id, "x")))
        .isEqualTo(Problem.NOT_OWNER);
    assertThat(node.refusal(PersistenceApi.DELETE_MESSAGE, new DeleteMessage(carol.id(), room.id(), id, Capacity.ANY, null)))
        .isEqualTo(Problem.NOT_OWNER);
    var edited = node.ask(PersistenceApi.EDIT_MESSAGE, new EditMessage(alice.id(), room.id(), id, "two"));
    assertThat(edited).matches(m -> m.content().equals("two") && m.editedBy().equals(alice.username()));
    flag(alice, room, bob, Flag.MUTE, true);
    assertThat(node.refusal(PersistenceApi.EDIT_MESSAGE, new EditMessage(bob.id(), room.id(), id, "x")))
        .isEqualTo(Problem.MUTED);
    node.ask(PersistenceApi.DELETE_MESSAGE, new DeleteMessage(bob.id(), room.id(), id, Capacity.ANY, null));
  }

  @Test
  void a_room_comes_to_life_with_the_end_of_its_log_and_its_last_messages() {
    User alice = node.user();
    Room room = node.room(alice);
    for (int i = 0; i < 60; i++) {
      node.append(room, alice, "m" + i, null);
    }
    node.chat(room, alice, "last");

    var loaded = node.ask(LogApi.LOAD_ROOM, new LoadRoom(room.id(), 10));

    assertThat(loaded.head()).isEqualTo(61);
    assertThat(loaded.tail()).extracting(RoomEvent::seq)
        .containsExactly(52L, 53L, 54L, 55L, 56L, 57L, 58L, 59L, 60L, 61L);
    assertThat(loaded.lastMessages()).hasSize(50).extracting(m -> m.seq()).isSorted().endsWith(61L);
    assertThat(node.ask(LogApi.LOAD_ROOM, new LoadRoom(node.room(alice).id(), 10)))
        .matches(empty -> empty.head() == 0 && empty.tail().isEmpty() && empty.lastMessages().isEmpty());
    assertThat(node.refusal(LogApi.LOAD_ROOM, new LoadRoom(999_999, 10))).isEqualTo(Problem.ROOM_NOT_FOUND);
  }

  @Test
  void pages_go_back_and_forth_in_order() {
    User alice = node.user();
    Room room = node.room(alice);
    long[] ids = new long[7];
    for (int i = 0; i < 7; i++) {
      ids[i] = node.chat(room, alice, "m" + i).message().id();
    }

    var newest = node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 3, 0, -1, -1));
    var before = node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 3, 0, ids[4], -1));
    var first = node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 3, 0, ids[1], -1));
    var after = node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 3, 0, -1, ids[1]));
    var second = node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 3, 3, -1, -1));

    assertThat(newest.page().items()).extracting(m -> m.id()).containsExactly(ids[4], ids[5], ids[6]);
    assertThat(newest).matches(page -> page.more() && page.page().total() == 7 && page.page().hasMore());
    assertThat(before.page().items()).extracting(m -> m.id()).containsExactly(ids[1], ids[2], ids[3]);
    assertThat(before.more()).isTrue();
    assertThat(first.page().items()).extracting(m -> m.id()).containsExactly(ids[0]);
    assertThat(first.more()).isFalse();
    assertThat(after.page().items()).extracting(m -> m.id()).containsExactly(ids[2], ids[3], ids[4]);
    assertThat(second.page().items()).extracting(m -> m.id()).containsExactly(ids[1], ids[2], ids[3]);
  }
}
