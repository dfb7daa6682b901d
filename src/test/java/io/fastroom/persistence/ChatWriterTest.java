package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Capacity;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.User;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.PersistenceApi.DeleteMessage;
import io.fastroom.persistence.PersistenceApi.DeleteRoom;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatWriterTest {
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

  private static Problem refusal(Future<Appended> append) {
    return append.<Problem>map(done -> null).otherwise(failure -> Refused.of(failure).problem()).await();
  }

  private static List<Chat> chats(Room room) {
    return node.log(room).stream().filter(Chat.class::isInstance).map(Chat.class::cast).toList();
  }

  @Test
  void answers_with_the_committed_message_and_announces_it() {
    User alice = node.user();
    Room room = node.room(alice);

    Appended appended = node.append(room, alice, "hello \u00e9\ud83d\ude00", "key").await();

    assertThat(appended.repeated()).isFalse();
    assertThat(appended.event().seq()).isEqualTo(1);
    assertThat(appended.event().room()).isEqualTo(room.name());
    assertThat(node.committed).contains(appended.event());
    assertThat(node.log(room)).containsExactly(appended.event());
  }

  @Test
  void the_same_client_id_never_makes_a_second_message() {
    User alice = node.user();
    Room room = node.room(alice);

    Appended first = node.append(room, alice, "once", "same").await();
    Appended second = other.append(room, alice, "twice", "same").await();

    assertThat(second).matches(a -> a.repeated() && a.event().equals(first.event()));
    node.ask(PersistenceApi.DELETE_MESSAGE,
        new DeleteMessage(alice.id(), room.id(), first.event().message().id(), Capacity.ANY, null));
    assertThat(node.append(room, alice, "again", "same").await().event().message()).matches(m -> m.deleted());
    User bob = node.member(room);
    assertThat(node.append(room, bob, "mine", "same").await().repeated()).isFalse();
  }

  @Test
  void one_who_may_not_write_spoils_nothing_for_the_others() {
    User alice = node.user();
    User eve = node.user();
    Room room = node.room(alice);
    List<Future<Appended>> appends = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      appends.add(node.append(room, alice, "m" + i, null));
      appends.add(node.append(room, eve, "not a member", null));
      appends.add(node.append(room, alice, "broken \0 text", null));
    }

    for (int i = 0; i < 150; i += 3) {
      assertThat(refusal(appends.get(i))).isNull();
      assertThat(refusal(appends.get(i + 1))).isEqualTo(Problem.NOT_IN_ROOM);
      assertThat(refusal(appends.get(i + 2))).isEqualTo(Problem.INVALID_MESSAGE);
    }
    assertThat(chats(room)).extracting(chat -> chat.message().content())
        .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList());
  }

  /**
   * Two nodes write into the same rooms, each message twice under one client_id and to both nodes at the same time: the
   * batches meet in the same rows in any order.
   */
  @Test
  void two_nodes_share_rooms_without_a_gap_a_double_or_a_swap() {
    User alice = node.user();
    List<Room> rooms = IntStream.range(0, 7).mapToObj(i -> node.room(alice)).toList();
    List<User> users = IntStream.range(0, 4).mapToObj(i -> node.user()).toList();
    rooms.forEach(room -> users.forEach(user ->
        node.ask(PersistenceApi.JOIN_ROOM, new JoinRoom(user.id(), room.id()))));
    int each = 60;
    List<Future<Appended>> appends = new ArrayList<>();
    for (int n = 0; n < each; n++) {
      for (Room room : rooms) {
        for (User user : users) {
          String key = room.id() + ":" + n;
          boolean first = user.id() % 2 == 0;
          appends.add((first ? node : other).append(room, user, "" + n, key));
          appends.add((first ? other : node).append(room, user, "" + n, key));
          appends.add((first ? node : other).append(room, user, "x", null));
        }
      }
    }

    Future.all(appends).await();

    for (Room room : rooms) {
      List<RoomEvent> log = node.log(room);
      assertThat(log).extracting(RoomEvent::seq)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, users.size() * 2L * each).boxed().toList());
      assertThat(chats(room)).extracting(chat -> chat.message().id()).isSorted();
      assertThat(log).extracting(RoomEvent::ts).isSorted();
      for (User user : users) {
        List<String> keys = chats(room).stream()
            .filter(chat -> chat.message().userId() == user.id() && chat.message().clientId() != null)
            .map(chat -> chat.message().content()).toList();
        assertThat(keys).hasSize(each).doesNotHaveDuplicates();
      }
    }
    assertThat(appends.stream().filter(append -> append.result().repeated()).count())
        .isEqualTo((long) each * rooms.size() * users.size());
    Set<RoomEvent> announced = new HashSet<>(node.committed);
    announced.addAll(other.committed);
    assertThat(announced).containsAll(rooms.stream().flatMap(room -> chats(room).stream()).toList());
  }

  @Test
  void a_sender_is_written_in_the_order_they_sent() {
    User alice = node.user();
    Room room = node.room(alice);
    List<Future<Appended>> appends =
        IntStream.range(0, 2000).mapToObj(i -> node.append(room, alice, "" + i, null)).toList();

    Future.all(appends).await();

    assertThat(chats(room)).extracting(chat -> Integer.parseInt(chat.message().content())).isSorted().hasSize(2000);
    assertThat(appends).extracting(append -> append.result().event().seq()).isSorted();
  }

  @Test
  void a_large_deleted_room_is_removed_piece_by_piece() {
    User alice = node.user();
    Room room = node.room(alice);
    Future.all(IntStream.range(0, 5_100).mapToObj(i -> node.append(room, alice, "m", null)).toList()).await();
    node.ask(PersistenceApi.DELETE_ROOM, new DeleteRoom(alice.id(), room.id(), null));
    assertThat(count("messages", room)).isEqualTo(5_100);

    node.vertx.deployVerticle(node.persistence.housekeeping(new Settings.Retention(0, 0)).get()).await();

    long deadline = System.currentTimeMillis() + 20_000;
    while (count("messages", room) + count("room_purges", room) > 0) {
      assertThat(System.currentTimeMillis()).isLessThan(deadline);
      node.vertx.timer(50).await();
    }
  }

  private static long count(String table, Room room) {
    return TestDatabase.number(node.url, "SELECT count(*) FROM " + table + " WHERE room_id = " + room.id());
  }
}
