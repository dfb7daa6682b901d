package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.ChatApi.Crowded;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who says more than can be committed waits for it, and nobody else does. */
class ChatTurnsTest {
  private static final String LONG = "🙂".repeat(4_000);
  /** More than may wait, in chars of 8,000. */
  private static final int TOO_MANY = 5_000;

  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Problem problem(Future<Appended> append) {
    return append.<Problem>map(done -> null).otherwise(failure -> Refused.of(failure).problem()).await();
  }

  private static List<Future<Appended>> say(Room room, User user, int messages, String text) {
    return IntStream.range(0, messages).mapToObj(i -> node.append(room, user, text, null)).toList();
  }

  @Test
  void who_fills_the_queue_is_refused_and_nobody_else() {
    User loud = node.user();
    User quiet = node.user();
    // Whichever lane they have.
    List<Room> quietRooms = IntStream.range(0, 8).mapToObj(i -> node.room(quiet)).toList();
    List<Future<Appended>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.addAll(say(node.room(loud), loud, TOO_MANY, LONG));
    }

    for (Room room : quietRooms) {
      assertThat(problem(node.append(room, quiet, "hello", null))).isNull();
    }

    // What has waited for too long is unavailable.
    Set<Problem> problems = all.stream().map(ChatTurnsTest::problem).collect(Collectors.toSet());
    assertThat(problems).contains(Problem.BUSY).isSubsetOf(null, Problem.BUSY, Problem.UNAVAILABLE);
  }

  @Test
  void in_a_room_that_cannot_be_told_more_nothing_is_said() {
    User user = node.user();
    Room room = node.room(user);
    node.bus.announce(ChatApi.CROWDED, new Crowded(room.id(), true));
    assertThat(problem(node.append(room, user, "more", null))).isEqualTo(Problem.BUSY);
    assertThat(problem(node.append(node.room(user), user, "elsewhere", null))).isNull();
    node.bus.announce(ChatApi.CROWDED, new Crowded(room.id(), false));
    assertThat(problem(node.append(room, user, "again", null))).isNull();
    // Whoever has said so may be gone.
    node.bus.announce(ChatApi.CROWDED, new Crowded(room.id(), true));
    Until.holds("it is forgotten", () -> problem(node.append(room, user, "again", null)) == null);
  }

  /** Each of them has more to say than one commit takes. */
  @Test
  void one_message_does_not_wait_for_all_that_loud_rooms_say() {
    User loud = node.user();
    User quiet = node.user();
    List<Room> quietRooms = IntStream.range(0, 8).mapToObj(i -> node.room(quiet)).toList();
    List<Future<Appended>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.addAll(say(node.room(loud), loud, 60, LONG));
    }
    long before = all.stream().filter(Future::isComplete).count();

    assertThat(Future.all(say(quietRooms.get(0), quiet, 1, "hello")).await().succeeded()).isTrue();

    long after = all.stream().filter(Future::isComplete).count();
    assertThat(after - before).as("messages of loud rooms committed before the one of a quiet room").isLessThan(400);
    all.forEach(ChatTurnsTest::problem);
  }
}
