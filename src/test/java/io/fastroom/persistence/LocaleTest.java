package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Problem;
import io.fastroom.model.SearchQuery;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import io.fastroom.persistence.SearchApi.Search;
import io.fastroom.support.PostgresServer;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases of every encoding and locale. */
@Tag("slow")
class LocaleTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.create(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
    VERTX.close().await();
  }

  private static String database(String options) {
    return server.database(TestNode.unique("db"), options);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATIN1", "LATIN9", "SQL_ASCII", "WIN1252", "EUC_JP", "KOI8R"})
  void an_encoding_that_cannot_hold_unicode_is_refused(String encoding) {
    String url = database("ENCODING '" + encoding + "' LOCALE 'C'");

    String said = new Migrations(VERTX, url).up().map(in -> "in").otherwise(Throwable::getMessage).await();

    assertThat(said).contains(encoding).contains("UTF8").doesNotContain("\n");
    assertThat(server.askIn(url.substring(url.lastIndexOf('/') + 1), "SELECT count(*) FROM pg_tables "
        + "WHERE schemaname = 'public'")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOCALE 'C'", "LOCALE 'C.UTF-8'", "LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C.UTF-8'",
      "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'", "LOCALE_PROVIDER icu ICU_LOCALE 'lt' LOCALE 'C.UTF-8'"})
  void emails_and_words_are_the_same_or_not_whatever_the_locale(String locale) throws Exception {
    String url = database("ENCODING 'UTF8' " + locale);
    new Migrations(VERTX, url).up().await();
    Folds.everyCharacter(url);
    try (TestNode node = new TestNode(url)) {
      assertFound(node, url);
      String[][] same = {{"éva@x.org", "ÉVA@X.ORG", "e\u0301va@x.org", "E\u0301VA@x.org"}, {"info@x.org", "INFO@x.org"},
          {"straße@x.org", "STRASSE@x.org", "STRA\u1E9EE@x.org"}, {"σίσυφος@x.org", "ΣΊΣΥΦΟΣ@x.org"},
          {"дима@x.org", "ДИМА@X.org"}, {"ǆ@x.org", "Ǆ@x.org", "ǅ@x.org"}, {"\u1FB3@x.org", "\u0391\u0399@x.org"}};
      for (String[] spellings : same) {
        assertThat(register(node, spellings[0])).isNull();
        for (String spelling : spellings) {
          assertThat(register(node, spelling)).as(spelling).isEqualTo(Problem.EMAIL_TAKEN);
        }
      }
      for (String other : new String[] {"ınfo@x.org", "İnfo@x.org", "eva@x.org", "ìnfo@x.org"}) {
        assertThat(register(node, other)).as(other).isNull();
      }
      assertThat(register(node, null)).isNull();
      assertThat(register(node, null)).isNull();
    }
  }

  /** By what is looked for in lower case, word by word and in order. */
  private static void assertFound(TestNode node, String url) {
    List<String> texts = List.of("Әлем тілі", "Բարև Հայաստան", "Əli Məmməd", "Қазақ-Ресей", "don't Ұсын", "ΣΊΣΥΦΟΣ ΠΑΣ",
        "Straße Ẓeẞ", "ᲗᲑᲘᲚᲘᲡᲘ Ⴀბ");
    TestDatabase.execute(url, "INSERT INTO users (username, password_hash) VALUES ('alice', '')",
        "INSERT INTO rooms (name) VALUES ('room')");
    for (int i = 0; i < texts.size(); i++) {
      TestDatabase.execute(url, """
          INSERT INTO messages (room_id, seq, user_id, username, content, created_at)
          SELECT r.id, %d, u.id, 'alice', '%s', now() FROM users u, rooms r"""
          .formatted(i, texts.get(i).replace("'", "''")));
    }
    long actor = TestDatabase.number(url, "SELECT id FROM users");
    for (String text : texts) {
      for (String query : List.of(text.toLowerCase(Locale.ROOT), '"' + text.toLowerCase(Locale.ROOT) + '"', text)) {
        assertThat(node.ask(SearchApi.SEARCH, new Search(actor, SearchQuery.parse(query), 0, null, null, null, 10,
            Long.MAX_VALUE)).items()).as(query).extracting(found -> found.message().content()).containsExactly(text);
      }
    }
  }

  private static Problem register(TestNode node, String email) {
    return node.refusal(PersistenceApi.REGISTER_USER, new RegisterUser(TestNode.unique("u"), email, null, "hash"));
  }

  @Test
  void the_oldest_of_those_who_shared_an_address_keeps_it() {
    String url = database("ENCODING 'UTF8' LOCALE 'C'");
    Migrations migrations = new Migrations(VERTX, url);
    migrations.up().await();
    int later = (int) migrations.status().await().stream().map(Migrations.Change::id)
        .dropWhile(id -> !id.equals("email-keys")).count();
    migrations.rollback(later).await();
    TestDatabase.execute(url, """
        INSERT INTO users (username, email, password_hash)
        SELECT 'u' || n, CASE WHEN n % 2 = 0 THEN 'user' || n ELSE 'ÜSER' || n END || '@x.org', 'hash'
        FROM generate_series(1, 12000) n""",
        "INSERT INTO users (username, email, password_hash) VALUES ('old', 'éva@x.org', 'h'), ('young', 'ÉVA@x.org', 'h')");

    migrations.up().await();

    assertThat(TestDatabase.number(url, "SELECT count(*) FROM users WHERE email_key IS NULL")).isEqualTo(1);
    assertThat(TestDatabase.text(url, "SELECT username FROM users WHERE email_key = 'éva@x.org'")).isEqualTo("old");
    assertThat(TestDatabase.text(url, "SELECT email FROM users WHERE username = 'young'")).isEqualTo("ÉVA@x.org");
    assertThat(TestDatabase.text(url, "SELECT email_key FROM users WHERE username = 'u11999'")).isEqualTo("üser11999@x.org");
  }
}
