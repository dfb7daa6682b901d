package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.HookReceiver.Got;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may have webhooks, and where they may lead. */
class WebhookRightsTest extends WebhookStory {
  @Test
  void no_hook_leads_to_a_private_address_neither_at_first_nor_at_any_try() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    for (String url : List.of("http://127.0.0.2/", "https://10.1.2.3/", "http://[::1]/",
        "http://169.254.169.254/latest", "http://[::ffff:10.0.0.1]/", "http://2130706434/", "http://[fd00::1]/",
        "http://[64:ff9b::7f00:2]/", "http://0.0.0.0/", "ftp://example.org/", "http://user@192.0.9.1/", "http:///x",
        "http://192.0.9.1/#x", "/hook", "")) {
      Answer answer = alice.on(one()).post(room.path() + "/webhooks", wish(url));
      assertThat(answer.status()).as(url).isEqualTo(422);
      assertThat(answer.json().getJsonArray("errors").getJsonObject(0).getString("pointer")).isEqualTo("/url");
    }
    HookReceiver receiver = receiver();
    try (HookReceiver hidden = new HookReceiver("127.0.0.2", receiver.port())) {
      JsonObject hook = make(alice, room, receiver.url("/"));
      // As if its name led elsewhere by now.
      sql("UPDATE webhooks SET url = '" + hidden.url("/") + "', revision = revision + 1 WHERE id = " + hook.getLong("id"));
      say(alice, room, "secret");
      awaits("it is refused", () -> "failing".equals(shown(alice, room, hook).getString("state")));
      assertThat(shown(alice, room, hook).getString("last_error")).contains("no public address");
      assertThat(shown(alice, room, hook).getValue("last_status")).isNull();
      assertThat(hidden.got()).isEmpty();
      alice.on(one()).patch(hooks(room, hook), new JsonObject().put("url", receiver.url("/")).put("state", "active"))
          .expect(200);
      awaits("it comes", () -> receiver.texts().contains("secret"));
      assertThat(hidden.got()).isEmpty();
    }
  }

  @Test
  void moderators_look_after_those_of_their_room_and_administrators_after_those_of_all() throws Exception {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    RoomRef hidden = alice.createRoom(one(), io.fastroom.support.Names.unique("hidden"), true);
    HookReceiver receiver = receiver();
    JsonObject wish = wish(receiver.url("/"));
    JsonObject hook = make(alice, room, receiver.url("/"));
    assertThat(bob.on(one()).get(room.path() + "/webhooks").expect(403).json().getString("code"))
        .isEqualTo("not_moderator");
    bob.on(one()).post(room.path() + "/webhooks", wish).expect(403);
    bob.on(one()).post(hidden.path() + "/webhooks", wish).expect(404);
    alice.on(one()).get(hidden.path() + "/webhooks/" + hook.getLong("id")).expect(404);
    alice.on(one()).get("/admin/webhooks/" + hook.getLong("id")).expect(403);
    alice.on(one()).post(room.path() + "/webhooks", wish(receiver.url("/"), "typing")).expect(422);
    alice.on(one()).patch(hooks(room, hook), new JsonObject().put("events", new JsonArray())).expect(422);
    for (int i = 1; i < 10; i++) {
      make(alice, room, receiver.url("/" + i));
    }
    assertThat(alice.on(one()).post(room.path() + "/webhooks", wish).expect(409).json().getString("code"))
        .isEqualTo("too_many_webhooks");
    JsonArray all = alice.on(two()).get(room.path() + "/webhooks").expect(200).array();
    assertThat(all).hasSize(10);
    assertThat(all.encode()).doesNotContain("whsec_");
    for (Object each : all) {
      alice.on(one()).delete(hooks(room, (JsonObject) each)).expect(204);
    }
    Rest reads = new Rest(one().url(), alice.on(one()).post("/users/me/keys", new JsonObject().put("name", "r")
        .put("scopes", new JsonArray().add("read").add("write"))).expect(201).json().getString("key"));
    assertThat(reads.get(room.path() + "/webhooks").status()).isEqualTo(403);

    bob.on(one()).post("/admin/webhooks", wish).expect(403);
    sql("UPDATE users SET role = 'admin' WHERE id = " + bob.id());
    HookReceiver everywhere = receiver();
    JsonObject global = bob.on(one()).post("/admin/webhooks", wish(everywhere.url("/"), "chat")).expect(201).json();
    String path = "/admin/webhooks/" + global.getLong("id");
    try {
      RoomRef later = alice.createRoom(two());
      say(alice, room, "in the room " + room.id());
      say(alice, hidden, "in the room " + hidden.id());
      say(alice, later, "in the room " + later.id());
      for (RoomRef each : List.of(room, hidden, later)) {
        String text = "in the room " + each.id();
        awaits("that of " + each, () -> of(everywhere, each).anyMatch(got -> text.equals(got.json().getString("message"))));
      }
      assertThat(of(everywhere, room).count()).isEqualTo(1);
      bob.on(one()).post(path + "/replay", new JsonObject().put("room_id", room.id()).put("seq", 1)).expect(200);
      awaits("again", () -> of(everywhere, room).count() == 2);
    } finally {
      bob.on(one()).delete(path).expect(204);
    }
  }

  private static Stream<Got> of(HookReceiver receiver, RoomRef room) {
    return receiver.got().stream().filter(got -> got.json().getLong("room_id") == room.id());
  }
}
