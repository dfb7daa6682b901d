package io.fastroom.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A minute of it; the seed is printed, and {@code scripts/torture} replays it. */
@Tag("slow")
class TortureTest {

  @Test
  void a_minute_in_a_breaking_world_loses_doubles_and_reorders_nothing() throws Exception {
    long seed = ThreadLocalRandom.current().nextInt(1_000_000);
    Verdict verdict = new Torture(seed, Duration.ofSeconds(60), Schedule.USUAL, false, System.out).run();
    assertThat(verdict.clean()).as("seed %d: %s%n%s", seed, verdict, String.join("\n", verdict.details())).isTrue();
  }
}
