package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.FoldedText;
import io.fastroom.model.FoldedText.Word;
import io.fastroom.model.SearchQuery;
import io.fastroom.persistence.SearchApi.FoundPage;
import io.fastroom.persistence.SearchApi.Search;
import io.fastroom.settings.DatabaseUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages whose ids lie far apart, as restarts leave them, found block by block. */
class SearchStoreTest {
  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  private static final long BASE = 1_700_000_000_000_000L;
  private static final String ENTRIES = """
      SELECT coalesce(string_agg(w, ' ' ORDER BY w COLLATE "C"), '') FROM (
        SELECT substr(e, 1 + length(search_block(9))) AS w FROM unnest(tsvector_to_array(message_words(9, 1, 1, ?))) e
        WHERE e NOT LIKE 'q%') x WHERE w <> ''""";
  private static String url;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
    url = node.url;
    TestDatabase.execute(url, "INSERT INTO users (username, password_hash) VALUES ('alice', ''), ('bob', '')",
        "INSERT INTO rooms (name, is_private) SELECT 'room' || n, n = 2 FROM generate_series(1, 40) n", """
        INSERT INTO messages (id, room_id, seq, user_id, username, content, created_at)
        OVERRIDING SYSTEM VALUE
        SELECT %d + n * 700 + n / 100 * 5000000000, 1 + n %% 40, n, 1 + n %% 3 / 2, 'alice', 'word' || n %% 7 || ' common'
            || CASE WHEN n = 5 THEN ' rare' ELSE '' END, timestamptz '%s' + n * interval '1 second'
        FROM generate_series(1, 1000) n""".formatted(BASE, FIRST));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** In the order in which pages of so many come. */
  private static List<Long> search(String query, long room, String author, Instant after, Instant before, int limit) {
    List<Long> seqs = new ArrayList<>();
    Long below = Long.MAX_VALUE;
    while (below != null) {
      FoundPage page = node.ask(SearchApi.SEARCH,
          new Search(1, SearchQuery.parse(query), room, author, after, before, limit, below));
      page.items().forEach(found -> seqs.add(found.message().seq()));
      below = page.below();
    }
    return seqs;
  }

  private static List<Long> down(LongStream wanted) {
    return wanted.map(n -> 1000 - n).filter(n -> n > 0 && n % 40 != 1).boxed().toList();
  }

  @Test
  void goes_through_all_blocks_and_windows_without_losing_or_doubling_any() {
    List<Long> all = down(LongStream.range(0, 1000));
    assertThat(search("common", 0, null, null, null, 200)).isEqualTo(all);
    assertThat(search("com*", 0, null, null, null, 7)).isEqualTo(all);
    assertThat(search("word3 common", 0, null, null, null, 10)).isEqualTo(all.stream().filter(n -> n % 7 == 3).toList());
    assertThat(search("common -word3", 0, null, null, null, 200)).isEqualTo(all.stream().filter(n -> n % 7 != 3).toList());
    assertThat(search("\"word3 common rare\" common", 0, null, null, null, 10)).isEmpty();
    assertThat(search("\"word5 common rare\"", 0, null, null, null, 10)).containsExactly(5L);
    assertThat(search("\"common word5\"", 0, null, null, null, 10)).isEmpty();
  }

  @Test
  void keeps_to_a_room_an_author_and_times() {
    List<Long> all = down(LongStream.range(0, 1000));
    assertThat(search("common", 5, null, null, null, 3)).isEqualTo(all.stream().filter(n -> n % 40 == 4).toList());
    assertThat(search("common", 0, "bob", null, null, 200)).isEqualTo(all.stream().filter(n -> n % 3 == 2).toList());
    assertThat(search("common", 0, "nobody", null, null, 10)).isEmpty();
    assertThat(search("common", 0, null, FIRST.plusSeconds(300), FIRST.plusSeconds(700), 50))
        .isEqualTo(all.stream().filter(n -> n > 300 && n < 700).toList());
    assertThat(search("common", 0, null, Instant.MAX.minusSeconds(9), Instant.MIN, 50)).isEmpty();
  }

  @Test
  void a_page_ends_when_its_time_is_over_and_says_where_the_search_goes_on() {
    assertThat(TestDatabase.number(url, """
        SELECT below FROM search_messages_v2(1, '''{b}common''', NULL, 0, 9223372036854775807, '-infinity', 'infinity', 50,
          -1)"""))
        .isEqualTo(Long.MAX_VALUE);
  }

  /** What is looked for is folded here, what is looked through in the database. */
  @Test
  void the_database_folds_texts_as_the_node_does() throws Exception {
    List<String> texts = new ArrayList<>(List.of("Hello, <b>World</b>!", "don't foo@bar.com http://a.b/c?d=e", "Ünïcödé ÀÉÎ",
        "Straße ÆØŁ œuvre ŒUVRE đħı", "ΣΊΣΥΦΟΣ Ἀθῆναι", "Москва Ёлка ЇЖАК", "你好，世界。ひらがな カタカナ ガ", "안녕하세요 세계",
        "สวัสดี ชาวโลก", "ﬁne ½ x² ①", "İstanbul", "a\u0301\u0327b a\u00adb a\u200db",
        "🙂 ok🎉ok 👨‍👩‍👧", "שָׁלוֹם مَرْحَبًا", "हिन्दी",
        "_a_b_ 1.5e3 -x +y", "  two  spaces ", "", "Same same, SAME; qu it's q1 (a)[b]{c}|~", "~".repeat(99),
        "\t\n\r\u0085\u2028x", "x".repeat(300), "№ ™ ℃ ㎏ ｶﾞ", "\ue000\uf8ff\ufdfa"));
    Random random = new Random(17);
    for (int i = 0; i < 300; i++) {
      texts.add(random.ints(20, 1, 0x3000).filter(c -> Character.isLetterOrDigit(c) || c < 0x500)
          .mapToObj(Character::toString).collect(Collectors.joining()));
    }
    try (Connection connection = new Jdbc(DatabaseUrl.parse(url)).connect(10_000);
         PreparedStatement fold = connection.prepareStatement("SELECT search_fold(?)");
         PreparedStatement entries = connection.prepareStatement(ENTRIES)) {
      for (String text : texts) {
        fold.setString(1, text);
        try (ResultSet rows = fold.executeQuery()) {
          rows.next();
          assertThat(rows.getString(1).trim()).as(text).isEqualTo(Folds.words(text));
        }
        entries.setString(1, text);
        try (ResultSet rows = entries.executeQuery()) {
          rows.next();
          boolean ascii = text.chars().allMatch(c -> c < 0x80);
          assertThat(ascii ? rows.getString(1) : "").as("entries of %s", text).isEqualTo(!ascii ? ""
              : FoldedText.words(text).stream().map(Word::text).distinct().sorted().collect(Collectors.joining(" ")));
        }
      }
    }
  }

  /** Capitals of every alphabet, and what stands between words in every script. */
  @Test
  void the_database_folds_every_character_as_the_node_does() throws Exception {
    Folds.everyCharacter(url);
  }
}
