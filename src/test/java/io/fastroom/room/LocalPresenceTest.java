package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.room.RoomApi.Who;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalPresenceTest {
  private final LocalPresence view = new LocalPresence();

  @Test
  void tells_each_change_once() {
    assertThat(view.join("alice", 10)).isTrue();
    assertThat(view.join("alice", 10)).isFalse();
    assertThat(view.leave("alice", 11)).isTrue();
    assertThat(view.leave("alice", 11)).isFalse();
  }

  @Test
  void a_leave_that_arrives_after_the_join_it_preceded_changes_nothing() {
    view.join("alice", 10);
    assertThat(view.join("alice", 30)).isFalse();
    assertThat(view.leave("alice", 20)).isFalse();
    assertThat(view.users()).containsExactly("alice");
  }

  @Test
  void a_join_that_arrives_after_the_leave_it_preceded_changes_nothing() {
    assertThat(view.leave("alice", 20)).isFalse();
    assertThat(view.join("alice", 10)).isFalse();
    assertThat(view.users()).isEmpty();
  }

  @Test
  void a_join_unknown_to_redis_shows_and_yields_to_the_next_word_of_redis() {
    view.join("alice", 10);
    view.leave("alice", 20);
    assertThat(view.joinUnconfirmed("alice")).isTrue();
    assertThat(view.leave("alice", 30)).isTrue();
  }

  @Test
  void finds_who_is_missing_in_a_look_at_the_whole_but_not_who_came_after_it() {
    view.join("alice", 10);
    view.join("bob", 10);
    view.join("carol", 50);
    assertThat(missing(List.of("bob"), 40, 0, 0)).containsExactly("alice");
  }

  private List<String> missing(List<String> users, long version, long now, long patience) {
    return view.compare(users, version, now, patience).missing();
  }

  @Test
  void finds_who_is_not_known_in_a_look_at_the_whole() {
    assertThat(view.compare(List.of("alice", "bob"), 40, 0, 0).unknown()).containsExactly("alice", "bob");
    view.join("bob", 10);
    view.join("dave", 10);
    assertThat(view.compare(List.of("alice", "bob", "carol", "dave", "eve"), 40, 0, 0).unknown())
        .containsExactly("alice", "carol", "eve");
    assertThat(view.compare(List.of("eve"), 40, 0, 0).unknown()).containsExactly("eve");
  }

  @Test
  void who_is_in_a_look_at_the_whole_does_not_leave_by_what_was_said_before_it() {
    view.join("alice", 10);
    view.compare(List.of("alice"), 40, 0, 0);
    assertThat(view.leave("alice", 30)).isFalse();
    assertThat(view.leave("alice", 40)).isTrue();
  }

  @Test
  void while_redis_makes_room_only_who_is_missing_for_long_is_missing() {
    view.join("alice", 10);
    view.join("bob", 10);
    assertThat(missing(List.of("bob"), 40, 1_000, 100)).isEmpty();
    assertThat(missing(List.of(), 50, 1_099, 100)).isEmpty();
    assertThat(missing(List.of(), 50, 1_100, 100)).containsExactly("alice");
    assertThat(missing(List.of("alice", "bob"), 60, 1_200, 100)).isEmpty();
    assertThat(missing(List.of("bob"), 70, 1_300, 100)).isEmpty();
    view.join("alice", 5);
    assertThat(missing(List.of("bob"), 80, 1_400, 100)).isEmpty();
    assertThat(missing(List.of("bob"), 90, 1_500, 100)).containsExactly("alice");
  }

  @Test
  void pages_in_order() {
    for (String name : List.of("carol", "alice", "dave", "bob")) {
      view.join(name, 10);
    }
    assertThat(view.who(null, 2)).isEqualTo(new Who(List.of("alice", "bob"), 4, true));
    assertThat(view.who("bob", 2)).isEqualTo(new Who(List.of("carol", "dave"), 4, false));
    assertThat(view.who("dave", 2)).isEqualTo(new Who(List.of(), 4, false));
    assertThat(view.who("b", 10)).isEqualTo(new Who(List.of("bob", "carol", "dave"), 4, false));
  }
}
