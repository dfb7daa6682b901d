package io.fastroom.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MentionsTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {
      "@alice|alice",
      "hi @alice, how are you?|alice",
      "That was @alice.|alice",
      "That was @alice...|alice",
      "@a.b.c.|a.b.c",
      "@a_b_c_|a_b_c",
      "_@alice_|alice",
      "*@alice*|alice",
      "(@alice)|alice",
      "\"@alice\"|alice",
      "@alice's|alice",
      "@alice-bob|alice",
      "@ALICE and @Alice|alice",
      "@bob @alice @bob|bob,alice",
      "@bob/@alice|bob,alice",
      "@bob,@alice;@carol|bob,alice,carol",
      "@alice\u3002|alice",
      "\u4f60\u597d@alice\u4f60\u597d|alice",
      "@alice\ub2d8 \uc548\ub155|alice",
      "@alice\ud83d\ude42|alice",
      "\ud83d\ude42@alice|alice",
      "@__alice|alice",
      "@123|123",
      "@alice @bob@example.org|alice",
      "@12345678901234567890123456789012|12345678901234567890123456789012"})
  void finds(String text, String names) {
    assertThat(Mentions.in(text)).containsExactly(names.split(","));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@", "@@", "@@@@@", "nobody", "@ alice", "@al", "@..", "@.__._", "@______",
      "alice@example.org", "me+you\u00e9@alice.org", "1@alice", "@alice@example.org", "@alic\u00e9", "@ali\u0441e",
      "@alice\u0301", "\u0430@alice", "@@alice", "@\u200balice", "\uff20alice", "@123456789012345678901234567890123",
      "@\u0000", "@\ud83d\ude42"})
  void finds_nobody(String text) {
    assertThat(Mentions.in(text)).isEmpty();
  }

  @Test
  void the_first_fifty_count() {
    String text = IntStream.range(100, 200).mapToObj(n -> "@user" + n).collect(Collectors.joining(" "));
    List<String> names = Mentions.in(text);
    assertThat(names).hasSize(Mentions.MAX).startsWith("user100").endsWith("user149");
  }

  @ParameterizedTest
  @ValueSource(strings = {"@", "@a", "@aaa", "@.", "@_", ".", "@a@", "a@a"})
  void a_hostile_text_is_read_once(String part) {
    String text = part.repeat(4_000_000 / part.length());
    assertThat(Mentions.in(text).size()).isLessThanOrEqualTo(Mentions.MAX);
  }
}
