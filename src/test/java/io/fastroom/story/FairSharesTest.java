package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Cluster;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one user may write by REST, on two nodes together: five calls a second, fifteen at once. */
class FairSharesTest extends Story {
  private static NodeProcess left;
  private static NodeProcess right;

  @BeforeAll
  static void start() {
    List<NodeProcess> two = Cluster.startTwo(Map.of("REST_WRITE_RATE", "5"));
    left = two.get(0);
    right = two.get(1);
  }

  @AfterAll
  static void stop() {
    left.close();
    right.close();
  }

  /** A call that is refused for what it asks is a writing call too. */
  private static Answer write(Person person, NodeProcess node, String method) {
    return person.on(node).send(method, method.equals("POST") ? "/rooms" : "/rooms/1", "application/json",
        method.equals("POST") ? new JsonObject().put("name", Names.unique("room")).encode() : "{\"is_private\": true}");
  }

  @Test
  void writes_are_limited_over_all_nodes_and_reads_and_others_are_not() {
    Person alice = person("alice");
    Person bob = person("bob");
    String[] methods = {"POST", "PATCH", "DELETE"};
    Answer refused = null;
    int allowed = 0;
    long start = System.nanoTime();
    while (refused == null && allowed < 100) {
      Answer answer = write(alice, allowed % 2 == 0 ? left : right, methods[allowed % 3]);
      if (answer.status() == 429) {
        refused = answer;
      } else {
        allowed++;
      }
    }
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    assertThat(allowed).isBetween(15, (int) (15 + 5 * (seconds + 1)));
    assertThat(Long.parseLong(refused.expect(429).header("Retry-After"))).isEqualTo(1);
    assertThat(refused.json().getString("code")).isEqualTo("rate_limited");
    assertThat(alice.on(left).get("/rooms").status()).isEqualTo(200);
    assertThat(write(bob, left, "POST").status()).isEqualTo(201);
    assertThat(left.log() + right.log()).contains("limited kind=rest_write account=" + alice.name()
        + " address=127.0.0.1");
    Until.pause(1_100);
    assertThat(write(alice, right, "POST").status()).isEqualTo(201);
  }
}
