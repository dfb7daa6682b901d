package io.fastroom.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTest {
  private final Round<Integer> round = new Round<>(() -> List.of(1, 2, 3));

  @Test
  void it_rests_once_all_was_right_and_nothing_has_been_committed_since_it_began() {
    assertThat(round.next("a", 2)).containsExactly(1, 2);
    round.compared(true);
    assertThat(round.next("b", 2)).containsExactly(3);
    round.compared(true);
    assertThat(round.next("b", 2)).as("something was committed after it began").containsExactly(1, 2);
    round.compared(true);
    assertThat(round.next("b", 2)).containsExactly(3);
    round.compared(true);
    assertThat(round.next("b", 2)).isEmpty();
    assertThat(round.next("c", 3)).containsExactly(1, 2, 3);
  }

  @Test
  void it_goes_on_while_something_was_wrong_or_could_not_be_asked() {
    round.next("a", 2);
    round.compared(false);
    round.next("a", 2);
    round.compared(true);
    assertThat(round.next("a", 3)).containsExactly(1, 2, 3);
    round.compared(true);
    assertThat(round.next("a", 3)).isEmpty();
  }

  @Test
  void it_goes_round_again_when_something_came_in_while_it_went() {
    round.next("a", 2);
    round.again();
    round.compared(true);
    assertThat(round.next("a", 2)).containsExactly(3);
    round.compared(true);
    assertThat(round.next("a", 3)).containsExactly(1, 2, 3);
    round.compared(true);
    round.again();
    assertThat(round.next("a", 3)).containsExactly(1, 2, 3);
  }
}
