package io.fastroom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.SearchQuery.Term;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchQueryTest {
  @Test
  void reads_words_phrases_exclusions_and_prefixes() {
    assertThat(SearchQuery.parse("Hello  \"good morning\" -night -\"so long\" wor* e-mail").terms()).containsExactly(
        term(false, false, "hello"), term(false, false, "good", "morning"), term(false, true, "night"),
        term(false, true, "so", "long"), term(true, false, "wor"), term(false, false, "e", "mail"));
  }

  @Test
  void takes_any_text_for_a_query() {
    assertThat(SearchQuery.parse("\"never closed").terms()).containsExactly(term(false, false, "never", "closed"));
    assertThat(SearchQuery.parse("a\"b c\"d").terms()).containsExactly(term(false, false, "a"), term(false, false, "b", "c"),
        term(false, false, "d"));
    assertThat(SearchQuery.parse("'a' & !(b | c):* <-> \\").terms()).containsExactly(term(false, false, "a"),
        term(false, false, "b"), term(false, false, "c"));
    for (String none : List.of("", " ", "-", "\"", "*", "& | !", "\"\"\"", "--- \"-\" **", "🎉", "-not", "-\"not so\"")) {
      assertThat(SearchQuery.parse(none).flaw()).as(none).isEqualTo("must have a word to look for");
    }
    assertThat(SearchQuery.parse("a ".repeat(33)).flaw()).contains("32");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "hello             | Hello, world & <b>      | <mark>Hello</mark>, world &amp; &lt;b&gt;",
      "uber cafe         | Über das Café's \"x\"   | <mark>Über</mark> das <mark>Café</mark>&#39;s &quot;x&quot;",
      "STRASSE           | Straße                  | <mark>Straße</mark>",
      "jalapeno          | jalapen\u0303o!         | <mark>jalapen\u0303o</mark>!",
      "wor*              | words of the world      | <mark>words</mark> of the <mark>world</mark>",
      "\"quick brown\"   | brown quick, brown dog  | brown <mark>quick, brown</mark> dog",
      "\"quick bro*\"    | quick bread quick broom | quick bread <mark>quick broom</mark>",
      "one -two          | one three               | <mark>one</mark> three",
      "foo-bar           | foo bar, foo, bar x     | <mark>foo bar</mark>, <mark>foo, bar</mark> x",
      "世界              | 你好世界！              | 你好<mark>世界</mark>！",
      "ｈｅｌｌｏ        | hello                   | <mark>hello</mark>",
      "half              | ½ half 🙂 half🙂        | ½ <mark>half</mark> 🙂 <mark>half</mark>🙂",
      "b                 | <b>b</b>                | &lt;<mark>b</mark>&gt;<mark>b</mark>&lt;/<mark>b</mark>&gt;"})
  void marks_what_was_found(String query, String text, String highlight) {
    assertThat(SearchQuery.parse(query).highlight(text)).isEqualTo(highlight);
  }

  private static Term term(boolean prefix, boolean excluded, String... words) {
    return new Term(List.of(words), prefix, excluded);
  }
}
