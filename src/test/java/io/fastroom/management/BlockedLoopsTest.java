package io.fastroom.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.BlockedThreads;
import io.fastroom.support.TestVertx;
import io.fastroom.support.Until;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BlockedLoopsTest {
  private final Vertx vertx = TestVertx.create();

  private volatile boolean told;

  @AfterEach
  void close() {
    vertx.close().await();
    BlockedThreads.take();
  }

  @Test
  void tells_of_a_loop_that_waits() {
    vertx.runOnContext(turn -> {
      while (!told) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
    });
    assertThat(awaitWarnings()).first().asString().contains("has been blocked", "parkNanos");
  }

  @Test
  void tells_of_a_loop_that_computes() {
    vertx.runOnContext(turn -> {
      while (!told) {
        Thread.onSpinWait();
      }
    });
    assertThat(awaitWarnings()).first().asString().contains("has been blocked", "tells_of_a_loop_that_computes");
  }

  private List<String> awaitWarnings() {
    Until.holds("a warning", () -> !BlockedThreads.warnings().isEmpty());
    told = true;
    return BlockedThreads.take();
  }
}
