package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.BlockedToken;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.EndLogin;
import io.fastroom.persistence.PersistenceApi.FindCredentials;
import io.fastroom.persistence.PersistenceApi.FindRefreshToken;
import io.fastroom.persistence.PersistenceApi.ListRevocations;
import io.fastroom.persistence.PersistenceApi.RefreshToken;
import io.fastroom.persistence.PersistenceApi.RotateRefreshToken;
import io.fastroom.persistence.PersistenceApi.Rotation;
import io.fastroom.persistence.PersistenceApi.StartLogin;
import io.fastroom.persistence.PersistenceApi.UseLogin;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Families of refresh tokens, asked on two nodes of one PostgreSQL. */
class LoginsTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static TestNode node;
  private static TestNode other;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
    other = new TestNode(node.url);
  }

  @AfterAll
  static void stop() {
    other.close();
    node.close();
  }

  private static RefreshToken token(User user, String family, Duration life) {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    Instant end = Instant.now().plus(life).truncatedTo(ChronoUnit.MICROS);
    return new RefreshToken(hash, user.id(), family, end, TestNode.unique("jti"), end);
  }

  private static RefreshToken login(User user, Duration life) {
    RefreshToken token = token(user, TestNode.unique("family"), life);
    node.ask(PersistenceApi.START_LOGIN, new StartLogin(token, "hash", null));
    return token;
  }

  /** What the database says, and the token that was given when it says ROTATED. */
  private record Answer(Rotation outcome, RefreshToken next, List<BlockedToken> revoked) { }

  private static Future<Answer> ask(TestNode at, RefreshToken old, long waitedMillis) {
    RefreshToken next = new RefreshToken(token(new User(0, "", null, null, false), "", DAY).hash(), old.userId(),
        old.family(), old.expiresAt(), TestNode.unique("jti"), Instant.now().plus(DAY).truncatedTo(ChronoUnit.MICROS));
    return at.bus.ask(PersistenceApi.ROTATE_REFRESH_TOKEN, new RotateRefreshToken(old.hash(), next, waitedMillis))
        .map(rotated -> new Answer(rotated.outcome(), next, rotated.revoked()));
  }

  private static Answer rotate(RefreshToken old) {
    return ask(node, old, 0).await();
  }

  private static void use(RefreshToken token) {
    other.ask(PersistenceApi.USE_LOGIN, new UseLogin(token.accessJti()));
  }

  private static void turnBack(String family, int seconds) {
    TestDatabase.execute(node.url, "UPDATE logins SET rotated_at = rotated_at - interval '" + seconds
        + " seconds' WHERE family = '" + family + "'");
  }

  private static long generation(String family) {
    return TestDatabase.number(node.url, "SELECT generation FROM logins WHERE family = '" + family + "'");
  }

  private static BlockedToken blocked(RefreshToken token) {
    return new BlockedToken(token.accessJti(), token.accessExpiresAt());
  }

  @Test
  void twenty_at_once_on_two_nodes_all_get_pairs_that_work_of_one_generation() {
    RefreshToken first = login(node.user(), DAY);
    List<Future<Answer>> asked =
        IntStream.range(0, 20).mapToObj(i -> ask(i % 2 == 0 ? node : other, first, 0)).toList();
    Future.all(asked).await();
    assertThat(asked).extracting(each -> each.result().outcome()).containsOnly(Rotation.ROTATED);
    assertThat(generation(first.family())).isEqualTo(1);

    asked.forEach(each -> use(each.result().next()));
    List<RefreshToken> second = asked.stream().map(each -> each.result().next()).toList();
    Answer third = rotate(second.get(0));
    assertThat(third.outcome()).isEqualTo(Rotation.ROTATED);
    assertThat(second.subList(1, 20)).as("the other tabs, late").allSatisfy(
        tab -> assertThat(rotate(tab).outcome()).isEqualTo(Rotation.ROTATED));
    assertThat(generation(first.family())).isEqualTo(2);
  }

  @Test
  void a_lost_answer_is_forgiven_for_a_minute() {
    RefreshToken first = login(node.user(), DAY);
    rotate(first);
    turnBack(first.family(), 55);
    Answer again = rotate(first);
    assertThat(again.outcome()).isEqualTo(Rotation.ROTATED);
    assertThat(rotate(again.next()).outcome()).isEqualTo(Rotation.ROTATED);
  }

  @Test
  void the_generation_before_is_theft_later_than_a_minute() {
    RefreshToken first = login(node.user(), DAY);
    RefreshToken second = rotate(first).next();
    turnBack(first.family(), 61);
    Answer theft = rotate(first);
    assertThat(theft.outcome()).isEqualTo(Rotation.REUSED);
    assertThat(theft.revoked()).containsExactlyInAnyOrder(blocked(first), blocked(second));
    assertThat(other.ask(PersistenceApi.LIST_REVOCATIONS, new ListRevocations(0)).tokens())
        .contains(blocked(first), blocked(second));
    assertThat(rotate(second).outcome()).isEqualTo(Rotation.DEAD);
    assertThat(rotate(first).outcome()).isEqualTo(Rotation.DEAD);
  }

  @Test
  void the_generation_before_is_theft_once_the_present_one_was_used() {
    RefreshToken byAccess = login(node.user(), DAY);
    use(rotate(byAccess).next());
    assertThat(rotate(byAccess).outcome()).isEqualTo(Rotation.REUSED);

    RefreshToken byRefresh = login(node.user(), DAY);
    rotate(rotate(byRefresh).next());
    assertThat(rotate(byRefresh).outcome()).as("two generations ago").isEqualTo(Rotation.REUSED);
  }

  @Test
  void what_was_presented_before_the_first_use_is_no_theft_however_long_it_waited() {
    RefreshToken first = login(node.user(), DAY);
    long presented = System.nanoTime();
    use(rotate(first).next());
    // The question itself takes a while to reach the database, on a busy machine longer than all before it.
    long waited = (System.nanoTime() - presented) / 1_000_000 + 1_000;
    assertThat(ask(node, first, waited).await().outcome()).isEqualTo(Rotation.ROTATED);
    assertThat(ask(node, first, 0).await().outcome()).isEqualTo(Rotation.REUSED);
  }

  @Test
  void using_an_old_access_token_does_not_count_as_using_the_present_generation() {
    RefreshToken first = login(node.user(), DAY);
    rotate(first);
    use(first);
    assertThat(rotate(first).outcome()).isEqualTo(Rotation.ROTATED);
  }

  @Test
  void dead_tokens_stay_dead() {
    User alice = node.user();
    RefreshToken expired = login(alice, Duration.ofSeconds(-1));
    assertThat(rotate(expired).outcome()).isEqualTo(Rotation.DEAD);
    assertThat(rotate(token(alice, "any", DAY)).outcome()).as("unknown").isEqualTo(Rotation.DEAD);
    RefreshToken disabled = login(alice, DAY);
    TestDatabase.execute(node.url, "UPDATE users SET disabled = true WHERE id = " + alice.id());
    assertThat(rotate(disabled).outcome()).isEqualTo(Rotation.USER_DISABLED);
    assertThat(node.ask(PersistenceApi.FIND_REFRESH_TOKEN, new FindRefreshToken(new byte[] {1})).user()).isNull();
  }

  @Test
  void a_logout_blocks_every_access_token_of_the_login_whichever_token_it_is_given() {
    User alice = node.user();
    for (int given = 0; given < 4; given++) {
      RefreshToken first = login(alice, DAY);
      RefreshToken second = rotate(first).next();
      RefreshToken third = rotate(second).next();
      EndLogin end = switch (given) {
        case 0 -> new EndLogin(third.hash(), null);
        case 1 -> new EndLogin(first.hash(), null);
        case 2 -> new EndLogin(new byte[] {1}, blocked(second));
        default -> new EndLogin(third.hash(), blocked(first));
      };
      assertThat(other.ask(PersistenceApi.END_LOGIN, end))
          .containsExactlyInAnyOrder(blocked(first), blocked(second), blocked(third));
      for (RefreshToken each : List.of(first, second, third)) {
        assertThat(rotate(each).outcome()).isEqualTo(Rotation.DEAD);
      }
    }
  }

  @Test
  void a_logout_leaves_other_logins_alone_and_blocks_a_bearer_token_it_does_not_know() {
    User alice = node.user();
    RefreshToken stays = login(alice, DAY);
    RefreshToken goes = login(alice, DAY);
    BlockedToken foreign = new BlockedToken(TestNode.unique("jti"), Instant.now().plusSeconds(60)
        .truncatedTo(ChronoUnit.MICROS));
    assertThat(node.ask(PersistenceApi.END_LOGIN, new EndLogin(goes.hash(), foreign)))
        .containsExactlyInAnyOrder(blocked(goes), foreign);
    assertThat(node.ask(PersistenceApi.END_LOGIN, new EndLogin(new byte[] {1}, null))).isEmpty();
    assertThat(rotate(stays).outcome()).isEqualTo(Rotation.ROTATED);
  }

  @Test
  void a_token_that_a_logout_overtakes_does_not_survive_it() {
    for (int round = 0; round < 20; round++) {
      RefreshToken first = login(node.user(), DAY);
      Future<Answer> rotation = ask(node, first, 0);
      Future<List<BlockedToken>> logout = other.bus.ask(PersistenceApi.END_LOGIN, new EndLogin(first.hash(), null));
      Future.all(rotation, logout).await();
      if (rotation.result().outcome() == Rotation.ROTATED) {
        assertThat(logout.result()).contains(blocked(rotation.result().next()));
        assertThat(rotate(rotation.result().next()).outcome()).isEqualTo(Rotation.DEAD);
      }
    }
  }

  /** What the release before writes: no row in logins, no generation. */
  @Test
  void logins_of_the_release_before_go_on() {
    User alice = node.user();
    RefreshToken old = token(alice, TestNode.unique("family"), DAY);
    TestDatabase.execute(node.url, "INSERT INTO refresh_tokens (hash, user_id, family, expires_at, access_jti, "
        + "access_expires_at, created_at) VALUES ('\\x" + java.util.HexFormat.of().formatHex(old.hash()) + "', "
        + alice.id() + ", '" + old.family() + "', now() + interval '1 day', '" + old.accessJti()
        + "', now() + interval '1 hour', now() - interval '3 days')");
    assertThat(node.ask(PersistenceApi.FIND_REFRESH_TOKEN, new FindRefreshToken(old.hash())).since())
        .isBetween(Instant.now().minus(Duration.ofDays(4)), Instant.now().minus(Duration.ofDays(2)));
    Answer next = rotate(old);
    assertThat(next.outcome()).isEqualTo(Rotation.ROTATED);
    assertThat(rotate(old).outcome()).as("a lost answer").isEqualTo(Rotation.ROTATED);
    use(next.next());
    assertThat(rotate(old).outcome()).isEqualTo(Rotation.REUSED);
  }

  @Test
  void the_addresses_an_account_was_signed_in_from_are_known_and_bounded() {
    User alice = node.user();
    List<byte[]> addresses = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      addresses.add(new byte[] {(byte) i, 7});
      node.ask(PersistenceApi.START_LOGIN,
          new StartLogin(token(alice, TestNode.unique("family"), DAY), "hash", addresses.get(i)));
    }
    assertThat(known(alice, addresses.get(24))).isTrue();
    assertThat(known(alice, addresses.get(5))).isTrue();
    assertThat(known(alice, addresses.get(4))).isFalse();
    assertThat(known(node.user(), addresses.get(24))).isFalse();
    TestDatabase.execute(node.url, "UPDATE known_addresses SET seen_at = now() - interval '31 days'");
    assertThat(known(alice, addresses.get(24))).isFalse();
  }

  private static boolean known(User user, byte[] address) {
    return node.ask(PersistenceApi.FIND_CREDENTIALS, new FindCredentials(user.username(), address)).known();
  }
}
