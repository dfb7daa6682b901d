package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Rfc3339Test {
  @Test
  void writes_what_the_platform_reads() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Instant time = Instant.ofEpochSecond(
          random.nextLong(-62_135_596_800L, 253_402_300_800L), random.nextInt(1_000_000_000));
      assertThat(Instant.parse(new String(Rfc3339.format(time)))).isEqualTo(time.truncatedTo(ChronoUnit.MICROS));
    }
    assertThat(new String(Rfc3339.format(Instant.EPOCH))).isEqualTo("1970-01-01T00:00:00.000000Z");
  }
}
