package io.fastroom.story;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.Preload;
import io.fastroom.support.RoomRef;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hooks to names that no server of names answers for, beside others. */
class SlowWebhooksTest extends WebhookStory {
  private static final int HANGING = 20;

  private static void sayTo(NodeProcess node, Person alice, RoomRef room, String text) {
    alice.on(node).post(room.path() + "/messages", new JsonObject().put("content", text)).expect(201);
  }

  @Test
  void names_that_hang_delay_nobody_else() throws SQLException {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.put("WEBHOOK_ALLOW", "localhost");
    settings.putAll(Preload.environment("slow_names"));
    try (Postgres postgres = new Postgres(); HookReceiver receiver = new HookReceiver();
         NodeProcess node = new NodeProcess(postgres, Backends.redis(), settings).start()) {
      Person alice = Person.register(node, "alice");
      sql(postgres, "UPDATE users SET role = 'admin' WHERE id = " + alice.id());
      List<RoomRef> rooms = List.of(alice.createRoom(node), alice.createRoom(node));
      RoomRef room = alice.createRoom(node);
      String url = "http://localhost:" + receiver.port();
      for (int i = 0; i < HANGING; i++) {
        alice.on(node).post(rooms.get(i % 2).path() + "/webhooks", wish(url + "/" + i)).expect(201);
      }
      // Making each by its name would take the seconds that a node waits for it.
      sql(postgres, "UPDATE webhooks SET url = 'http://name' || id || '.hanging.example/', revision = revision + 1");
      JsonObject hanging = alice.on(node).post("/admin/webhooks", wish("http://all.hanging.example/")).expect(201).json();
      alice.on(node).post("/admin/webhooks", wish(url + "/all")).expect(201);
      alice.on(node).post(room.path() + "/webhooks", wish(url + "/room")).expect(201);
      rooms.forEach(each -> sayTo(node, alice, each, "to whom it may concern"));
      awaits("all of them are tried", () -> node.metric("fastroom_webhooks_resolving") == HANGING + 1);
      for (String text : List.of("one", "two", "three")) {
        sayTo(node, alice, room, text);
        awaits("both have " + text, () -> receiver.texts().stream().filter(text::equals).count() == 2);
      }
      awaits("what hangs is said", () -> String.valueOf(alice.on(node).get("/admin/webhooks/" + hanging.getLong("id"))
          .expect(200).json().getString("last_error")).contains("could not be looked up"));
      awaits("the metrics tell how many fail, and what they have not got",
          () -> node.metric("fastroom_webhooks_failing") == HANGING + 1 && node.metric("fastroom_webhooks_lag") == HANGING);
    }
  }

  private static void sql(Postgres postgres, String statement) throws SQLException {
    try (Connection database = postgres.connect(); var sql = database.createStatement()) {
      sql.execute(statement);
    }
  }
}
