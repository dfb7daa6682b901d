package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.http.RawHttp;
import io.fastroom.support.LogLines;
import io.fastroom.support.Until;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

  @Test
  void an_address_has_as_many_connections_as_it_may_and_its_sockets_are_among_them() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest("CONNECTIONS_PER_ADDRESS", "2"); LogLines log = new LogLines();
        RawHttp first = new RawHttp(node.port); RawHttp socket = new RawHttp(node.port)) {
      assertThat(first.send(HEALTH).status()).isEqualTo(200);
      String head = socket.send(node.handshake("/ws?access_token=" + node.token(), "")).head();
      assertThat(RawHttp.status(head)).isEqualTo(101);
      try (RawHttp third = new RawHttp(node.port)) {
        assertThat(third.isClosed()).isTrue();
      }
      assertThat(node.registry.get("fastroom_rate_limited").tag("kind", "connections").counter().count()).isEqualTo(1);
      assertThat(log.lines()).anyMatch(line ->
          line.contains("limited kind=connections") && line.contains("address=127.0.0.1"));
      first.close();
      Until.holds("there is a place again", () -> isAnswered(node));
    }
  }

  private static boolean isAnswered(EdgeUnderTest node) {
    try {
      return RawHttp.status(node.answer(HEALTH)) == 200;
    } catch (IOException closed) {
      return false;
    }
  }
}
