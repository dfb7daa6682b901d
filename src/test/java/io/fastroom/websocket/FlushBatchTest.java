package io.fastroom.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.internals.EventLoop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is to be told much takes turns with everything else that the event loop does. */
@Timeout(20)
class FlushBatchTest {
  private static final int MUCH = 1 << 20;
  private static final int LITTLE = 1 << 10;
  private static final int MANY = 6;
  private static final int OTHER = -1;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FlushBatch batch = new FlushBatch(EventLoop.of(context), new SocketMetrics(registry),
      new Debtors(new SocketBudget(MUCH, registry)));
  /** Which of them has written, and when the loop has looked after something else. */
  private final List<Integer> seen = new ArrayList<>();
  private int left = MANY;
  /** Whether each has written on the context that it asked on. */
  private boolean here = true;

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void between_two_that_write_much_the_loop_looks_after_something_else() {
    all(MUCH);
    assertThat(seen).containsExactly(0, OTHER, 1, OTHER, 2, OTHER, 3, OTHER, 4, OTHER, 5, OTHER);
  }

  @Test
  void those_that_write_little_do_so_at_once() {
    all(LITTLE);
    assertThat(seen).startsWith(0, 1, 2, 3, 4, 5);
  }

  @Test
  void it_says_that_it_has_written_after_it_has() {
    Promise<Double> done = Promise.promise();
    context.runOnContext(turn -> {
      batch.wrote(MUCH);
      batch.written().map(written -> registry.get("fastroom.bytes.out").counter().count()).onComplete(done);
    });
    assertThat(done.future().await()).isEqualTo(MUCH);
  }

  /** They ask in one turn of the loop, and each has something else done after it has written. */
  private void all(int bytes) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(turn -> {
      for (int i = 0; i < MANY; i++) {
        int nth = i;
        batch.turn().onComplete(mine -> {
          here &= Vertx.currentContext() == context;
          seen.add(nth);
          batch.wrote(bytes);
          context.runOnContext(then -> other(done));
        });
      }
    });
    done.future().await();
    assertThat(here).isTrue();
  }

  private void other(Promise<Void> done) {
    seen.add(OTHER);
    left--;
    if (left == 0) {
      done.complete();
    }
  }
}
