package io.fastroom.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Rfc3339Test {
  @Test
  void writes_what_the_platform_reads() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Instant time = Instant.ofEpochSecond(
          random.nextLong(-62_135_596_800L, 253_402_300_800L), random.nextInt(1_000_000_000));
      assertThat(Instant.parse(Rfc3339.text(time))).isEqualTo(time.truncatedTo(ChronoUnit.MICROS));
    }
    assertThat(Rfc3339.text(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000000Z");
  }

  @Test
  void reads_every_form_of_an_instant() {
    Instant time = Instant.parse("2026-01-31T12:00:00.120Z");
    for (String form : List.of("2026-01-31T12:00:00.12Z", "2026-01-31t12:00:00.120z", "2026-01-31 12:00:00.120000Z",
        "2026-01-31T12:00:00.120000000000000Z", "2026-01-31T12:00:00.120+00:00", "2026-01-31T12:00:00.12-00:00",
        "2026-01-31T17:30:00.120+05:30", "2026-02-01T02:00:00.120+14:00", "2026-01-31T00:00:00.120-12:00")) {
      assertThat(Rfc3339.parse(form)).as(form).isEqualTo(time);
    }
    assertThat(Rfc3339.parse("2026-01-31T12:00:00Z")).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
  }

  @Test
  void refuses_what_is_none() {
    for (String text : List.of("", "now", "2026-01-31", "2026-01-31T12:00Z", "2026-01-31T12:00:00", "12:00:00Z",
        "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00,5Z", "2026-01-31_12:00:00Z", "2026-1-31T12:00:00.0Z",
        "+12026-01-31T12:00:00Z", "2026-01-31T12:00:00+0100", "2026-01-31T12:00:00+25:00", "2026-01-31T12:00:00ZZ",
        "٢٠٢٦-01-31T12:00:00Z", "2026-01-31T12:00:00." + "1".repeat(60) + "Z")) {
      assertThatThrownBy(() -> Rfc3339.parse(text)).as(text).isInstanceOf(DateTimeException.class);
    }
  }
}
