package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.LogLines;
import io.fastroom.support.TestCertificates;
import io.fastroom.support.Until;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Timeout(60)
class HandshakesTest {
  /** Half of these are the handshakes, and an eighth of those are of one address. */
  private static final int CONNECTIONS = 32;
  private static final int MOST = 16;
  private static final int OF_ONE = 2;
  private static final int SILENCE_MILLIS = 20_000;

  private final List<Socket> opened = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket each : opened) {
      each.close();
    }
  }

  private static EdgeUnderTest node(String... more) throws Exception {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("node", "localhost", "DNS:localhost,IP:127.0.0.1");
    List<String> settings = new ArrayList<>(List.of("TLS_CERTIFICATE", certificates.path("node.crt"), "TLS_KEY",
        certificates.path("node.key")));
    settings.addAll(List.of(more));
    return new EdgeUnderTest(CONNECTIONS, settings.toArray(String[]::new));
  }

  /** Connects from this address of the machine and says nothing. */
  private Socket silent(EdgeUnderTest node, String from) throws IOException {
    Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), node.port, InetAddress.getByName(from), 0);
    opened.add(socket);
    return socket;
  }

  /** Connects from this address and agrees on the protocol. */
  private SSLSocket agreed(EdgeUnderTest node, String from, String protocol) throws Exception {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket();
    opened.add(socket);
    socket.bind(new InetSocketAddress(from, 0));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(SILENCE_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", node.port));
    socket.startHandshake();
    return socket;
  }

  private static double count(EdgeUnderTest node, String gauge) {
    return node.registry.get(gauge).gauge().value();
  }

  private static double refused(EdgeUnderTest node, String kind) {
    return node.registry.counter("fastroom_rate_limited", "kind", kind).count();
  }

  /** Whether the node has closed it, which it does within the limit, or not. */
  private static boolean ends(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static String health(SSLSocket socket) throws IOException {
    socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    String answer = "";
    for (int next = 0; next >= 0 && !answer.endsWith("}"); answer += (char) next) {
      next = socket.getInputStream().read();
    }
    return answer.substring(0, "HTTP/1.1 200".length());
  }

  @Test
  void the_oldest_ends_with_one_too_many_and_no_address_has_more_than_an_eighth() throws Exception {
    try (EdgeUnderTest node = node(); LogLines log = new LogLines()) {
      SSLSocket speaking = agreed(node, "127.0.1.1", "http/1.1");
      assertThat(health(speaking)).isEqualTo("HTTP/1.1 200");
      assertThat(count(node, "fastroom.tls.handshakes")).isZero();
      assertThat(count(node, "fastroom.http.connections")).isEqualTo(1);

      Socket first = silent(node, "127.0.2.1");
      silent(node, "127.0.2.1");
      Until.holds("both have begun", () -> count(node, "fastroom.tls.handshakes") == OF_ONE);
      assertThat(ends(silent(node, "127.0.2.1"), SILENCE_MILLIS)).as("a third of one address").isTrue();
      assertThat(refused(node, "handshakes")).isEqualTo(1);

      for (int i = OF_ONE; i < MOST; i++) {
        agreed(node, "127.0.3." + i, "h2");
      }
      Until.holds("as many as may be", () -> count(node, "fastroom.tls.handshakes") == MOST);
      assertThat(refused(node, "handshakes")).isEqualTo(1);
      Socket last = silent(node, "127.0.4.1");
      assertThat(ends(first, SILENCE_MILLIS)).as("the oldest").isTrue();
      Until.holds("it is gone", () -> count(node, "fastroom.tls.handshakes") == MOST);
      assertThat(ends(last, 300)).as("the youngest").isFalse();
      assertThat(refused(node, "handshakes")).isEqualTo(2);

      assertThat(health(agreed(node, "127.0.5.1", "http/1.1"))).as("somebody honest").isEqualTo("HTTP/1.1 200");
      assertThat(health(speaking)).as("who has asked before").isEqualTo("HTTP/1.1 200");
      assertThat(log.lines()).anyMatch(line ->
          line.contains("limited kind=handshakes account=none address=127.0.2.1"));
      close();
      Until.holds("nothing is left", () -> count(node, "fastroom.tls.handshakes") == 0
          && count(node, "fastroom.http.connections") == 0);
    }
  }

  @Test
  void a_trusted_proxy_may_have_all_of_them() throws Exception {
    try (EdgeUnderTest node = node("TRUSTED_PROXIES", "127.0.2.0/24")) {
      for (int i = 0; i < MOST; i++) {
        silent(node, "127.0.2.1");
      }
      Until.holds("all have begun", () -> count(node, "fastroom.tls.handshakes") == MOST);
      assertThat(refused(node, "handshakes")).isZero();
      close();
    }
  }

  @Test
  void connections_of_an_address_count_from_the_first_moment_on() throws Exception {
    try (EdgeUnderTest node = node("CONNECTIONS_PER_ADDRESS", "2")) {
      Socket silent = silent(node, "127.0.2.1");
      SSLSocket speaking = agreed(node, "127.0.2.1", "http/1.1");
      assertThat(health(speaking)).isEqualTo("HTTP/1.1 200");
      assertThat(ends(silent(node, "127.0.2.1"), SILENCE_MILLIS)).isTrue();
      assertThat(refused(node, "connections")).isEqualTo(1);
      silent.close();
      Until.holds("there is a place again", () -> count(node, "fastroom.tls.handshakes") == 0);
      assertThat(health(agreed(node, "127.0.2.1", "http/1.1"))).isEqualTo("HTTP/1.1 200");
    }
  }
}
