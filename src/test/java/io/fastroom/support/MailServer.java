package io.fastroom.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** A real SMTP server on a port of its own that keeps what it takes; it can go and come back. */
public final class MailServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Pattern TOKEN = Pattern.compile("#token=([\\w-]+)");

  /** @param raw headers and both parts, as they came */
  public record Mail(String from, String to, String login, String raw) {
    public String subject() {
      return raw.lines().filter(line -> line.startsWith("Subject: ")).findFirst().orElseThrow().substring(9);
    }

    public String token() {
      Matcher token = TOKEN.matcher(raw);
      return token.find() ? token.group(1) : null;
    }
  }

  private final List<Mail> taken = new CopyOnWriteArrayList<>();
  private final int port = Ports.free();
  private volatile String refused = "nobody";
  private volatile int code = 550;
  private SMTPServer.Builder builder = builder();
  private SMTPServer server;

  private SMTPServer.Builder builder() {
    return SMTPServer.port(port).bindAddress(InetAddress.getLoopbackAddress()).hostName("mail.test")
        .messageHandlerFactory(Handler::new);
  }

  /** TLS from the first byte, or by STARTTLS; with a login. Before it is started. */
  public MailServer secured(TestCertificates certificates, String name, boolean startTls, String user,
                            String password) {
    SSLContext tls = context(certificates, name);
    builder = startTls ? builder.enableTLS().startTlsSocketFactory(tls).requireTLS() : builder.serverSocketFactory(tls);
    builder = builder.requireAuth().authenticationHandlerFactory(new EasyAuthenticationHandlerFactory(
        (given, word, context) -> {
          if (!user.equals(given) || !password.equals(word)) {
            throw new LoginFailedException("535 wrong");
          }
        }));
    return this;
  }

  private static SSLContext context(TestCertificates certificates, String name) {
    String store = certificates.path(name + ".p12");
    certificates.run("pkcs12", "-export", "-in", certificates.path(name + ".crt"), "-inkey",
        certificates.path(name + ".key"), "-out", store, "-passout", "pass:store");
    try (InputStream file = Files.newInputStream(Path.of(store))) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(file, "store".toCharArray());
      KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, "store".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public MailServer start() {
    server = builder.build();
    server.start();
    return this;
  }

  /** Nothing listens any more. */
  public void stop() {
    if (server != null) {
      server.stop();
      server = null;
    }
  }

  /** From now on this address is answered with a code, such as 550. */
  public void refuse(String address, int withCode) {
    refused = address;
    code = withCode;
  }

  public int port() {
    return port;
  }

  public List<Mail> all() {
    return List.copyOf(taken);
  }

  /** How many have come. */
  public int count() {
    return taken.size();
  }

  public List<Mail> to(String address) {
    return taken.stream().filter(mail -> mail.to().equalsIgnoreCase(address)).toList();
  }

  /** The mail to an address that came as the nth, from 1. */
  public Mail await(String address, int nth) {
    Until.holds("mail " + nth + " to " + address, LIMIT, () -> to(address).size() >= nth);
    return to(address).get(nth - 1);
  }

  public Mail await(String address) {
    return await(address, 1);
  }

  @Override
  public void close() {
    stop();
  }

  private final class Handler implements MessageHandler {
    private final MessageContext context;
    private String from;
    private String to;

    Handler(MessageContext context) {
      this.context = context;
    }

    @Override
    public void from(String address) {
      from = address;
    }

    @Override
    public void recipient(String address) throws RejectException {
      if (address.equals(refused)) {
        throw new RejectException(code, "not now");
      }
      to = address;
    }

    @Override
    public String data(InputStream data) throws IOException {
      String login = context.getAuthenticationHandler().map(handler -> Objects.toString(handler.getIdentity()))
          .orElse(null);
      taken.add(new Mail(from, to, login, new String(data.readAllBytes(), StandardCharsets.UTF_8)));
      return null;
    }

    @Override
    public void done() { }
  }
}
