package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.Passwords;
import io.fastroom.auth.RateLimits;
import io.fastroom.http.OpenApi.Call;
import io.fastroom.support.Cluster;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.TestSettings;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Thousands of bad requests, each a good one with something wrong, get no answer that is not documented. */
@Tag("slow")
class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 2_000);

  /** The nodes of all send none, which is a 503. */
  private static final Set<String> ABOUT_MAIL =
      Set.of("forgotPassword", "resetPassword", "requestEmailVerification", "verifyEmail");

  private final Fuzz fuzz = new Fuzz(Long.getLong("fuzz.seed", 5));
  private final Map<Integer, Integer> seen = new TreeMap<>();

  private void send(int port, List<Call> calls, String token, int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      Fuzz.Bad bad = fuzz.bad(fuzz.any(calls), token);
      try (RawHttp http = new RawHttp(port)) {
        int status = RawHttp.status(http.send(bad.bytes()).head());
        assertThat(bad.allowed()).as(bad.toString()).contains(status);
        seen.merge(status, 1, Integer::sum);
      } catch (SocketTimeoutException e) {
        throw new AssertionError("no answer to " + bad, e);
      }
    }
  }

  private void assertMostWereBad() {
    int refused = seen.entrySet().stream().filter(e -> e.getKey() >= 400).mapToInt(Map.Entry::getValue).sum();
    assertThat(refused).as(seen.toString()).isGreaterThan(REQUESTS / 2);
    assertThat(seen.keySet()).contains(400, 401, 404, 405, 413, 415, 422).allMatch(status -> status < 500);
  }

  @Test
  void a_bad_request_gets_a_documented_answer() throws IOException {
    try (RestNode node = new RestNode(TestSettings.of("SMTP_URL", "smtp://elsewhere"),
        new RateLimits.Unlimited())) {
      new SampleAnswers(node, RestNode.await(new Passwords(node.vertx).hash(SampleAnswers.PASSWORD)));
      send(node.port, OpenApi.calls(node.tokens.sign(RestNode.ALICE).refresh()), node.token(), REQUESTS);
    }
    assertMostWereBad();
  }

  /** The same with all that is below REST, in rooms of which some are deleted or left on the way. */
  @Test
  @ExtendWith(Cluster.class)
  void and_so_it_does_from_a_whole_node() throws IOException {
    Person alice = Person.register(Cluster.one(), "fuzz");
    for (int i = 0; i < 10; i++) {
      RoomRef room = alice.createRoom(Cluster.one());
      // A refresh token of another login, since using it twice ends everything of its login, and no logging out.
      List<Call> calls = OpenApi.calls(alice.login(Cluster.one()).refresh()).stream()
          .filter(call -> !call.id().equals("logout") && !ABOUT_MAIL.contains(call.id()))
          .map(call -> in(room, alice, call)).toList();
      send(Cluster.one().port(), calls, alice.access(), REQUESTS / 10);
    }
    assertMostWereBad();
    assertThat(alice.on(Cluster.one()).get("/rooms").status()).isEqualTo(200);
  }

  private static Call in(RoomRef room, Person person, Call call) {
    String path = call.path().replace("{room_id}", String.valueOf(room.id()))
        .replace("{user_id}", String.valueOf(person.id())).replace("{username}", person.name());
    return new Call(call.id(), call.method(), path, call.secured(), call.responses(), call.mediaType(),
        call.body());
  }
}
