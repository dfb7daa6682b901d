package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.support.TestVertx;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private final Vertx vertx = TestVertx.create();
  private final Places places = new Places(vertx, 2);

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private List<Future<Void>> enter(int count) {
    List<Future<Void>> entered = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entered.add(places.enter(7));
    }
    return entered;
  }

  @Test
  void who_finds_no_place_gets_one_in_turn() {
    List<Future<Void>> calls = enter(5);
    assertThat(calls.subList(0, 2)).allMatch(Future::succeeded);
    assertThat(calls.subList(2, 5)).noneMatch(Future::isComplete);
    for (int done = 2; done < 5; done++) {
      places.leave(7);
      int next = done;
      Until.holds("the next goes in", Duration.ofMillis(500), () -> calls.get(next).succeeded());
      assertThat(calls.subList(done + 1, 5)).noneMatch(Future::isComplete);
    }
    assertThat(places.enter(8).succeeded()).as("another user").isTrue();
  }

  @Test
  void who_waits_for_a_second_in_vain_is_refused_and_takes_no_place_later() {
    List<Future<Void>> calls = enter(3);
    long start = System.nanoTime();
    Until.holds("it is refused", Duration.ofSeconds(3), () -> calls.get(2).failed());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(800));
    assertThat(Refused.of(calls.get(2).cause()).problem()).isEqualTo(Problem.RATE_LIMITED);
    assertThat(Refused.of(calls.get(2).cause()).retryAfterMillis()).isPositive();
    places.leave(7);
    places.leave(7);
    assertThat(enter(2)).allMatch(Future::succeeded);
  }

  @Test
  void no_more_wait_than_could_get_a_place() {
    List<Future<Void>> calls = enter(11);
    assertThat(calls.subList(2, 10)).noneMatch(Future::isComplete);
    assertThat(calls.get(10).failed()).isTrue();
  }
}
