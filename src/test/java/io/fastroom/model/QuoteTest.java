package io.fastroom.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuoteTest {
  private static String text(String content) {
    return Quote.of(1, "alice", content).text();
  }

  @Test
  void has_the_first_200_characters() {
    assertThat(text("")).isEmpty();
    assertThat(text("x".repeat(200))).isEqualTo("x".repeat(200));
    assertThat(text("x".repeat(201))).isEqualTo("x".repeat(200));
    assertThat(text("🙂".repeat(4_000))).isEqualTo("🙂".repeat(200));
  }

  @Test
  void is_cut_between_characters_as_people_see_them() {
    assertThat(text("x".repeat(199) + "e\u0301" + "y")).isEqualTo("x".repeat(199));
    assertThat(text("x".repeat(198) + "e\u0301" + "y")).isEqualTo("x".repeat(198) + "e\u0301");
    assertThat(text("x".repeat(197) + "👩‍❤️‍💋‍👨" + "y")).isEqualTo("x".repeat(197));
    assertThat(text("x".repeat(199) + "🇩🇪")).isEqualTo("x".repeat(199));
    assertThat(text("🇩🇪".repeat(150))).isEqualTo("🇩🇪".repeat(100));
    assertThat(text("x".repeat(199) + "\r\n\n")).isEqualTo("x".repeat(199));
  }

  @Test
  void one_character_that_never_ends_is_cut_all_the_same() {
    String cut = text("x" + "\u0301".repeat(3_999));
    assertThat(cut.codePointCount(0, cut.length())).isEqualTo(200);
    cut = text("👩" + "\u200d👩".repeat(1_999));
    assertThat(cut.codePointCount(0, cut.length())).isEqualTo(200);
    assertThat(Character.isHighSurrogate(cut.charAt(cut.length() - 1))).isFalse();
  }
}
