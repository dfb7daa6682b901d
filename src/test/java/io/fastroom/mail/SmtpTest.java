package io.fastroom.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.mail.Templates.Filled;
import io.fastroom.model.Letter.Kind;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SmtpUrl;
import io.fastroom.support.MailServer;
import io.fastroom.support.MailServer.Mail;
import io.fastroom.support.Names;
import io.fastroom.support.TestCertificates;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How letters go to a server, with TLS and logins, and what they say. */
class SmtpTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Filled LETTER = new Filled("Grüße", "Text\n.\nmore", "<p>Text</p>");
  private static TestCertificates certificates;

  @TempDir
  Path folder;

  @BeforeAll
  static void sign() {
    certificates = new TestCertificates();
    certificates.sign("right", "localhost", "DNS:localhost");
    certificates.sign("wrong", "elsewhere", "DNS:elsewhere");
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  private static Smtp smtp(String url) {
    return new Smtp(VERTX, new Settings.Mail(SmtpUrl.parse(url), "chat@example.org", "https://chat.example.org"));
  }

  private static String authority() {
    return "tls_ca=" + certificates.path("ca.crt");
  }

  @Test
  void signs_in_over_tls_of_either_kind() {
    for (boolean startTls : List.of(true, false)) {
      try (MailServer server = new MailServer().secured(certificates, "right", startTls, "me@x", "p:w").start()) {
        String url = (startTls ? "smtp" : "smtps") + "://me%40x:p%3Aw@localhost:" + server.port() + "?" + authority();
        smtp(url).send("alice@example.org", LETTER).await();
        Mail taken = server.await("alice@example.org");
        assertThat(taken.login()).isEqualTo("me@x");
        assertThat(taken.raw()).contains("Text\r\n.\r\nmore").contains("=?UTF-8?Q?").contains("<p>Text</p>");
        assertThatThrownBy(() -> smtp(url.replace("p%3Aw", "guess")).send("alice@example.org", LETTER).await())
            .satisfies(failure -> assertThat(Smtp.isHopeless(failure)).isFalse());
        assertThat(server.to("alice@example.org")).hasSize(1);
      }
    }
  }

  @Test
  void gives_a_password_to_nobody_else() {
    for (boolean startTls : List.of(true, false)) {
      try (MailServer server = new MailServer().secured(certificates, "wrong", startTls, "me", "pw").start()) {
        String url = (startTls ? "smtp" : "smtps") + "://me:pw@localhost:" + server.port();
        assertThatThrownBy(() -> smtp(url + "?" + authority()).send("alice@example.org", LETTER).await());
        assertThatThrownBy(() -> smtp(url).send("alice@example.org", LETTER).await())
            .satisfies(failure -> assertThat(smtp(url).words(failure)).contains("certification path"));
        assertThat(server.to("alice@example.org")).isEmpty();
      }
    }
    try (MailServer plain = new MailServer().start()) {
      assertThatThrownBy(() -> smtp("smtp://me:pw@localhost:" + plain.port() + "?starttls=required")
          .send("alice@example.org", LETTER).await());
      assertThat(plain.to("alice@example.org")).isEmpty();
    }
  }

  @Test
  void knows_international_domains_and_what_no_mailbox_is_called() {
    try (MailServer server = new MailServer().start()) {
      Smtp smtp = smtp("smtp://localhost:" + server.port());
      smtp.send("alice@münchen.example", LETTER).await();
      server.await("alice@xn--mnchen-3ya.example");
      for (String bad : List.of("a<victim@example.org>", "victim@example.org,other@example.org", "a@b@c",
          "a@example.org\r\nBcc: b@example.org", "\"a b\"@example.org", "a@")) {
        assertThatThrownBy(() -> smtp.send(bad, LETTER).await()).as(bad)
            .satisfies(failure -> assertThat(Smtp.isHopeless(failure)).isTrue());
      }
    }
  }

  @Test
  void the_sender_has_a_name_in_any_script() {
    Map<String, String> names = Map.of("FastRoom Inc.", "From: FastRoom Inc. <chat@example.org>", "Bücher Chat Köln",
        "From: =?UTF-8?B?QsO8Y2hlciBDaGF0?= =?UTF-8?B?IEvDtmxu?= <chat@example.org>");
    try (MailServer server = new MailServer().start()) {
      names.forEach((name, header) -> {
        String to = Names.unique("named") + "@example.org";
        new Smtp(VERTX, new Settings.Mail(SmtpUrl.parse("smtp://localhost:" + server.port()),
            name + " <chat@example.org>", "https://chat.example.org")).send(to, LETTER).await();
        assertThat(server.await(to).raw().lines()).contains(header);
        assertThat(server.await(to).from()).isEqualTo("chat@example.org");
      });
    }
  }

  /** Accepts connections and says something to each; what is read of it is not looked at. */
  private static ServerSocket server(Speech speech) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> {
      while (!server.isClosed()) {
        try (Socket one = server.accept()) {
          speech.to(one.getOutputStream());
        } catch (IOException e) {
          continue;
        }
      }
    }, "mail-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  @FunctionalInterface
  private interface Speech {
    void to(OutputStream out) throws IOException;
  }

  @Test
  void hears_no_more_of_a_server_than_a_letter_takes() throws IOException {
    for (String word : List.of("x", "220-and more\r\n", "250-\r\n")) {
      AtomicLong said = new AtomicLong();
      byte[] much = word.repeat(10_000).getBytes(StandardCharsets.US_ASCII);
      try (ServerSocket endless = server(out -> {
        while (true) {
          out.write(much);
          said.addAndGet(much.length);
        }
      })) {
        Smtp smtp = smtp("smtp://localhost:" + endless.getLocalPort());
        assertThatThrownBy(() -> smtp.send("alice@example.org", LETTER).await())
            .satisfies(failure -> assertThat(Smtp.isHopeless(failure)).isFalse());
        // What systems keep for a connection comes on top.
        assertThat(said.get()).as(word).isLessThan(32 << 20);
        smtp.close().await();
      }
    }
  }

  @Test
  void letters_of_the_operator_go_before_ours_and_are_checked() throws IOException {
    Map<String, String> values = Map.of("username", "a<b", "link", "https://x/#token=t&u", "life", "a day", "site", "x");
    for (Kind kind : Kind.values()) {
      Filled ours = Templates.load(folder).fill(kind, values);
      assertThat(ours.subject() + ours.text() + ours.html()).doesNotContain("{{");
      assertThat(ours.text()).contains("https://x/#token=t&u").contains("a<b");
      assertThat(ours.html()).contains("https://x/#token=t&amp;u").contains("a&lt;b").doesNotContain("a<b");
    }
    Files.writeString(folder.resolve("reset.txt"), "Subject: Hallo\n\nHier: {{link}}\n");
    Filled theirs = Templates.load(folder).fill(Kind.RESET, values);
    assertThat(theirs.subject()).isEqualTo("Hallo");
    assertThat(theirs.text()).isEqualTo("Hier: https://x/#token=t&u\n");
    for (String bad : List.of("Hier: {{link}}", "Subject: x\n\nno link", "Subject: x\n\n{{link}} {{password}}")) {
      Files.writeString(folder.resolve("reset.txt"), bad);
      assertThatThrownBy(() -> Templates.load(folder)).isInstanceOf(IOException.class).hasMessageContaining("reset.txt");
    }
  }
}
