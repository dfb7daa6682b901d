package io.fastroom.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"general", "a b", "a/b:c", "Caf\u00e9", "\ud83d\ude42", "a@b", "...", "#1", "\u4f60\u597d",
      "\u3053\u3093\u306b\u3061\u306f",
      "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627",
          "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645" /* Persian */,
      "\u0915\u094d\u200d\u0937" /* Hindi */, "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0dbd\u0d82\u0d9a\u0dcf" /* Sri Lanka */,
      "\u0d28\u0d4d\u200d" /* Malayalam */, "\u0995\u09cd\u200c\u09b7",
          "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67" /* a family */,
      "\ud83d\udc69\ud83c\udffd\u200d\ud83d\udcbb", "\ud83c\udff3\ufe0f\u200d\ud83c\udf08",
          "\u2764\ufe0f\u200d\ud83d\udd25", "\u2764\ufe0f", "1\ufe0f\u20e3",
      "\u00a9\ufe0f", "\ud83c\uddeb\ud83c\uddf7",
          "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f" /* England */,
      "\u845b\udb40\udd00" /* a variant of a character */, "a\u00a0b", "a\u3000b", "a\u0301\u0323", "\u0600\u0661",
          "\ue000", "z\u0337a"})
  void takes_any_letters(String name) {
    assertThat(RoomNames.flaw(RoomNames.normal(name))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u200bb" /* zero width space */, "\u200b", "a\u2060b", "a\ufeffb", "\ufeffa", "a\u00adb",
      "a\u200db", "a\u200cb", "\u200da", "a\u200d",
      "\ud83d\ude42\u200d", "\ud83d\ude42\u200da", "\ud83d\ude42\u200c\ud83d\ude42", "\u200d\ud83d\ude42",
          "\u0646\u0645\u06cc\u200c", "\u200c\u0646", "a\u200cb\u0646",
      "\u200ea", "a\u200f", "\u202aa", "a\u202bb", "a\u202cb", "\u202ea", "a\u202db", "\u2066a\u2069", "a\u2067",
          "a\u2068b", "a\u061cb", "\u115f", "a\u1160b",
      "\u3164", "\uffa0", "a\u2800b", "\u2800", "a\u034fb", "a\u180eb", "a\u180bb", "a\u2061b", "a\u2064b", "a\u206fb",
          "a\ufff9b", "a\u17b4b",
      "a\udb40\udc41b" /* a tag */, "a\udb40\udc01b", "\ud83c\udff4\udb40\udc67", "\ud83c\udff4\udb40\udc7f",
          "\ud83d\ude42\udb40\udc67\udb40\udc62\udb40\udc7f",
      "a\ufe0fb", "a\ufe0e", "1\ufe0f", "a\ufe00", "a\udb40\udd00", "\ufe0fa", "a\u2028b", "a\u2029b", "a\ufffe",
          "\ud834\udd59", "a\u0000b", "a\u009fb",
      "a\tb", " a", "a ", "\u3000a", "a\u00a0", "\u2003a", ".", "..", "@", "@alice,bob", "@a"})
  void refuses_what_cannot_be_seen_and_what_would_mislead(String name) {
    assertThat(RoomNames.flaw(RoomNames.normal(name))).isNotNull();
  }

  @Test
  void has_one_form_for_one_name() {
    assertThat(RoomNames.normal("Cafe\u0301")).isEqualTo("Caf\u00e9");
    assertThat(RoomNames.normal("\u212b")).isEqualTo("\u00c5");
    assertThat(RoomNames.normal("\u1112\u1161\u11ab")).isEqualTo("\ud55c");
    assertThat(RoomNames.normal("a\u0323\u0301")).isEqualTo(RoomNames.normal("a\u0301\u0323"));
  }
}
