package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The lists of REST, page by page. */
class PagingTest extends Story {
  private static final Pattern NEXT = Pattern.compile("<(.*)>; rel=\"next\"");

  /** All items of a list, by way of next_cursor. */
  private static List<JsonObject> walk(Rest rest, String path) {
    List<JsonObject> all = new ArrayList<>();
    String url = path;
    while (url != null) {
      JsonObject page = rest.get(url).expect(200).json();
      page.getJsonArray("items").forEach(item -> all.add((JsonObject) item));
      String cursor = page.getString("next_cursor");
      assertThat(cursor != null).isEqualTo(page.getBoolean("has_more"));
      url = cursor == null ? null : path + "&cursor=" + Rest.encode(cursor);
    }
    return all;
  }

  private static List<Long> ids(List<JsonObject> items) {
    return items.stream().map(item -> item.getLong("id")).toList();
  }

  @Test
  void users_go_on_in_a_link_header() {
    Person alice = person("alice");
    person("bob");
    for (String order : new String[] {"asc", "desc"}) {
      List<String> names = new ArrayList<>();
      String url = "/users?limit=50&order=" + order;
      while (url != null) {
        Answer page = alice.on(one()).get(url).expect(200);
        new JsonArray(page.text()).forEach(user -> names.add(((JsonObject) user).getString("username")));
        Matcher next = page.header("Link") == null ? null : NEXT.matcher(page.header("Link"));
        assertThat(next == null || next.matches()).isTrue();
        url = next == null ? null : next.group(1);
      }
      assertThat(names).doesNotHaveDuplicates().contains(alice.name())
          .isSortedAccordingTo(order.equals("asc") ? String::compareTo : (a, b) -> b.compareTo(a));
    }
  }

  @Test
  void the_state_of_others_is_not_told() throws SQLException {
    Person alice = person("alice");
    Person bob = person("bob");
    try (Connection connection = Backends.postgres().connect(); Statement statement = connection.createStatement()) {
      statement.execute("UPDATE users SET disabled = true WHERE id = " + bob.id());
    }
    JsonObject seen = alice.on(two()).get("/users/" + bob.name()).expect(200).json();
    assertThat(seen.getBoolean("disabled")).isFalse();
    assertThat(seen.getValue("email")).isNull();
  }

  @Test
  void rooms_page_by_cursor_and_are_found_by_membership_and_words() {
    Person alice = person("alice");
    Person bob = person("bob");
    String mark = Names.unique("mark").replaceAll("[^a-z0-9]", "");
    List<Long> own = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      own.add(0, alice.createRoom(one(), "Room " + i + " of " + mark, i % 2 == 0).id());
    }
    assertThat(ids(walk(alice.on(one()), "/rooms?member=true&limit=2"))).isEqualTo(own);
    assertThat(ids(walk(alice.on(two()), "/rooms?member=true&limit=2.0&q=%20"))).isEqualTo(own);
    assertThat(ids(walk(alice.on(two()), "/rooms?limit=2&q=" + mark))).isEqualTo(own);
    List<JsonObject> seen = walk(bob.on(two()), "/rooms?limit=1&order=asc&q=" + Rest.encode(mark.toUpperCase() + " room"));
    assertThat(ids(seen)).containsExactly(own.get(3), own.get(1));
    assertThat(seen).noneMatch(room -> room.getBoolean("is_member"));
    assertThat(walk(bob.on(one()), "/rooms?member=true&q=" + mark)).isEmpty();
    bob.on(one()).post("/rooms/" + own.get(3) + "/join").expect(201);
    assertThat(ids(walk(bob.on(one()), "/rooms?member=true&q=" + mark))).containsExactly(own.get(3));
    assertThat(bob.on(two()).get("/rooms/" + own.get(3)).json().getBoolean("is_member")).isTrue();
    assertThat(bob.on(two()).get("/rooms/" + own.get(1)).json().getBoolean("is_member")).isFalse();
    assertThat(ids(walk(alice.on(one()), "/rooms?limit=200&order=asc"))).containsAll(own).isSorted();
  }

  @Test
  void rooms_are_found_by_words_in_any_form() {
    Person alice = person("alice");
    String mark = Names.unique("mark").replaceAll("[^a-z0-9]", "");
    long id = alice.createRoom(one(), "Cafe\u0301 \u00c9cole " + mark, false).id();
    for (String form : List.of("caf\u00e9", "CAF\u00c9", "cafe\u0301", "E\u0301COLE")) {
      assertThat(ids(walk(alice.on(two()), "/rooms?q=" + Rest.encode(form + " " + mark)))).containsExactly(id);
    }
    assertThat(walk(alice.on(one()), "/rooms?q=" + mark + ";nowhere")).isEmpty();
    alice.on(one()).get("/rooms?limit=1;offset=1").expect(422);
  }

  @Test
  void members_and_messages_page_by_cursor() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    List<Long> people = new ArrayList<>(List.of(alice.id()));
    for (int i = 0; i < 4; i++) {
      Person other = person("other");
      people.add(other.id());
      other.on(two()).post(room.path() + "/join").expect(201);
    }
    assertThat(walk(alice.on(one()), room.path() + "/members?limit=2")).extracting(m -> m.getLong("user_id"))
        .isEqualTo(people);
    Ws a = inRoom(alice, one(), room);
    List<Long> sent = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      sent.add(a.chat(room.name(), "m" + i).getLong("message_id"));
    }
    List<Long> newestFirst = new ArrayList<>(sent);
    java.util.Collections.reverse(newestFirst);
    assertThat(ids(walk(alice.on(one()), room.path() + "/messages?limit=1"))).isEqualTo(newestFirst);
    assertThat(ids(walk(alice.on(one()), room.path() + "/messages?limit=7"))).isEqualTo(sent);
    JsonObject after = alice.on(two()).get(room.path() + "/messages?limit=2&after_id=" + sent.get(1)).expect(200).json();
    assertThat(after.getJsonArray("items").getJsonObject(1).getLong("id")).isEqualTo(sent.get(3));
    JsonObject next = alice.on(two()).get(room.path() + "/messages?limit=2&cursor=" + after.getString("next_cursor"))
        .expect(200).json();
    assertThat(next.getJsonArray("items").getJsonObject(0).getLong("id")).isEqualTo(sent.get(4));
    assertThat(next.getJsonArray("items").getJsonObject(1).getLong("id")).isEqualTo(sent.get(5));
  }

  @Test
  void a_cursor_that_no_list_gave_is_refused() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    for (String cursor : new String[] {"", "x", "%20", "MQ==", "LTF4", "AAAA", "~~~", "MQ".repeat(200)}) {
      for (String list : new String[] {"/rooms?", room.path() + "/members?", room.path() + "/messages?"}) {
        Answer answer = alice.on(one()).get(list + "cursor=" + cursor).expect(422);
        assertThat(answer.json().getJsonArray("errors").getJsonObject(0).getString("parameter")).isEqualTo("cursor");
      }
    }
    alice.on(one()).get(room.path() + "/messages?before_id=1&cursor=YmVmb3JlIDE").expect(422);
    alice.on(one()).get("/rooms?member=maybe").expect(422);
  }
}
