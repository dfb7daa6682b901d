package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may register where not everybody may. */
class RegistrationTest extends Story {
  private static JsonObject body(String invite) {
    JsonObject body = new JsonObject().put("username", Names.unique("guest")).put("password", "long enough");
    return invite == null ? body : body.put("invite", invite);
  }

  private NodeProcess node(String registration) {
    return closing(Cluster.start(Map.of("REGISTRATION", registration)));
  }

  private static String code(Rest nobody, String invite, int status) {
    return nobody.post("/register", body(invite)).expect(status).json().getString("code");
  }

  @Test
  void nobody_registers_where_it_is_closed_and_administrators_still_make_accounts() {
    Person admin = AdministrationTest.admin();
    NodeProcess closed = node("closed");
    assertThat(code(new Rest(closed.url(), null), null, 403)).isEqualTo("registration_closed");
    admin.on(closed).post("/admin/users", body(null)).expect(201);
  }

  @Test
  void an_invite_lets_as_many_in_as_it_says_for_as_long_as_it_says() {
    Person admin = AdministrationTest.admin();
    Rest nobody = new Rest(node("invite").url(), null);
    assertThat(code(nobody, null, 403)).isEqualTo("invite_required");
    assertThat(code(nobody, "no such code", 403)).isEqualTo("invite_required");

    JsonObject two = admin.on(one()).post("/admin/invites", new JsonObject().put("uses", 2)
        .put("expires", Instant.now().plus(Duration.ofDays(1)).toString())).expect(201).json();
    JsonObject taken = body(two.getString("code"));
    nobody.post("/register", taken).expect(201);
    // A name that is taken spends nothing.
    nobody.post("/register", taken).expect(409);
    nobody.post("/register", body(two.getString("code"))).expect(201);
    assertThat(code(nobody, two.getString("code"), 403)).isEqualTo("invite_required");

    JsonObject once = admin.on(two()).send("POST", "/admin/invites", null, null).expect(201).json();
    assertThat(once.getInteger("uses")).isEqualTo(1);
    assertThat(admin.on(one()).get("/admin/invites?limit=1").expect(200).json().getJsonArray("items").getJsonObject(0)
        .getString("code")).isEqualTo(once.getString("code"));
    admin.on(one()).delete("/admin/invites/" + once.getLong("id")).expect(204);
    admin.on(one()).delete("/admin/invites/" + once.getLong("id")).expect(404);
    assertThat(code(nobody, once.getString("code"), 403)).isEqualTo("invite_required");

    for (JsonObject bad : List.of(new JsonObject().put("uses", 0), new JsonObject().put("expires", "tomorrow"),
        new JsonObject().put("expires", "2020-01-01T00:00:00Z"))) {
      admin.on(one()).post("/admin/invites", bad).expect(422);
    }
    person("alice").on(one()).get("/admin/invites").expect(403);
  }
}
