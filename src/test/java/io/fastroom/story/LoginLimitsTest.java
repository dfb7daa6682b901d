package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nobody can lock out another. Two nodes behind a proxy that says where people come from, five tries a minute. */
class LoginLimitsTest extends Story {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Map<String, String> SETTINGS =
      Map.of("AUTH_RATE_PER_MINUTE", "5", "TRUSTED_PROXIES", "127.0.0.1");
  private static NodeProcess left;
  private static NodeProcess right;

  @BeforeAll
  static void start() {
    List<NodeProcess> two = Cluster.startTwo(SETTINGS);
    left = two.get(0);
    right = two.get(1);
  }

  @AfterAll
  static void stop() {
    left.close();
    right.close();
  }

  private static HttpRequest request(NodeProcess node, String address, String username, String password) {
    return HttpRequest.newBuilder(URI.create(node.url() + "/token")).header("X-Forwarded-For", address)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString("username=" + Rest.encode(username) + "&password=" + Rest.encode(password)))
        .build();
  }

  private static HttpResponse<String> logIn(NodeProcess node, String address, String username, String password) {
    try {
      return HTTP.send(request(node, address, username, password), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int status(NodeProcess node, String address, String username, String password) {
    return logIn(node, address, username, password).statusCode();
  }

  /** An address nobody else has, so that the stories do not meet. */
  private static String address() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "10." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + "." + random.nextInt(1, 255);
  }

  private static String network() {
    return "2001:db8:" + Integer.toHexString(ThreadLocalRandom.current().nextInt(1, 0xffff));
  }

  private static long fail(String address, Person whose) {
    int count = 0;
    while (status(count % 2 == 0 ? left : right, address, whose.name(), "not the password") == 401) {
      count++;
    }
    return count;
  }

  @Test
  void wrong_passwords_from_elsewhere_keep_nobody_out() {
    Person alice = person("alice");
    for (int i = 0; i < 3; i++) {
      assertThat(fail(address(), alice)).as("both nodes count together").isEqualTo(5);
    }
    assertThat(status(left, address(), alice.name(), alice.password())).isEqualTo(200);
  }

  @Test
  void an_account_that_fails_from_everywhere_makes_only_unknown_addresses_wait() {
    Person alice = person("alice");
    String home = address();
    assertThat(status(left, home, alice.name(), alice.password())).isEqualTo(200);
    for (int i = 0; i < 110; i++) {
      HttpResponse<String> refused = logIn(i % 2 == 0 ? left : right, address(), alice.name(), "not the password");
      if (refused.statusCode() == 429) {
        assertThat(i).isGreaterThanOrEqualTo(100);
        break;
      }
    }
    // Only those few that were under way when it was decided may follow.
    HttpResponse<String> stranger = logIn(right, address(), alice.name(), alice.password());
    assertThat(stranger.statusCode()).isEqualTo(429);
    assertThat(Long.parseLong(stranger.headers().firstValue("Retry-After").orElseThrow())).isBetween(1L, 900L);
    assertThat(status(right, home, alice.name(), alice.password())).isEqualTo(200);
    assertThat(status(left, address(), person("bob").name(), "x")).as("another account").isEqualTo(401);
    assertThat(left.log() + right.log()).containsPattern(
        "limited kind=login_account account=" + alice.name() + " address=10\\.[\\d.]+ request=");
  }

  @Test
  void everybody_behind_one_address_gets_in_with_the_right_password_at_once() {
    String office = address();
    List<Person> people = IntStream.range(0, 12).mapToObj(i -> person("worker")).toList();
    List<CompletableFuture<HttpResponse<String>>> answers = people.stream()
        .map(each -> HTTP.sendAsync(request(left, office, each.name(), each.password()), BodyHandlers.ofString()))
        .toList();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(status(right, office, people.get(0).name(), "not the password")).isEqualTo(401);
  }

  @Test
  void what_others_do_behind_the_same_address_holds_up_nobody_who_is_known_there() {
    Person alice = person("alice");
    Person bob = person("bob");
    String office = address();
    assertThat(status(left, office, alice.name(), alice.password())).isEqualTo(200);
    assertThat(fail(office, bob)).isEqualTo(5);
    assertThat(status(left, office, person("carol").name(), "x")).as("the address is full").isEqualTo(429);
    assertThat(status(right, office, alice.name(), alice.password())).isEqualTo(200);
    assertThat(fail(office, alice)).as("her own failures count").isEqualTo(5);
    assertThat(status(right, office, alice.name(), alice.password())).isEqualTo(429);
  }

  @Test
  void a_network_of_64_bits_is_one_address_and_a_site_of_48_has_ten_times_as_many() {
    Person alice = person("alice");
    String site = network();
    for (int net = 0; net < 10; net++) {
      String prefix = site + ":" + Integer.toHexString(net) + "::";
      for (int host = 1; host <= 5; host++) {
        assertThat(status(left, prefix + host, Names.unique("nobody"), "x")).isEqualTo(401);
      }
      assertThat(status(right, prefix + "6", Names.unique("nobody"), "x")).isEqualTo(429);
    }
    assertThat(status(left, site + ":ffff::1", alice.name(), alice.password())).as("the site is full").isEqualTo(429);
    assertThat(status(left, network() + "::1", alice.name(), alice.password())).isEqualTo(200);
  }

  @Test
  void refusals_are_counted_by_outcome_and_kind() throws Exception {
    Person alice = person("alice");
    String here = address();
    assertThat(status(left, here, alice.name(), alice.password())).isEqualTo(200);
    fail(here, alice);
    String metrics = HTTP.send(HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + left.managementPort() + "/metrics")).build(), BodyHandlers.ofString()).body()
        + HTTP.send(HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + right.managementPort() + "/metrics")).build(), BodyHandlers.ofString()).body();
    assertThat(metrics).contains("fastroom_logins_total{outcome=\"succeeded\"}", "fastroom_logins_total{outcome=\"wrong\"}",
        "fastroom_logins_total{outcome=\"limited_", "fastroom_rate_limited_total{kind=\"login_");
    assertThat(left.log() + right.log()).contains("login wrong account=" + alice.name() + " address=" + here)
        .doesNotContain(alice.password()).doesNotContain("not the password");
  }
}
