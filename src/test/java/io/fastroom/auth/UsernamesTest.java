package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsernamesTest {
  @ParameterizedTest
  @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
      "alice,alice", "ALICE,alice", "  alice ,alice", "Alice Liddell,alice_liddell", "a - _b-c,a_b_c", "__alice__,alice",
      "-alice-,alice", " _ alice _ ,alice", "a.b,a.b", "...,...", "x12345678901234567890123456789012,",
      "12345678901234567890123456789012,12345678901234567890123456789012", "\u2003alice\u00a0,alice", "K\u212aK,kkk",
      "_a_b_c_,a_b_c"})
  void takes_every_spelling_to_one_form(String raw, String normal) {
    assertThat(Usernames.normalise(raw).orElse(null)).isEqualTo(normal);
  }

  @Test
  void a_long_way_to_a_name_is_no_long_work() {
    assertThat(Usernames.normalise("a" + " ".repeat(60_000) + "bc")).contains("a_bc");
    assertThat(Usernames.normalise("_".repeat(60_000) + "abc" + " _".repeat(30_000))).contains("abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "__", "ab", "_ab_", "a\tb", "alice!", "ali@ce", "\u00e9lise", "\u0130stanbul",
      "al\u0000ice",
      "a/b/c", "\ud83d\ude42\ud83d\ude42\ud83d\ude42", "a\u00a0b"})
  void refuses_what_gives_no_username(String raw) {
    assertThat(Usernames.normalise(raw)).isEmpty();
  }
}
