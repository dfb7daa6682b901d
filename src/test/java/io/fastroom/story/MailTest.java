package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.MailServer.Mail;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Letters, and forgotten passwords, on two nodes with a real SMTP server. */
class MailTest extends MailStory {
  @Test
  void a_forgotten_password_is_chosen_anew_once_and_every_login_ends() {
    String email = address();
    Person alice = verified("alice", email);
    Ws here = connect(alice, first);
    Ws there = connect(alice, second);
    forgot(email.toUpperCase());
    Mail letter = server.await(email, 2);
    assertThat(letter.subject()).contains(alice.name());
    assertThat(letter.from()).isEqualTo("chat@example.org");
    assertThat(letter.raw()).contains("From: FastRoom <chat@example.org>", "Content-Type: multipart/alternative",
        "https://chat.example.org/password#token=" + letter.token(), "Auto-Submitted: auto-generated");
    String fresh = "battery staple " + alice.name();
    reset(letter.token(), "short").expect(422);
    reset(letter.token(), alice.name()).expect(422);
    reset(letter.token(), fresh).expect(204);
    assertThat(here.awaitClose()).isEqualTo(4401);
    assertThat(there.awaitClose()).isEqualTo(4401);
    alice.on(first).get("/users/me").expect(401);
    nobody(second).post("/refresh", fields("refresh_token", alice.refresh())).expect(401);
    assertExpired(reset(letter.token(), fresh));
    nobody(first).form("/token", Map.of("username", alice.name(), "password", alice.password())).expect(401);
    nobody(first).form("/token", Map.of("username", alice.name(), "password", fresh)).expect(200);
    assertThat(server.await(email, 3).subject()).contains("was changed");
    for (NodeProcess node : List.of(first, second)) {
      assertThat(node.log()).doesNotContain(letter.token());
      node.assertCleanLog(0);
    }
  }

  @Test
  void of_twenty_who_use_a_link_at_once_one_succeeds() {
    String email = address();
    Person alice = verified("alice", email);
    forgot(email);
    String token = server.await(email, 2).token();
    List<Integer> statuses = IntStream.range(0, 20).parallel()
        .mapToObj(n -> reset(token, "battery staple " + n + alice.name()).status()).toList();
    assertThat(statuses).filteredOn(status -> status == 204).hasSize(1);
    assertThat(statuses).filteredOn(status -> status == 400).hasSize(19);
  }

  @Test
  void a_link_is_dead_when_it_is_too_old_or_the_password_was_changed_meanwhile() throws SQLException {
    String email = address();
    Person alice = verified("alice", email);
    forgot(email);
    String old = server.await(email, 2).token();
    sql("UPDATE mail_links SET expires_at = expires_at - interval '30 minutes' WHERE user_id = " + alice.id());
    assertExpired(reset(old, "battery staple 1 " + alice.name()));
    forgot(email);
    String overtaken = server.await(email, 3).token();
    alice.on(first).post("/users/me/password", fields("current_password", alice.password())
        .put("new_password", "battery staple 2 " + alice.name())).expect(204);
    assertExpired(reset(overtaken, "battery staple 3 " + alice.name()));
    assertExpired(reset("no such token", "battery staple 4 " + alice.name()));
  }

  @Test
  void nobody_gets_a_letter_who_has_no_account_and_the_answer_is_the_same() {
    String email = address();
    forgot(email);
    nobody(first).post("/password/forgot", fields("email", "no mail")).expect(422);
    nobody(first).post("/password/forgot", new JsonObject()).expect(422);
    double before = first.metric("fastroom_letters_total") + second.metric("fastroom_letters_total");
    forgot(email);
    Until.holds("it is known that nobody has it", LONG,
        () -> first.metric("fastroom_letters_total") + second.metric("fastroom_letters_total") > before);
    assertThat(server.to(email)).isEmpty();
  }

  @Test
  void nobody_floods_a_mailbox() {
    String email = address();
    String plus = email.replace("@", "+{}@");
    verified("alice", email);
    for (int i = 0; i < 30; i++) {
      int sent = server.to(email).size();
      forgot(i % 2 == 0 ? email : plus.replace("{}", "" + i));
      if (i % 2 == 0 && i < 8) {
        server.await(email, sent + 1);
      }
    }
    assertThat(server.to(email).size()).isLessThanOrEqualTo(10);
    double limited = first.metric("fastroom_rate_limited_total");
    forgot(email);
    assertThat(first.metric("fastroom_rate_limited_total")).isGreaterThan(limited);
  }

