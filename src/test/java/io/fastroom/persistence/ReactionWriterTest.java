package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Capacity;
import io.fastroom.model.Problem;
import io.fastroom.model.ReactionCount;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.Reaction;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.DeleteMessage;
import io.fastroom.persistence.PersistenceApi.GetMessage;
import io.fastroom.persistence.ReactionApi.FindReactions;
import io.fastroom.persistence.ReactionApi.React;
import io.fastroom.persistence.ReactionApi.Reacted;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReactionWriterTest {
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

  private static Future<Reacted> react(TestNode at, Room room, User user, long message, String emoji, boolean on) {
    return at.bus.ask(ReactionApi.REACT,
        new React(room.id(), user.id(), user.username(), message, emoji, on, "conn", "ref"));
  }

  private static Problem refusal(Future<Reacted> reaction) {
    return reaction.<Problem>map(done -> null).otherwise(failure -> Refused.of(failure).problem()).await();
  }

  private static List<ReactionCount> counts(User reader, Room room, long message) {
    return node.ask(PersistenceApi.GET_MESSAGE, new GetMessage(reader.id(), room.id(), message)).reactions();
  }

  private static List<Reaction> reactions(Room room) {
    return node.log(room).stream().filter(Reaction.class::isInstance).map(Reaction.class::cast).toList();
  }

  /** A thousand, from two nodes, among chats: what the events say, what a reader is told, and what is stored agree. */
  @Test
  void many_at_once_are_counted_right_and_in_one_order_with_chats() {
    User alice = node.user();
    Room room = node.room(alice);
    List<User> users = IntStream.range(0, 10).mapToObj(i -> node.member(room)).toList();
    long message = node.chat(room, alice, "what do you think?").message().id();
    Random random = new Random(7);
    List<Future<?>> asked = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      TestNode at = random.nextBoolean() ? node : other;
      asked.add(react(at, room, users.get(random.nextInt(10)), message, ":e" + random.nextInt(3) + ":",
          random.nextInt(3) > 0));
      if (i % 10 == 0) {
        asked.add(at.append(room, alice, "meanwhile", null));
      }
    }
    Future.all(asked).await();

    List<RoomEvent> log = node.log(room);
    assertThat(log).extracting(RoomEvent::seq).containsExactlyElementsOf(
        IntStream.rangeClosed(1, log.size()).mapToObj(Long::valueOf).toList());
    Map<String, Set<Long>> told = new HashMap<>();
    List<ReactionCount> folded = List.of();
    for (Reaction event : reactions(room)) {
      Set<Long> who = told.computeIfAbsent(event.emoji(), emoji -> new HashSet<>());
      assertThat(event.on() ? who.add(event.userId()) : who.remove(event.userId())).as("%s changes something", event)
          .isTrue();
      assertThat(event.count()).isEqualTo(who.size());
      folded = ReactionCount.changed(folded, event.emoji(), event.count());
    }
    assertThat(counts(alice, room, message)).isEqualTo(folded);
    for (User user : users) {
      Set<String> mine = new HashSet<>();
      told.forEach((emoji, who) -> {
        if (who.contains(user.id())) {
          mine.add(emoji);
        }
      });
      assertThat(node.ask(ReactionApi.FIND_REACTIONS, new FindReactions(room.id(), user.id(), List.of(message, 1L)))
          .getOrDefault(message, Set.of())).isEqualTo(mine);
      assertThat(counts(user, room, message)).allMatch(each -> each.me() == mine.contains(each.emoji()));
    }
    Chat read = (Chat) node.log(room).get(0);
    assertThat(read.message().reactions()).isEqualTo(folded);
  }

  /** Each by itself would be a commit, since a commit takes less than the time between two of them. */
  @Test
  void what_many_react_one_after_the_other_is_gathered_into_few_commits() {
    User alice = node.user();
    Room room = node.room(alice);
    long message = node.chat(room, alice, "text").message().id();
    long begin = System.nanoTime();
    List<Future<Reacted>> asked = new ArrayList<>();
    Future<?> paced = Future.succeededFuture();
    for (int i = 0; i < 40; i++) {
      String kind = ":gathered" + i % 20 + ":";
      boolean on = i < 20;
      paced = paced.compose(done -> {
        asked.add(react(node, room, alice, message, kind, on));
        return node.vertx.timer(10);
      });
    }
    paced.await();
    Future.all(asked).await();
    long periods = (System.nanoTime() - begin) / 25_000_000;
    assertThat(reactions(room)).hasSize(40);
    assertThat(TestDatabase.number(node.url, "SELECT count(DISTINCT xmin::text) FROM room_events WHERE kind = 5"
        + " AND room_id = " + room.id())).isBetween(1L, periods + 2);
  }

  @Test
  void one_who_may_not_react_spoils_nothing_for_the_others() {
    User alice = node.user();
    User eve = node.user();
    Room room = node.room(alice);
    long message = node.chat(room, alice, "text").message().id();
    long gone = node.chat(room, alice, "gone").message().id();
    node.ask(PersistenceApi.DELETE_MESSAGE, new DeleteMessage(alice.id(), room.id(), gone, Capacity.ANY, null));
    List<Future<Reacted>> asked = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      asked.add(react(node, room, alice, message, ":kind" + i + ":", true));
      asked.add(react(node, room, eve, message, "\uD83D\uDC4D", true));
      asked.add(react(node, room, alice, gone, "\uD83D\uDC4D", true));
      asked.add(react(node, room, alice, message, ":never" + i + ":", false));
    }
    for (int i = 0; i < 25; i++) {
      assertThat(refusal(asked.get(4 * i))).as("kind %d", i).isEqualTo(i < 20 ? null : Problem.INVALID_MESSAGE);
      assertThat(refusal(asked.get(4 * i + 1))).isEqualTo(Problem.NOT_IN_ROOM);
      assertThat(refusal(asked.get(4 * i + 2))).isEqualTo(Problem.MESSAGE_NOT_FOUND);
      assertThat(asked.get(4 * i + 3).await().event()).isNull();
    }
    assertThat(counts(alice, room, message)).extracting(ReactionCount::emoji)
        .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> ":kind" + i + ":").toList());
  }

  @Test
  void the_answer_to_a_batch_that_was_lost_is_given_again() {
    User alice = node.user();
    Room room = node.room(alice);
    long message = node.chat(room, alice, "text").message().id();
    String call = "FROM append_reactions_v1(77, 1, %s, 'infinity', 0, ARRAY[%d], ARRAY[%d, %d], ARRAY[%d, %d], "
        + "ARRAY['alice', 'alice'], ARRAY[%d, %d], ARRAY[':a:', ':b:'], ARRAY[true, false], 20)";
    Object[] ids = {room.id(), room.id(), room.id(), alice.id(), alice.id(), message, message};
    Object[] first = new Object[] {"false", ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], ids[6]};
    Object[] again = first.clone();
    again[0] = "true";
    TestDatabase.execute(node.url, "SELECT outcomes " + call.formatted(first));
    assertThat(TestDatabase.number(node.url, "SELECT seqs[1] * 10 + counts[1] + outcomes[2] " + call.formatted(again)))
        .isEqualTo(2 * 10 + 1 + 1);
    assertThat(reactions(room)).singleElement().matches(event -> event.seq() == 2 && event.on() && event.count() == 1);
  }
}
