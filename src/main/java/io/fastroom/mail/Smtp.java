package io.fastroom.mail;

import io.fastroom.internals.MailConnections;
import io.fastroom.internals.TlsFailures;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

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
  /** What a password is for. Those of tokens and of domains come before them, where a server has them, and fail with it. */
  private static final String LOGINS = "DIGEST-MD5 CRAM-SHA256 CRAM-SHA1 CRAM-MD5 LOGIN PLAIN";
  /** The client's words for the answer to {@code RCPT}. */
  private static final String RECIPIENT = "recipient address not accepted";
  /**
   * No such mailbox, or one that takes nothing, by the status of RFC 3463 or, without one, by the code. What is said of
   * the sender, its rights and its ways is to be mended by the operator.
   */
  private static final Pattern NOT_THERE = Pattern.compile("(?s)(?:5\\d\\d[ -]5\\.[1246]\\.|55[0-36](?![ -]5\\.\\d)).*");

  /** Mail cannot go to such an address, whatever the server. */
  private static final class NoAddress extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoAddress() {
      super("no address that mail goes to", null, false, false);
    }
  }

  private final MailClient client;
  private final String from;
  /** In each form in which the server is told it. */
  private final List<String> secrets;

  Smtp(Vertx vertx, Settings.Mail settings) {
    this.from = settings.from();
    this.secrets = secrets(settings.server());
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
      config.setLogin(LoginOption.REQUIRED).setAuthMethods(LOGINS)
          .setUsername(server.username()).setPassword(server.password());
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
      words.append("=?UTF-8?B?").append(base64(part)).append("?= ");
    }
    return words + sender.substring(end + 1);
  }

  /** With the form of an international domain that SMTP knows. */
  private static String mailbox(String email) {
    int at = email.lastIndexOf('@');
    Origin.Authority domain = Origin.Authority.parse(email.substring(at + 1));
    if (domain == null || email.indexOf('@') != at || !email.matches("[^<>()\\[\\]\\\\,;:\"\\s\\p{Cntrl}]+")) {
      throw new NoAddress();
    }
    return email.substring(0, at + 1) + domain.host();
  }

  /** Whether no later attempt can succeed, since it is the address that is wrong and not the server. */
  static boolean isHopeless(Throwable failure) {
    return failure instanceof NoAddress
        || failure instanceof SMTPException refused && String.valueOf(refused.getMessage()).startsWith(RECIPIENT)
            && NOT_THERE.matcher(String.join("\n", refused.getReplyMessages())).matches();
  }

  private static List<String> secrets(SmtpUrl server) {
    if (server.username() == null) {
      return List.of();
    }
    return List.of(base64("\0" + server.username() + "\0" + server.password()), base64(server.password()),
        server.password());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The server's words on one line; they may repeat the address, the login and the letter. */
  String words(Throwable failure) {
    String said = TlsFailures.message(failure);
    for (String secret : secrets) {
      said = said.replace(secret, "…");
    }
    String line = said.replaceAll("\\p{Cntrl}+", " ").replaceAll("\\S+@\\S+|(?<=#)token=[\\w-]+", "…");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }

  Future<Void> close() {
    return client.close();
  }
}