  @Test
  void letters_wait_while_the_server_is_away_and_are_given_up_when_there_is_no_mailbox() {
    String away = address();
    Person alice = register("alice", null);
    server.stop();
    try {
      alice.on(first).patch("/users/me", fields("email", away)).expect(200);
      Until.holds("it was tried", LONG, () -> (first.log() + second.log()).contains("letter failed kind=verify account="
          + alice.name()));
    } finally {
      server.start();
    }
    verify(server.await(away).token()).expect(204);
    String nowhere = address();
    server.refuse(nowhere, 550);
    Person bob = register("bob", nowhere);
    Until.holds("it was given up", LONG, () -> (first.log() + second.log()).contains("letter given up kind=verify "
        + "account=" + bob.name()));
    String full = address();
    server.refuse(full, 452);
    Person carol = register("carol", full);
    Until.holds("it was tried", LONG, () -> (first.log() + second.log()).contains("letter failed kind=verify account="
        + carol.name()));
    server.refuse("nobody", 550);
    server.await(full);
    assertThat((first.log() + second.log())).doesNotContain(full).doesNotContain(nowhere);
  }

  @Test
  void whoever_is_disabled_or_deleted_gets_no_letter_and_their_links_are_dead() throws SQLException {
    String email = address();
    Person alice = verified("alice", email);
    forgot(email);
    String token = server.await(email, 2).token();
    sql("UPDATE users SET disabled = true WHERE id = " + alice.id());
    assertExpired(reset(token, "battery staple " + alice.name()));
    double before = first.metric("fastroom_letters_total") + second.metric("fastroom_letters_total");
    forgot(email);
    Until.holds("nobody is to have it", LONG,
        () -> first.metric("fastroom_letters_total") + second.metric("fastroom_letters_total") > before);
    assertThat(server.to(email)).hasSize(2);
    String other = address();
    Person bob = verified("bob", other);
    forgot(other);
    String dead = server.await(other, 2).token();
    bob.on(first).send("DELETE", "/users/me", "application/json", fields("password", bob.password()).encode())
        .expect(204);
    assertExpired(reset(dead, "battery staple " + bob.name()));
    Person again = verified("again", other.replace("@", "+again@"));
    assertThat(again.on(first).patch("/users/me", fields("email", other)).expect(200).json().getString("new_email"))
        .isEqualTo(other);
  }

  @Test
  void the_page_shows_the_email_that_waits_for_its_link_and_sends_another_letter() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing() + " is missing");
    String email = address();
    Person alice = register("alice", email);
    Browser page = closing(Browser.desktop()).signIn(first.url(), alice.name(), alice.password());
    page.openPanel("Account…").seeText("#panel-email-hint", "Not confirmed yet");
    server.await(email);
    page.click("#panel .actions button[type=button]");
    page.seeText("#panel .panel-status", "on its way to " + email);
    verify(server.await(email, 2).token()).expect(204);

    String fresh = address();
    page.type("#panel-email", fresh);
    page.press("#panel-email", Keys.ENTER);
    page.seeText("#panel-email-hint", email + " is yours");
    assertThat(page.see("#panel-email").getDomProperty("value")).isEqualTo(fresh);
    server.await(fresh);
    page.screenshot("account-new-email");
    page.type("#panel-full_name", "Alice");
    page.press("#panel-full_name", Keys.ENTER);
    Until.holds("the name is saved", () -> "Alice".equals(me(alice).getString("full_name")));
    assertThat(me(alice).getString("new_email")).as("what waits goes on waiting").isEqualTo(fresh);
    assertThat(me(alice).getString("email")).isEqualTo(email);
    page.type("#panel-email", email);
    page.press("#panel-email", Keys.ENTER);
    Until.holds("nothing waits any more", () -> !me(alice).containsKey("new_email"));
    page.seeNo("#panel-email-hint");
    page.seeNo("#panel .actions button[type=button]");
  }

  @Test
  void the_page_asks_for_a_link_and_takes_the_new_password() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing() + " is missing");
    String email = address();
    Person alice = register("alice", email);
    Browser page = closing(Browser.phone());
    page.go(first.url() + "/email#token=" + server.await(email).token());
    page.click("#confirm button");
    page.see("#confirmed");
    assertThat(me(alice).getBoolean("email_verified")).isTrue();
    page.go(first.url()).click("#tab-signin");
    page.click("#forgot-password");
    page.type("#email", "no mail");
    page.click("#forgot button");
    page.seeText("#email-error", "must be");
    page.type("#email", email);
    page.click("#forgot button");
    page.see("#sent");
    String link = second.url() + "/password#token=" + server.await(email, 2).token();
    page.go(link).see("#choose");
    assertThat(page.run("return location.href + document.title")).asString().doesNotContain("token");
    assertThat(page.namesOfControls()).containsExactly("New password", "Save the password");
    page.type("#password", "password");
    page.click("#choose button");
    page.seeText("#password-error", "commonest");
    page.type("#password", "battery staple " + alice.name());
    page.click("#choose button");
    page.see("#saved");
    page.newTab(link).type("#password", "battery staple again");
    page.click("#choose button");
    page.see("#expired");
    nobody(first).form("/token", Map.of("username", alice.name(), "password", "battery staple " + alice.name()))
        .expect(200);
  }
}
