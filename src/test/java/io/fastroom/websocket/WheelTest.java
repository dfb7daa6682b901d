package io.fastroom.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WheelTest {
  private static final long BEGAN = 12_345;

  private static final class One extends Wheel.Entry<One> {
    private long at;
  }

  private final Wheel<One> wheel = new Wheel<>(BEGAN);
  private final List<One> came = new ArrayList<>();

  private List<One> pass(double seconds) {
    came.clear();
    wheel.pass(BEGAN + (long) (1_000 * seconds), came::add);
    return came;
  }

  @Test
  void each_comes_in_its_second_and_then_every_second() {
    One soon = new One();
    One later = new One();
    wheel.soon(soon);
    wheel.at(later, BEGAN + 2_500);
    assertThat(pass(0.9)).isEmpty();
    assertThat(pass(1)).containsExactly(soon);
    assertThat(pass(2)).containsExactly(soon);
    assertThat(pass(3)).containsExactlyInAnyOrder(soon, later);
    assertThat(pass(4)).containsExactlyInAnyOrder(soon, later);
  }

  @Test
  void what_is_planned_anew_comes_once() {
    One one = new One();
    wheel.at(one, BEGAN + 5_000);
    wheel.soon(one);
    wheel.at(one, BEGAN + 3_000);
    wheel.at(one, BEGAN + 3_000);
    wheel.pass(BEGAN + 2_000, came::add);
    wheel.pass(BEGAN + 3_000, each -> {
      came.add(each);
      wheel.at(each, BEGAN + 60_000);
    });
    wheel.pass(BEGAN + 59_000, came::add);
    assertThat(came).containsExactly(one);
    assertThat(pass(60)).containsExactly(one);
  }

  @Test
  void what_has_ended_never_comes_again() {
    One one = new One();
    One other = new One();
    One third = new One();
    List.of(one, other, third).forEach(wheel::soon);
    wheel.pass(BEGAN + 1_000, each -> wheel.end(other));
    wheel.soon(other);
    assertThat(pass(2)).containsExactlyInAnyOrder(one, third);
  }

  @Test
  void after_a_standstill_each_comes_once() {
    List<One> all = new ArrayList<>();
    for (int i = 0; i < Wheel.SLOTS; i++) {
      One one = new One();
      wheel.at(one, BEGAN + 1_000L * i);
      all.add(one);
    }
    List<One> both = new ArrayList<>(pass(100));
    assertThat(both).doesNotHaveDuplicates();
    // One slot is that of the next second.
    assertThat(pass(101)).containsAll(all);
  }

  /** It never comes late by more than a second, and early only when it is far. */
  @Test
  void whatever_is_planned_comes_in_time() {
    Random random = new Random(7);
    List<One> all = new ArrayList<>(Collections.nCopies(50, null));
    all.replaceAll(each -> new One());
    all.forEach(each -> plan(each, 0, random));
    for (int second = 1; second < 1_000; second++) {
      long now = BEGAN + 1_000L * second + random.nextInt(80) - 40;
      wheel.pass(now, each -> {
        assertThat(each.at).as("not before").isLessThanOrEqualTo(now + 50);
        plan(each, now - BEGAN, random);
      });
      assertThat(all).as("not late").allMatch(each -> each.at > now - 1_000);
      if (random.nextInt(3) == 0) {
        plan(all.get(random.nextInt(all.size())), now - BEGAN, random);
      }
    }
  }

  private void plan(One one, long passed, Random random) {
    one.at = BEGAN + passed + random.nextInt(60_000);
    wheel.at(one, one.at);
  }
}
