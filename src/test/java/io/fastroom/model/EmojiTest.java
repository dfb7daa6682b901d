package io.fastroom.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmojiTest {
  @ParameterizedTest
  @ValueSource(strings = {"👍", "👍🏽", "❤", "❤️", "❤️‍🔥", "🙂", "😶‍🌫️", "🧑‍🚀", "👩🏿‍❤️‍💋‍👨🏿", "👨‍👩‍👧‍👦", "🏳️‍🌈",
      "🏳️‍⚧️", "🏴‍☠️", "🇩🇪", "🇺🇳",
      "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f", "1️⃣", "#️⃣", "*⃣",
      "©️", "™",
      "ℹ️", "⛹🏿‍♂️", "🕵🏻‍♂️", "🧑🏻‍🤝‍🧑🏼", "🫨", "🅰️", "㊗️", "Ⓜ️", "🀄", "☺️", "⌚",
      ":tada:", ":+1:", ":-1:", ":party_Parrot:", ":a:", ":12345678901234567890123456789012:"})
  void is_one(String emoji) {
    assertThat(Emoji.isOne(emoji)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a", "A", "1", "#", "*", "ok", "é", "e\u0301", "你", "\u0000", "\n", "<b>",
      "👍👍", "👍 ", " 👍",
      "👍a", "a👍", "👍\u200d", "\u200d👍", "👍\u200da", "👍\u200d\u200d👍", "👍\u0301", "👍\u20e3", "❤️️", "👍🏽🏽",
      "\ufe0f", "🏽", "🇩",
      "🇩🇪🇩", "🇩🇪🇫🇷", "🇩a", "1️", "a⃣", "12⃣", "1️⃣1️⃣", "\ud83d", "\ude42", "\ud83d\ud83d", "\u202e👍", "👍\u200b",
      "\ud83c\udff4\udb40\udc67\udb40\udc62", "\ud83c\udff4\udb40\udc7f", "\udb40\udc67", "👍\udb40\udc67",
      "::", ":", ": :", ":a b:", ":a", "a:", ":é:", ":👍:", ":a::b:", ":a\n:", ":123456789012345678901234567890123:",
      "\u034f", "\u115f", "\ufdfd", "²", "⃣", "0",
      "👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩"})
  void is_none(String text) {
    assertThat(Emoji.isOne(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"👩\u200d", "👍\ufe0f", "🇩🇪", ":", "a", "\u0301", "\udb40\udc67"})
  void a_hostile_one_is_not_even_looked_at(String part) {
    assertThat(Emoji.isOne("👍" + part.repeat(20_000))).isFalse();
  }
}
