package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose an e-mail is, on two nodes with a real SMTP server. */
class EmailVerificationTest extends MailStory {
  @Test
  void a_new_email_waits_until_its_link_is_followed() {
    String one = address();
    Person alice = register("alice", one);
    JsonObject seen = me(alice);
    assertThat(seen.getString("email")).isEqualTo(one);
    assertThat(seen.getBoolean("email_verified")).isFalse();
    assertThat(seen.getString("new_email")).isEqualTo(one);
    String token = server.await(one).token();
    verify(token).expect(204);
    assertThat(me(alice).getBoolean("email_verified")).isTrue();
    assertThat(me(alice).containsKey("new_email")).isFalse();
    assertExpired(verify(token));
    String two = address();
    String three = address();
    alice.on(first).patch("/users/me", fields("email", two)).expect(200);
    String overtaken = server.await(two).token();
    JsonObject waiting = alice.on(first).patch("/users/me", fields("email", three)).expect(200).json();
    assertThat(waiting.getString("email")).isEqualTo(one);
    assertThat(waiting.getString("new_email")).isEqualTo(three);
    assertExpired(verify(overtaken));
    forgot(three);
    verify(server.await(three).token()).expect(204);
    assertThat(me(alice).getString("email")).isEqualTo(three);
    assertThat(server.await(one, 2).subject()).contains("another e-mail");
    alice.on(first).post("/users/me/email/verify").expect(202);
    alice.on(first).patch("/users/me", new JsonObject().putNull("email")).expect(200);
    assertThat(me(alice).getString("email")).isNull();
    assertThat(alice.on(first).post("/users/me/email/verify").expect(409).json().getString("code"))
        .isEqualTo("no_email");
  }

  @Test
  void whoever_verifies_first_owns_an_email_that_several_wait_for() {
    String email = address();
    Person alice = register("alice", email);
    String tokenOfAlice = server.await(email).token();
    Person bob = register("bob", email.toUpperCase());
    Until.holds("bob's letter", LONG, () -> server.to(email).size() == 2);
    String tokenOfBob = server.await(email, 2).token();
    List<Integer> statuses = List.of(tokenOfBob, tokenOfAlice).parallelStream().map(token -> verify(token).status())
        .sorted().toList();
    assertThat(statuses).containsExactly(204, 400);
    boolean alices = me(alice).getBoolean("email_verified");
    assertThat(me(bob).getBoolean("email_verified")).isNotEqualTo(alices);
    Person loser = alices ? bob : alice;
    assertThat(loser.on(first).post("/users/me/email/verify").expect(409).json().getString("code"))
        .isEqualTo("email_taken");
    assertThat(loser.on(first).patch("/users/me", fields("email", email)).expect(409).json().getString("code"))
        .isEqualTo("email_taken");
    nobody(first).post("/register", fields("username", Names.unique("carol")).put("password", "long enough one")
        .put("email", email)).expect(409);
    forgot(email);
    assertThat(server.await(email, 3).subject()).contains(alices ? alice.name() : bob.name());
  }

  @Test
  void an_email_from_a_time_without_mail_gives_way_to_whoever_proves_it() throws SQLException {
    String email = address();
    Person early = register("early", email);
    server.await(email);
    sql("UPDATE users SET email_key = new_email_key, new_email = NULL, new_email_key = NULL WHERE id = " + early.id());
    assertThat(me(early).getBoolean("email_verified")).isFalse();
    forgot(email);
    assertThat(server.await(email, 2).subject()).contains(early.name());
    Person late = register("late", email);
    verify(server.await(email, 3).token()).expect(204);
    assertThat(me(late).getBoolean("email_verified")).isTrue();
    assertThat(me(early).getString("new_email")).isEqualTo(email);
  }

  @Test
  void without_a_server_there_is_no_mail_and_every_email_counts() {
    Person alice = person("alice");
    assertThat(alice.on(one()).post("/users/me/email/verify").expect(503).json().getString("code"))
        .isEqualTo("mail_unavailable");
    for (String path : List.of("/password/forgot", "/password/reset", "/email/verify")) {
      JsonObject body = path.endsWith("forgot") ? fields("email", "a@example.org")
          : path.endsWith("reset") ? fields("token", "x").put("password", "long enough") : fields("token", "x");
      assertThat(nobody(one()).post(path, body).expect(503).json().getString("code")).isEqualTo("mail_unavailable");
    }
    assertThat(alice.on(one()).get("/users/me").json().getBoolean("email_verified")).isTrue();
  }
}
