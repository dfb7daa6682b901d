package io.fastroom.mail;

import io.fastroom.internals.MailConnections;
import io.fastroom.mail.Templates.Filled;
import io.fastroom.settings.Origin;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SmtpUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * The server that takes letters. Each goes over a connection of its own: there are few, and none is lost on one that has
 * died unnoticed.
 *
 * <p>Thread: the context that it is made on. Limits: {@value #AT_ONCE} letters at once, {@value #SECONDS} s and
 * {@value #MAX_BYTES} bytes of the server's for each.
 */
final class Smtp {
  static final int AT_ONCE = 4;
  private static final int SECONDS = 60;
  private static final int MAX_BYTES = 64 << 10;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int IDLE_SECONDS = 30;
  private static final int NAME_PART = 11;
  /** No such mailbox, or one that takes nothing. */
  private static final String NOT_THERE = "recipient address not accepted";

  private final MailClient client;
  private final String from;

  Smtp(Vertx vertx, Settings.Mail settings) {
    this.from = settings.from();
    this.client = MailClient.create(MailConnections.bounded(vertx, MAX_BYTES, SECONDS), config(settings));
  }

  private static MailConfig config(Settings.Mail settings) {
    SmtpUrl server = settings.server();
    MailConfig config = new MailConfig(server.host(), server.port()).setSsl(server.tls())
        .setStarttls(StartTLSOptions.valueOf(server.tls() ? "DISABLED" : switch (server.startTls()) {
          case NEVER -> "DISABLED";
          case OPTIONAL -> "OPTIONAL";
          case REQUIRED -> "REQUIRED";
        }))
        // How names are verified is left unsaid: the client then does it, and takes whatever is said for "not at all".
        .setOwnHostname(Origin.ofUrl(settings.site()).host()).setUserAgent("fastroom")
        .setKeepAlive(false).setMaxPoolSize(AT_ONCE).setConnectTimeout(CONNECT_MILLIS)
        .setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
    if (server.username() != null) {
      config.setLogin(LoginOption.REQUIRED).setUsername(server.username()).setPassword(server.password());
    }
    if (server.authority() != null) {
      config.setTrustOptions(new PemTrustOptions().addCertPath(server.authority()));
    }
    return config;
  }

  /** Done when the server has taken it. */
  Future<Void> send(String to, Filled letter) {
    return Future.succeededFuture().compose(begin -> client.sendMail(new MailMessage().setFrom(from).setTo(mailbox(to))
            .addHeader("From", header(from)).setSubject(letter.subject()).setText(letter.text()).setHtml(letter.html())
            .addHeader("Auto-Submitted", "auto-generated")))
        .timeout(SECONDS, TimeUnit.SECONDS).mapEmpty();
  }

  /** The client writes a name beyond ASCII as a comment, which few programs show. In words of the length RFC 2047 allows. */
  private static String header(String sender) {
    int end = sender.indexOf(" <");
    if (end < 0 || StandardCharsets.US_ASCII.newEncoder().canEncode(sender)) {
      return sender;
    }
    StringBuilder words = new StringBuilder();
    int[] name = sender.substring(0, end).codePoints().toArray();
    for (int i = 0; i < name.length; i += NAME_PART) {
      String part = new String(name, i, Math.min(NAME_PART, name.length - i));
      words.append("=?UTF-8?B?")
          .append(Base64.getEncoder().encodeToString(part.getBytes(StandardCharsets.UTF_8))).append("?= ");
    }
    return words + sender.substring(end + 1);
  }

  /** With the form of an international domain that SMTP knows. */
  private static String mailbox(String email) {
    int at = email.lastIndexOf('@');
    Origin.Authority domain = Origin.Authority.parse(email.substring(at + 1));
    if (domain == null || email.indexOf('@') != at || !email.matches("[^<>()\\[\\]\\\\,;:\"\\s\\p{Cntrl}]+")) {
      throw new IllegalArgumentException("no address that mail goes to");
    }
    return email.substring(0, at + 1) + domain.host();
  }

  /** Whether no later attempt can succeed, since it is the address that is wrong and not the server. */
  static boolean isHopeless(Throwable failure) {
    return failure instanceof IllegalArgumentException
        || failure instanceof SMTPException refused && refused.isPermanent()
            && String.valueOf(refused.getMessage()).startsWith(NOT_THERE);
  }

  /** The server's words on one line; they may repeat the address. */
  static String words(Throwable failure) {
    String said = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    String line = said.replaceAll("\\p{Cntrl}+", " ").replaceAll("\\S+@\\S+", "…");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }

  Future<Void> close() {
    return client.close();
  }
}
