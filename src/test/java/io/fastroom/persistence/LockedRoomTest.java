package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.User;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.PersistenceApi.AddMember;
import io.fastroom.persistence.PersistenceApi.EditMessage;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.PersistenceApi.GetRoom;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.fastroom.persistence.PersistenceApi.Ping;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever of a room somebody holds for seconds, others do not notice. */
@Tag("slow")
class LockedRoomTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** A transaction that has done {@code sql} and does nothing more. */
  private static Connection hold(String sql) throws Exception {
    Connection connection = DriverManager.getConnection("jdbc:" + node.url.replaceFirst("//[^@]*@", "//"), "postgres",
        "postgres");
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  private static long millis(Future<?> answer) {
    long begin = System.nanoTime();
    answer.await();
    return (System.nanoTime() - begin) / 1_000_000;
  }

  private static final String LOCK = "SELECT * FROM lock_room_v1(%d, 1000)";

  @ParameterizedTest
  @ValueSource(strings = {"SELECT * FROM rooms WHERE id = %d FOR UPDATE", LOCK,
      "SELECT pg_advisory_xact_lock('rooms'::regclass::oid::int, %d)", "UPDATE rooms SET is_private = false WHERE id = %d",
      "UPDATE room_members SET is_muted = false WHERE room_id = %d",
      "SELECT * FROM room_members WHERE room_id = %d FOR UPDATE",
      "UPDATE messages SET edited_by = 'x' WHERE room_id = %d"})
  void the_other_rooms_go_on(String sql) throws Exception {
    User alice = node.user();
    Room held = node.room(alice);
    User bob = node.member(held);
    long message = node.chat(held, alice, "first").message().id();
    List<Room> others = IntStream.range(0, 6).mapToObj(i -> node.room(alice)).toList();
    List<Long> messages = others.stream().map(room -> node.chat(room, alice, "first").message().id()).toList();
    List<Future<Appended>> waiting = new ArrayList<>();
    Future<?> edit;
    Future<?> leave;
    Future<Membership> joined;

    try (Connection holder = hold(sql.formatted(held.id()))) {
      IntStream.range(0, 20).forEach(i -> waiting.add(node.append(held, alice, "" + i, null)));
      edit = node.bus.ask(PersistenceApi.EDIT_MESSAGE, new EditMessage(alice.id(), held.id(), message, "new"));
      leave = node.bus.ask(PersistenceApi.LEAVE_ROOM, new LeaveRoom(bob.id(), held.id()));
      User carol = node.user();
      joined = node.bus.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(carol.id(), held.name()));
      List<Long> took = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Room room = others.get(i % others.size());
        took.add(millis(node.append(room, alice, "m" + i, null)));
        took.add(millis(node.bus.ask(PersistenceApi.GET_ROOM, new GetRoom(alice.id(), room.id()))));
        took.add(millis(node.bus.ask(PersistenceApi.PING, new Ping())));
        took.add(millis(node.bus.ask(PersistenceApi.EDIT_MESSAGE,
            new EditMessage(alice.id(), room.id(), messages.get(i % others.size()), "edit " + i))));
        took.add(millis(node.bus.ask(PersistenceApi.ENSURE_MEMBER, new EnsureMember(node.user().id(), room.name()))));
      }
      assertThat(took).as("milliseconds").allMatch(ms -> ms < 1_000);
      assertThat(took.stream().filter(ms -> ms > 200)).as("milliseconds").hasSizeLessThan(5);
      holder.rollback();
    }

    for (Future<Appended> one : waiting) {
      one.await();
    }
    edit.await();
    leave.await();
    assertThat(joined.await().member().isMember()).isTrue();
    List<RoomEvent.Chat> chats = node.log(held).stream().filter(RoomEvent.Chat.class::isInstance)
        .map(RoomEvent.Chat.class::cast).toList();
    assertThat(chats.subList(1, 21)).extracting(chat -> chat.message().content())
        .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> "" + i).toList());
  }

  @Test
  void what_waits_for_a_room_longer_than_its_asker_is_refused_and_never_committed() throws Exception {
    User alice = node.user();
    Room held = node.room(alice);
    User bob = node.user();
    List<Problem> answers;

    try (Connection holder = hold(LOCK.formatted(held.id()))) {
      List<Future<?>> all = List.of(node.append(held, alice, "lost", null), node.bus.ask(PersistenceApi.ADD_MEMBER,
          new AddMember(alice.id(), held.id(), bob.username())));
      answers = all.stream().map(one -> one.<Problem>map(done -> null)
          .otherwise(failure -> Refused.of(failure).problem()).await()).toList();
      holder.rollback();
    }

    assertThat(answers).containsExactly(Problem.UNAVAILABLE, Problem.UNAVAILABLE);
    assertThat(node.chat(held, alice, "after").seq()).isEqualTo(1);
  }

  @Test
  void messages_of_a_held_room_keep_their_order_when_it_is_let_go() throws Exception {
    User alice = node.user();
    Room held = node.room(alice);
    List<Future<Appended>> appends = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      try (Connection holder = hold(LOCK.formatted(held.id()))) {
        IntStream.range(0, 300).forEach(i -> appends.add(node.append(held, alice, "" + appends.size(), null)));
        node.vertx.timer(120).await();
        IntStream.range(0, 300).forEach(i -> appends.add(node.append(held, alice, "" + appends.size(), null)));
        holder.rollback();
      }
      IntStream.range(0, 300).forEach(i -> appends.add(node.append(held, alice, "" + appends.size(), null)));
    }

    Future.all(appends).await();

    assertThat(appends).extracting(append -> append.result().event().seq()).isSorted().doesNotHaveDuplicates();
    assertThat(node.log(held)).hasSize(appends.size()).extracting(RoomEvent::ts).isSorted().doesNotHaveDuplicates();
  }
}
