package io.fastroom.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.mail.Templates.Filled;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SmtpUrl;
import io.fastroom.support.LogLines;
import io.fastroom.support.ScriptedMailServer;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a letter by what its server says. */
class SmtpAnswersTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Filled LETTER = new Filled("Subject", "Text", "<p>Text</p>");

  private final ScriptedMailServer server = new ScriptedMailServer();

  @AfterEach
  void end() {
    server.close();
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private Smtp smtp(String login) {
    return new Smtp(VERTX, new Settings.Mail(SmtpUrl.parse("smtp://" + login + "127.0.0.1:" + server.port()),
        "chat@example.org", "https://chat.example.org"));
  }

  /** Null when the letter was taken. */
  private static Throwable failure(Smtp smtp) {
    return smtp.send("alice@example.org", LETTER).map((Throwable) null).otherwise(failure -> failure).await();
  }

  @Test
  void a_letter_is_given_up_for_its_address_alone() {
    Smtp smtp = smtp("");
    for (String known : List.of("550 no such user", "550 5.1.1 <alice@example.org>: unknown", "501 5.1.3 bad syntax",
        "553 mailbox name not allowed", "556 no mail here", "550 5.4.1 Recipient address rejected", "552 5.2.2 full",
        "550-no\n550 such user", "553 5.6.7 Non-ASCII addresses not permitted")) {
      assertThat(Smtp.isHopeless(failure(answering(smtp, "RCPT", known)))).as(known).isTrue();
    }
    for (String ours : List.of("554 5.7.1 <alice@example.org>: Relay access denied", "530 5.7.0 Authentication required",
        "550 5.7.1 Your address is on a list", "503 bad sequence of commands", "500 5.5.2 what?", "554 no SMTP here",
        "421 going down", "450 4.2.0 greylisted", "452 full", "what?", "5", " ", "55x no", ScriptedMailServer.GONE)) {
      Throwable failure = failure(answering(smtp, "RCPT", ours));
      assertThat(failure).as(ours).isNotNull();
      assertThat(Smtp.isHopeless(failure)).as(ours).isFalse();
    }
    for (String step : List.of("MAIL", "DATA", ".")) {
      assertThat(Smtp.isHopeless(failure(answering(smtp, step, "550 5.1.1 no")))).as(step).isFalse();
      server.answer(step, null);
    }
  }

  private Smtp answering(Smtp smtp, String command, String answer) {
    server.answer(command, answer);
    return smtp;
  }

  @Test
  void a_password_is_shown_as_a_password_only() {
    server.answer("EHLO", "250-mail.test\n250 AUTH XOAUTH2 NTLM PLAIN LOGIN OAUTHBEARER").answer("AUTH", "535 wrong");
    assertThat(failure(smtp("me:pass%3Aword@"))).isNotNull();
    assertThat(server.heard()).filteredOn(line -> line.startsWith("AUTH"))
        .containsExactlyInAnyOrder("AUTH LOGIN", "AUTH PLAIN AG1lAHBhc3M6d29yZA==");
    server.answer("AUTH", "235 welcome");
    assertThat(failure(smtp("me:pass%3Aword@"))).isNull();
    server.answer("EHLO", "250-mail.test\n250 AUTH XOAUTH2");
    assertThat(failure(smtp("me:pass%3Aword@"))).isNotNull();
    assertThat(server.heard()).noneMatch(line -> line.startsWith("AUTH XOAUTH2"));
  }

  @Test
  void what_is_wrong_with_a_challenge_is_not_wrong_with_the_letter() {
    server.answer("AUTH", "334 !!!");
    for (String offer : List.of("CRAM-MD5", "DIGEST-MD5", "LOGIN", "PLAIN")) {
      server.answer("EHLO", "250-mail.test\n250 AUTH " + offer);
      Throwable failure = failure(smtp("me:password@"));
      assertThat(failure).as(offer).isNotNull();
      assertThat(Smtp.isHopeless(failure)).as(offer).isFalse();
    }
  }

  @Test
  void a_connection_that_ends_is_a_failure_whenever_and_however_it_ends() {
    server.answer("EHLO", "250-mail.test\n250 AUTH PLAIN").answer("AUTH", "235 welcome");
    Smtp smtp = smtp("me:password@");
    try (LogLines log = new LogLines()) {
      for (String step : List.of(".", "DATA", "RCPT", "MAIL", "AUTH", "EHLO")) {
        for (String end : List.of(ScriptedMailServer.GONE, ScriptedMailServer.RESET)) {
          Throwable failure = failure(answering(smtp, step, end));
          assertThat(failure).as(step + end).isNotNull();
          assertThat(Smtp.isHopeless(failure)).as(step + end).isFalse();
        }
        server.answer(step, step.equals("AUTH") ? "235 welcome" : null);
      }
      assertThat(log.stackTraces()).isEmpty();
    }
  }

  @Test
  void a_server_that_repeats_what_it_was_told_makes_no_secret_known() {
    server.answer("EHLO", "250-mail.test\n250 AUTH PLAIN").answer("AUTH", "500 5.5.1 unknown command: %s");
    Smtp smtp = smtp("me:pass%3Aword@");
    assertThat(smtp.words(failure(smtp))).contains("500 5.5.1 unknown command: AUTH PLAIN …").doesNotContain("AG1l");
    server.answer("EHLO", "250-mail.test\n250 AUTH LOGIN").answer("AUTH", "500 bad login me pass:word cGFzczp3b3Jk");
    assertThat(smtp.words(failure(smtp))).contains("500 bad login me … …");
    server.answer("AUTH", "235 welcome").answer(".", "554 no links like https://chat.example.org/password#token=a-b_c here");
    assertThat(smtp.words(failure(smtp))).contains("554 no links like https://chat.example.org/password#… here");
    server.answer(".", "554 alice@example.org does not want it");
    assertThat(smtp.words(failure(smtp))).contains("554 … does not want it");
  }
}
