package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who finds what was said, on any node, and who does not. */
class SearchTest extends Story {
  private static long say(Person person, RoomRef room, String text) {
    return person.on(one()).post("/rooms/" + room.id() + "/messages", new JsonObject().put("content", text)).expect(201)
        .json().getLong("message_id");
  }

  private static String url(String query, String... more) {
    return "/search?q=" + Rest.encode(query) + String.join("", more);
  }

  private static List<JsonObject> search(Person person, String query, String... more) {
    return person.on(two()).get(url(query, more)).expect(200).json().getJsonArray("items").stream()
        .map(JsonObject.class::cast).toList();
  }

  private static List<String> found(Person person, String query, String... more) {
    return search(person, query, more).stream().map(item -> item.getString("content")).toList();
  }

  /** A word that nobody else says. */
  private static String word() {
    return Names.unique("word").replaceAll("[^a-z0-9]", "");
  }

  @Test
  void what_was_said_is_found_at_once_and_as_it_is_now() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String word = word();
    long id = say(alice, room, "Grüße & <b>" + word + "</b>, quick brown fox");
    JsonObject item = search(alice, "GRUSSE -slow \"brown fox\" " + word.substring(0, word.length() - 2) + "*").get(0);
    assertThat(item.getLong("id")).isEqualTo(id);
    assertThat(item.getString("room")).isEqualTo(room.name());
    assertThat(item.getLong("room_id")).isEqualTo(room.id());
    assertThat(item.getString("username")).isEqualTo(alice.name());
    assertThat(item.getString("highlight")).isEqualTo(
        "<mark>Grüße</mark> &amp; &lt;b&gt;<mark>" + word + "</mark>&lt;/b&gt;, quick <mark>brown fox</mark>");
    String message = "/rooms/" + room.id() + "/messages/" + id;
    alice.on(one()).patch(message, new JsonObject().put("content", "other " + word)).expect(200);
    assertThat(found(alice, word + " fox")).isEmpty();
    assertThat(found(alice, word + " other")).containsExactly("other " + word);
    alice.on(one()).delete(message).expect(204);
    assertThat(found(alice, word)).isEmpty();
  }

  @Test
  void only_those_find_it_who_may_read_it() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef open = alice.createRoom(one());
    RoomRef closed = alice.createRoom(one(), Names.unique("closed"), true);
    String word = word();
    say(alice, open, word + " open");
    say(alice, closed, word + " closed");
    assertThat(found(alice, word)).containsExactly(word + " closed", word + " open");
    assertThat(found(bob, word)).containsExactly(word + " open");
    bob.on(two()).get(url(word, "&room_id=" + closed.id())).expect(404);
    alice.on(one()).post("/rooms/" + closed.id() + "/members", new JsonObject().put("username", bob.name())).expect(201);
    assertThat(found(bob, word)).hasSize(2);
    bob.on(one()).delete("/rooms/" + closed.id() + "/leave").expect(204);
    assertThat(found(bob, word)).containsExactly(word + " open");
    bob.on(one()).post("/rooms/" + open.id() + "/join").expect(201);
    alice.flag(one(), open, bob, "ban", true).expect(200);
    assertThat(found(bob, word)).isEmpty();
    bob.on(two()).get(url(word, "&room_id=" + open.id())).expect(403);
    alice.flag(one(), open, bob, "ban", false).expect(200);
    assertThat(found(bob, word)).containsExactly(word + " open");
    alice.on(one()).patch("/rooms/" + open.id(), new JsonObject().put("is_private", true)).expect(200);
    assertThat(found(person("carol"), word)).isEmpty();
    alice.on(one()).delete("/rooms/" + open.id()).expect(204);
    assertThat(found(alice, word)).containsExactly(word + " closed");
  }

  @Test
  void pages_follow_one_another_from_the_newest_to_the_oldest() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String word = word();
    IntStream.range(0, 7).forEach(n -> say(alice, room, word + " " + n));
    List<String> all = new ArrayList<>();
    String cursor = "";
    do {
      JsonObject page = alice.on(two()).get(url(word, "&limit=3", cursor)).expect(200).json();
      page.getJsonArray("items").forEach(item -> all.add(((JsonObject) item).getString("content")));
      assertThat(page.getBoolean("has_more")).isEqualTo(page.getString("next_cursor") != null);
      cursor = page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
    } while (cursor != null);
    assertThat(all).isEqualTo(IntStream.range(0, 7).mapToObj(n -> word + " " + (6 - n)).toList());
  }

  @Test
  void room_author_and_times_narrow_a_search() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef first = alice.createRoom(one());
    RoomRef second = alice.createRoom(one());
    bob.on(one()).post("/rooms/" + second.id() + "/join").expect(201);
    String word = word();
    say(alice, first, word + " 1");
    say(alice, second, word + " 2");
    say(bob, second, word + " 3");
    assertThat(found(alice, word, "&room_id=" + second.id())).containsExactly(word + " 3", word + " 2");
    assertThat(found(bob, word, "&author=" + bob.name())).containsExactly(word + " 3");
    assertThat(found(bob, word, "&author=" + bob.name(), "&room_id=" + first.id())).isEmpty();
    assertThat(found(bob, word, "&author=nobody.at.all")).isEmpty();
    String second2 = search(alice, word + " 2").get(0).getString("created_at");
    assertThat(found(alice, word, "&before=" + second2)).containsExactly(word + " 1");
    assertThat(found(alice, word, "&after=" + second2)).containsExactly(word + " 3");
    assertThat(found(alice, word, "&after=2020-01-01T00:00:00%2B02:00&before=9999-12-31T23:59:59Z")).hasSize(3);
    assertThat(found(alice, word, "&before=0000-01-01T00:00:00Z")).isEmpty();
  }

  @Test
  void words_of_every_alphabet_are_found_alone_and_in_order() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String in = "&room_id=" + room.id();
    for (String text : List.of("Әлем тілі", "Բարև Հայաստան", "Əli Məmməd", "Қазақ-Ресей", "Өз-өзіне қара", "don't Ұсын")) {
      say(alice, room, text);
      String lower = text.toLowerCase(Locale.ROOT);
      String marked = "<mark>" + text.replace("'", "&#39;") + "</mark>";
      assertThat(search(alice, '"' + lower + '"', in)).as(text).extracting(item -> item.getString("highlight"))
          .containsExactly(marked);
    }
    assertThat(found(alice, "Қазақ-Ресей", in)).containsExactly("Қазақ-Ресей");
    assertThat(found(alice, "Өз-өзіне", in)).containsExactly("Өз-өзіне қара");
    assertThat(found(alice, "әлем", in)).containsExactly("Әлем тілі");
  }

  @Test
  void punctuation_of_every_script_stands_between_words() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String in = "&room_id=" + room.id();
    for (String text : List.of("שלום|־|עולם", "ሰላም|፡|ዓለም", "नमस्ते|।|दुनिया", "حالك|؟|نعم", "مرحبا|، |كيف",
        "Հայաստան|։ |բարև", "བོད|་|ཡིག", "a|\ud83c\udff4\udb40\udc67|b")) {
      String[] parts = text.split("\\|");
      String all = String.join("", parts);
      say(alice, room, all);
      assertThat(search(alice, parts[0], in).get(0).getString("highlight")).as(all)
          .isEqualTo("<mark>" + parts[0] + "</mark>" + parts[1] + parts[2]);
      assertThat(search(alice, parts[2], in).get(0).getString("highlight")).as(all)
          .isEqualTo(parts[0] + parts[1] + "<mark>" + parts[2] + "</mark>");
      assertThat(found(alice, '"' + parts[0] + " " + parts[2] + '"', in)).containsExactly(all);
      assertThat(found(alice, all, in)).containsExactly(all);
    }
  }

  @Test
  void whatever_is_asked_is_answered_or_refused_by_name() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    say(alice, room, "x".repeat(4_000));
    say(alice, room, "word ".repeat(800));
    List<String> queries = List.of("\"", "\"\"\"", "-", "--", "*", "-*", "a*", "\"a", "a\" b", "-\"", "!", "&", "|",
        "a & | !b",
        "a <-> b", "a:*", "a:ABCD", "((((", "'", "''", "\\", "\\'", "{b}", "k{b}a", "'); DROP TABLE messages; --", "%", "_",
        "🎉", "a 🎉", "你好", "你好*", "\"你好 世\"", "안녕", "\u0301", "a\u0301*", "\u202e abc", "(a+)+$", "a".repeat(500),
        "a ".repeat(250), "\"" + "a ".repeat(200) + "\"", "-a ".repeat(100) + "b", "\ufdfa".repeat(400),
        "\uac01".repeat(500),
        "x".repeat(10_000), "\u0000", "a\u0000b", "<script>alert(1)</script>", "AND OR NOT", "1e400", "-1", "+a", "a,b;c",
        "\t\n", "x* y* z* -w*", "\ud83d\udc68\u200d\ud83d\udc69");
    for (String query : queries) {
      assertThat(alice.on(two()).get(url(query)).status()).as(query).isIn(200, 422);
    }
    for (String bad : List.of("/search", "/search?q=", "/search?q=a&q=b", "/search?q=a&limit=0", "/search?q=a&limit=201",
        "/search?q=a&room_id=x", "/search?q=a&room_id=0", "/search?q=a&cursor=x", "/search?q=a&cursor=LTE", "/search?q=%ff",
        "/search?q=a&before=yesterday", "/search?q=a&after=", "/search?q=a&author=%20")) {
      Answer answer = alice.on(two()).get(bad);
      assertThat(Set.of(400, 422)).as(bad + answer.json()).contains(answer.status());
    }
    alice.on(two()).get("/search?q=a&room_id=9223372036854775807").expect(404);
    assertThat(new Rest(one().url(), null).get("/search?q=a").status()).isEqualTo(401);
  }
}
