package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.Passwords;
import io.fastroom.auth.RateLimits;
import io.fastroom.http.Fuzz.Bad;
import io.fastroom.http.OpenApi.Call;
import io.fastroom.support.Cluster;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.TestSettings;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Bad requests, each a good one with something wrong, for a minute: none gets an answer that is not documented. What has
 * got one is kept, and asked first from then on.
 */
@Tag("slow")
class FuzzTest {
  private static final Path FOUND = Path.of("src", "test", "resources", "fuzz", "requests.txt");
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 30);
  private static final int BATCH = 200;

  /** The nodes of all send none, which is a 503. */
  private static final Set<String> ABOUT_MAIL =
      Set.of("forgotPassword", "resetPassword", "requestEmailVerification", "verifyEmail");

  private final Fuzz fuzz = new Fuzz(Long.getLong("fuzz.seed", System.nanoTime()));
  private final Map<Integer, Integer> seen = new TreeMap<>();
  private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);

  /** One more batch of them, of which the first is what was found before. */
  private void send(int port, List<Call> calls, String token, String room) throws IOException {
    List<Bad> batch = new ArrayList<>();
    if (seen.isEmpty()) {
      for (String line : Files.readAllLines(FOUND)) {
        batch.add(Bad.of(line).with(text -> text.replace("{token}", token).replace("{room_id}", room)));
      }
    }
    for (int i = 0; i < BATCH; i++) {
      batch.add(fuzz.bad(fuzz.any(calls), token));
    }
    for (Bad bad : batch) {
      try (RawHttp http = new RawHttp(port)) {
        int status = RawHttp.status(http.send(bad.bytes()).head());
        assertThat(bad.allowed()).as(bad.toString()).contains(status);
        seen.merge(status, 1, Integer::sum);
      } catch (AssertionError | SocketTimeoutException e) {
        String found = bad.with(text -> text.replace(token, "{token}").replace("/rooms/" + room, "/rooms/{room_id}"))
            .encode();
        if (!Files.readAllLines(FOUND).contains(found)) {
          Files.writeString(FOUND, found + "\n", StandardOpenOption.APPEND);
        }
        throw new AssertionError("no documented answer to " + bad, e);
      }
    }
  }

  private boolean hasTime() {
    return System.nanoTime() < end;
  }

  private void assertMostWereBad() {
    int all = seen.values().stream().mapToInt(Integer::intValue).sum();
    int refused = seen.entrySet().stream().filter(e -> e.getKey() >= 400).mapToInt(Map.Entry::getValue).sum();
    assertThat(refused).as(seen.toString()).isGreaterThan(all / 2);
    assertThat(seen.keySet()).contains(400, 401, 404, 405, 413, 415, 422).allMatch(status -> status < 500);
  }

  @Test
  void a_bad_request_gets_a_documented_answer() throws IOException {
    try (RestNode node = new RestNode(TestSettings.of("SMTP_URL", "smtp://elsewhere"),
        new RateLimits.Unlimited())) {
      new SampleAnswers(node, RestNode.await(new Passwords(node.vertx).hash(SampleAnswers.PASSWORD)));
      List<Call> calls = OpenApi.calls(node.tokens.sign(RestNode.ALICE).refresh());
      do {
        send(node.port, calls, node.token(), "42");
      } while (hasTime());
    }
    assertMostWereBad();
  }

  /** The same with all that is below REST, in rooms of which some are deleted or left on the way. */
  @Test
  @ExtendWith(Cluster.class)
  void and_so_it_does_from_a_whole_node_whose_log_has_no_exception() throws IOException {
    Person alice = Person.register(Cluster.one(), "fuzz");
    do {
      RoomRef room = alice.createRoom(Cluster.one());
      // A refresh token of another login, since using it twice ends everything of its login, and no logging out.
      List<Call> calls = OpenApi.calls(alice.login(Cluster.one()).refresh()).stream()
          .filter(call -> !call.id().equals("logout") && !ABOUT_MAIL.contains(call.id()))
          .map(call -> in(room, alice, call)).toList();
      long logged = Cluster.one().logLength();
      send(Cluster.one().port(), calls, alice.access(), String.valueOf(room.id()));
      Cluster.one().assertCleanLog(logged);
    } while (hasTime());
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
