package io.fastroom.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RepeatTest {
  private static final int MANY = 1_000_000;

  @Test
  void a_million_steps_that_are_done_at_once_take_no_stack() {
    AtomicInteger taken = new AtomicInteger();

    Future<Void> all = Repeat.whileTrue(() -> Future.succeededFuture(taken.incrementAndGet() < MANY));

    assertThat(all.succeeded()).isTrue();
    assertThat(taken).hasValue(MANY);
  }

  @Test
  void a_hundred_thousand_steps_of_an_event_loop_take_no_stack() throws Exception {
    Vertx vertx = Vertx.vertx();
    AtomicInteger taken = new AtomicInteger();
    try {
      Future<Void> all = Repeat.whileTrue(() -> Future.future(promise ->
          vertx.runOnContext(turn -> promise.complete(taken.incrementAndGet() < MANY / 10))));

      all.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(taken).hasValue(MANY / 10);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void ends_with_the_first_failure_a_throw_too() {
    AtomicInteger taken = new AtomicInteger();

    assertThatThrownBy(() -> Repeat.whileTrue(() -> {
      if (taken.incrementAndGet() == 3) {
        throw new IllegalStateException("third");
      }
      return Future.succeededFuture(true);
    }).await()).isInstanceOf(IllegalStateException.class);
    assertThat(taken).hasValue(3);
  }
}
