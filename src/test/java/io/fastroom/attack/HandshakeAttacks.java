package io.fastroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.TestCertificates;
import io.fastroom.support.Until;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Connections of HTTPS that nobody has asked anything over, from everywhere, at a node with the memory of
 * docker-compose.yml. The keys of so many handshakes are work that no server is spared; what is held here is that nobody
 * ends it, and that who is there is served.
 */
@Tag("slow")
@Tag("alone")
class HandshakeAttacks {
  private static final int CONNECTIONS = 20_000;
  private static final int AT_ONCE = 6_000;
  private static final String UNDER_WAY = "fastroom_tls_handshakes";
  private static final String ASK = "GET /health HTTP/1.1\r\nHost: here\r\n\r\n";

  private static NodeProcess node;

  @BeforeAll
  static void begin() throws Exception {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("node", "localhost", "DNS:localhost,IP:127.0.0.1");
    node = new NodeProcess(Backends.postgres(), Backends.redis(), Map.of("TLS_CERTIFICATE", certificates.path("node.crt"),
        "TLS_KEY", certificates.path("node.key"), "DATABASE_POOL_SIZE", ""))
        .asShipped("-Xmx230m", "-Dfastroom.blocked.millis=10000");
    node.launch();
    Until.holds("it is ready", Duration.ofSeconds(60), () -> node.readiness() == 200);
  }

  @AfterAll
  static void end() {
    node.close();
  }

  /** Somebody who is there, over HTTPS. */
  private static SSLSocket bystander() throws Exception {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", node.port());
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
    ask(socket);
    return socket;
  }

  private static void ask(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
    String answer = "";
    for (int next = 0; !answer.endsWith("}"); answer += (char) next) {
      next = socket.getInputStream().read();
      assertThat(next).as("after " + answer).isNotNegative();
    }
    assertThat(answer).startsWith("HTTP/1.1 200");
  }

  private static Assailant attacker() throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new Assailant(node.port(), "127.1." + random.nextInt(256) + "." + (1 + random.nextInt(250)));
  }

  /** The first part of a record that is as long as it may be. */
  private static byte[] most() {
    return ByteBuffer.allocate(12_000).put(new byte[] {22, 3, 1, 0x40, 0, 1, 0, 0x3F, (byte) 0xF0, 3, 3}).array();
  }

  private void hold(byte[] said) throws Exception {
    // An attack before this one may still be closed.
    Until.holds("nobody is at the door", Duration.ofSeconds(30), () -> node.metric(UNDER_WAY) == 0);
    double limit = node.metric("fastroom_direct_memory_limit_bytes");
    double before = node.metric("fastroom_rate_limited_total{kind=\"handshakes\"}");
    long logged = node.logLength();
    double direct = 0;
    double handshakes = 0;
    try (SSLSocket there = bystander(); Sockets sockets = new Sockets()) {
      for (int i = 0; i < CONNECTIONS; i += 500) {
        sockets.open(500, k -> attacker().send(said));
        while (sockets.all.size() > AT_ONCE) {
          sockets.all.remove(0).close();
        }
        ask(there);
        direct = Math.max(direct, node.metric("fastroom_direct_memory_bytes"));
        handshakes = Math.max(handshakes, node.metric(UNDER_WAY));
      }
      assertThat(node.readiness()).isEqualTo(200);
    }
    System.out.printf("attack: handshakes: %.0f at once, %.0f MiB of %.0f outside the heap%n", handshakes,
        direct / (1 << 20), limit / (1 << 20));
    assertThat(direct).isLessThan(0.8 * limit);
    assertThat(handshakes).isLessThanOrEqualTo(2 * node.metric(UNDER_WAY + "_limit"));
    assertThat(node.metric("fastroom_rate_limited_total{kind=\"handshakes\"}")).isGreaterThan(before);
    assertThat(node.logFrom(logged)).doesNotContain("direct memory").doesNotContain("is away");
    node.assertCleanLog(logged);
  }

  @Test
  void records_that_are_not_whole() throws Exception {
    hold(most());
  }

  @Test
  void connections_that_say_nothing() throws Exception {
    hold(new byte[0]);
  }
}
