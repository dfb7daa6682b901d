package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Folders;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Receivers by names that a URI of the library cannot have: with {@code _}, as containers have them, and international. */
class WebhookNamesTest extends WebhookStory {
  @Test
  void what_is_allowed_by_its_name_is_reached_by_its_name() throws IOException {
    Path hosts = Files.writeString(Folders.kept("hosts-of-hooks").resolve("hosts"),
        "127.0.0.1 hook_receiver hooks.xn--bcher-kva.example hidden_receiver\n");
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.put("WEBHOOK_ALLOW", "hook_receiver,hooks.xn--bcher-kva.example");
    try (Postgres postgres = new Postgres(); HookReceiver receiver = new HookReceiver();
         NodeProcess node = new NodeProcess(postgres, Backends.redis(), settings)
             .java("-Djdk.net.hosts.file=" + hosts.toAbsolutePath()).start()) {
      Person alice = Person.register(node, "alice");
      RoomRef room = alice.createRoom(node);
      String port = ":" + receiver.port();
      for (String host : new String[] {"hook_receiver", "Hooks.bücher.example"}) {
        String url = "http://" + host + port + "/" + host.charAt(0);
        assertThat(alice.on(node).post(room.path() + "/webhooks", wish(url)).expect(201).json().getString("url"))
            .isEqualTo(url);
      }
      alice.on(node).post(room.path() + "/webhooks", wish("http://hidden_receiver" + port + "/")).expect(422);
      alice.on(node).post(room.path() + "/messages", new JsonObject().put("content", "hello")).expect(201);
      Until.holds("both have it", PATIENCE, () -> receiver.texts().stream().filter("hello"::equals).count() == 2);
      assertThat(receiver.got()).extracting(got -> got.path() + " " + got.host()).containsExactlyInAnyOrder(
          "/h hook_receiver" + port, "/H hooks.xn--bcher-kva.example" + port);
    }
  }
}
