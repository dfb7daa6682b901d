package io.fastroom.bench;

import java.time.Duration;

/** Whether figures are wanted or only a proof that the benchmark works. */
record Scale(boolean quick) {
  int of(int full, int quickly) {
    return quick ? quickly : full;
  }

  Duration seconds(double full, double quickly) {
    return Duration.ofMillis((long) (1_000 * (quick ? quickly : full)));
  }
}
