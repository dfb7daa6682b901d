package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.http.RawHttp;
import io.fastroom.support.LogLines;
import io.fastroom.support.Until;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class OpenConnectionsTest {
  private static final int MOST = 3;
  private static final int AT_ONCE = 40;
  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String BEGUN = "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ";
  private static final String BODY = "POST /register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
      + "Content-Length: 64\r\n\r\n{";

  private static double counted(EdgeUnderTest node) {
    return node.registry.get("fastroom.http.connections").gauge().value();
  }

  /** Opens one more until somebody has been given up for it, and answers that one. */
  private static void crowd(EdgeUnderTest node, List<RawHttp> more) {
    double before = givenUp(node);
    Until.holds("one is given up", Duration.ofSeconds(10), () -> {
      try {
        more.add(new RawHttp(node.port));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      // Slowly enough that somebody is late before there are twice as many.
      Until.pause(600);
      return givenUp(node) > before;
    });
  }

  private static double givenUp(EdgeUnderTest node) {
    return node.registry.counter("fastroom_rate_limited", "kind", "http_connections").count();
  }

  @Test
  void of_more_that_come_at_once_the_last_are_refused() throws IOException {
    List<RawHttp> all = new ArrayList<>();
    try (EdgeUnderTest node = new EdgeUnderTest(MOST); RawHttp used = new RawHttp(node.port)) {
      assertThat(used.send(HEALTH).status()).isEqualTo(200);
      for (int i = 0; i < AT_ONCE; i++) {
        all.add(new RawHttp(node.port));
      }
      // All of them before the first is late: a second is not over.
      Until.holds("all have come", () -> counted(node) + givenUp(node) == AT_ONCE + 1);
      assertThat(counted(node)).isLessThanOrEqualTo(2 * MOST + 1);
      assertThat(used.send(HEALTH).status()).isEqualTo(200);
      assertThat(all.get(AT_ONCE - 1).isClosed()).isTrue();
    } finally {
      for (RawHttp each : all) {
        each.close();
      }
    }
  }

  @Test
  void with_too_many_those_go_that_keep_the_node_waiting_and_none_that_has_asked_a_moment_ago() throws IOException {
    List<RawHttp> more = new ArrayList<>();
    try (EdgeUnderTest node = new EdgeUnderTest(MOST); LogLines log = new LogLines();
        RawHttp socket = new RawHttp(node.port); RawHttp used = new RawHttp(node.port);
        RawHttp head = new RawHttp(node.port); RawHttp body = new RawHttp(node.port)) {
      assertThat(RawHttp.status(socket.send(node.handshake("/ws?access_token=" + node.token(), "")).head())).isEqualTo(101);
      assertThat(used.send(HEALTH).status()).isEqualTo(200);
      head.send(BEGUN);
      body.send(BODY);
      Until.holds("all but the socket count", () -> counted(node) == MOST);
      crowd(node, more);
      assertThat(head.isClosed()).as("in the middle of its head").isTrue();
      assertThat(used.send(HEALTH).status()).isEqualTo(200);
      crowd(node, more);
      assertThat(body.isClosed()).as("in the middle of its body").isTrue();
      assertThat(used.send(HEALTH).status()).as("what has asked properly").isEqualTo(200);
      assertThat(log.lines())
          .anyMatch(line -> line.contains("limited kind=http_connections account=none address=127.0.0.1"));
    } finally {
      for (RawHttp each : more) {
        each.close();
      }
    }
  }
}
