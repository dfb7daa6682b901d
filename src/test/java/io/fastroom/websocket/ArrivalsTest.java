package io.fastroom.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Until;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final Arrivals arrivals = new Arrivals(vertx, new SocketMetrics(meters));
  private long beats;

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void who_comes_alone_does_not_wait() throws Exception {
    assertThat(onLoop(() -> Future.succeededFuture(arrivals.join(() -> Future.succeededFuture("in")).isComplete())))
        .isTrue();
  }

  @Test
  void others_are_served_between_a_few_of_those_who_come_at_once() throws Exception {
    Map<Long, Integer> byBeat = new HashMap<>();
    onLoop(() -> {
      beat();
      return Future.all(IntStream.range(0, 1_000).mapToObj(i -> arrivals.handshake(() -> {
        byBeat.merge(beats, 1, Integer::sum);
        return Future.succeededFuture();
      })).toList());
    });
    assertThat(byBeat.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_000);
    assertThat(byBeat.values()).allMatch(begun -> begun <= Arrivals.A_TURN);
    assertThat(waiting()).isZero();
  }

  @Test
  void what_takes_long_keeps_nobody_out_but_for_a_moment() throws Exception {
    List<Long> begun = new ArrayList<>();
    onLoop(() -> {
      for (int i = 0; i < 10 * Arrivals.AT_ONCE; i++) {
        arrivals.join(() -> {
          begun.add(System.nanoTime());
          return Promise.promise().future();
        });
      }
      return arrivals.join(() -> Future.succeededFuture("in"));
    });
    assertThat(begun).hasSize(10 * Arrivals.AT_ONCE);
    assertThat(begun.get(Arrivals.AT_ONCE) - begun.get(0)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(99));
  }

  @Test
  void who_has_begun_to_come_in_goes_first_and_the_others_go_on() throws Exception {
    List<String> order = new ArrayList<>();
    onLoop(() -> {
      List<Future<?>> all = new ArrayList<>();
      IntStream.range(0, 40).forEach(i -> all.add(arrivals.handshake(() -> begins(order, "handshake"))));
      IntStream.range(0, 40).forEach(i -> all.add(arrivals.join(() -> begins(order, "join"))));
      return Future.all(all);
    });
    // The first turn was over before anybody wanted to join.
    List<String> second = order.subList(Arrivals.A_TURN, 2 * Arrivals.A_TURN);
    assertThat(second.subList(0, 12)).containsOnly("join");
    assertThat(second.subList(12, 16)).containsOnly("handshake");
  }

  @Test
  void a_step_that_fails_takes_no_place() throws Exception {
    onLoop(() -> Future.join(IntStream.range(0, 2 * Arrivals.AT_ONCE).mapToObj(i -> arrivals.<Void>join(() -> {
      throw new IllegalStateException("as it may");
    })).toList()).otherwiseEmpty());
    assertThat(onLoop(() -> arrivals.join(() -> Future.succeededFuture("in")))).isEqualTo("in");
  }

  @Test
  void who_waits_at_the_end_is_told() throws Exception {
    List<String> order = new ArrayList<>();
    onLoop(() -> {
      IntStream.range(0, 100).forEach(i -> arrivals.handshake(() -> begins(order, "handshake")));
      arrivals.close();
      return Future.succeededFuture();
    });
    assertThat(order).hasSize(100);
    Until.holds("nobody waits", LIMIT, () -> waiting() == 0);
  }

  private static Future<Void> begins(List<String> order, String what) {
    order.add(what);
    return Future.succeededFuture();
  }

  private double waiting() {
    return meters.get("fastroom.arrivals.waiting").gauge().value();
  }

  /** Something else of the loop, again and again: once between two turns at least, since its pause is as long. */
  private void beat() {
    beats++;
    vertx.setTimer(1, next -> beat());
  }

  private <T> T onLoop(Supplier<Future<T>> task) throws Exception {
    Promise<T> done = Promise.promise();
    loop.runOnContext(now -> task.get().onComplete(done));
    try {
      return done.future().toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
