package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.BlockedToken;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.EndLogin;
import io.fastroom.persistence.PersistenceApi.FindCredentials;
import io.fastroom.persistence.PersistenceApi.FindUser;
import io.fastroom.persistence.PersistenceApi.GetUser;
import io.fastroom.persistence.PersistenceApi.ListRevocations;
import io.fastroom.persistence.PersistenceApi.ListUsers;
import io.fastroom.persistence.PersistenceApi.RefreshToken;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import io.fastroom.persistence.PersistenceApi.RotateRefreshToken;
import io.fastroom.persistence.PersistenceApi.Rotated;
import io.fastroom.persistence.PersistenceApi.Rotation;
import io.fastroom.persistence.PersistenceApi.StartLogin;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.onNewDatabase();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static RefreshToken token(User user, String family, Duration life) {
    byte[] hash = new byte[32];
    RANDOM.nextBytes(hash);
    return new RefreshToken(hash, user.id(), family, Instant.now().plus(life), TestNode.unique("jti"),
        Instant.now().plus(life).truncatedTo(ChronoUnit.MICROS));
  }

  private static RefreshToken stored(User user, Duration life) {
    RefreshToken token = token(user, TestNode.unique("family"), life);
    node.ask(PersistenceApi.START_LOGIN, new StartLogin(token, "hash", null));
    return token;
  }

  private static Rotated rotate(RefreshToken old, RefreshToken next) {
    return node.ask(PersistenceApi.ROTATE_REFRESH_TOKEN, new RotateRefreshToken(old.hash(), next, 0));
  }

  @Test
  void a_name_and_an_address_belong_to_one_account() {
    String name = TestNode.unique("alice");
    User alice = node.ask(PersistenceApi.REGISTER_USER, new RegisterUser(name, name + "@Example.com", "Alice", "hash"));

    assertThat(node.refusal(PersistenceApi.REGISTER_USER, new RegisterUser(name, null, null, "hash")))
        .isEqualTo(Problem.USERNAME_TAKEN);
    assertThat(node.refusal(PersistenceApi.REGISTER_USER,
        new RegisterUser(TestNode.unique("eve"), name.toUpperCase(Locale.ROOT) + "@example.COM", null, "hash")))
        .isEqualTo(Problem.EMAIL_TAKEN);
    assertThat(node.ask(PersistenceApi.FIND_USER, new FindUser(name))).isEqualTo(alice);
    assertThat(node.ask(PersistenceApi.GET_USER, new GetUser(alice.id()))).isEqualTo(alice);
    byte[] address = {1};
    assertThat(node.ask(PersistenceApi.FIND_CREDENTIALS, new FindCredentials(name, address)).passwordHash())
        .isEqualTo("hash");
    assertThat(node.ask(PersistenceApi.FIND_CREDENTIALS, new FindCredentials("nobody", address)).user()).isNull();
    assertThat(node.refusal(PersistenceApi.FIND_USER, new FindUser("nobody"))).isEqualTo(Problem.USER_NOT_FOUND);
  }

  @Test
  void lists_users_by_name() {
    IntStream.range(0, 5).forEach(i -> node.user());

    List<User> up = node.ask(PersistenceApi.LIST_USERS, new ListUsers(1, 3, 1, true, null)).items();
    List<User> down = node.ask(PersistenceApi.LIST_USERS, new ListUsers(1, 200, 0, false, null)).items();

    assertThat(up).hasSize(3).extracting(User::username).isSorted();
    assertThat(down).extracting(User::username).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(down.get(down.size() - 2)).isEqualTo(up.get(0));
  }

  @Test
  void a_user_disabled_by_an_operator_is_seen_and_refreshes_no_more() {
    User alice = node.user();
    RefreshToken token = stored(alice, Duration.ofDays(1));
    long since = node.ask(PersistenceApi.LIST_REVOCATIONS, new ListRevocations(0)).atMicros();

    TestDatabase.execute(node.url, "UPDATE users SET disabled = true WHERE id = " + alice.id());

    assertThat(node.ask(PersistenceApi.LIST_REVOCATIONS, new ListRevocations(since)).disabledUsers())
        .contains(alice.id());
    assertThat(rotate(token, token(alice, "any", Duration.ofDays(1))).outcome()).isEqualTo(Rotation.USER_DISABLED);
    assertThat(node.ask(PersistenceApi.FIND_USER, new FindUser(alice.username())).disabled()).isTrue();
  }

  @Test
  void a_blocked_token_is_listed_until_it_expires_and_not_for_ever() {
    Instant soon = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MICROS);
    BlockedToken live = new BlockedToken(TestNode.unique("jti"), soon);
    BlockedToken dead = new BlockedToken(TestNode.unique("jti"), Instant.now().minusSeconds(1));
    long before = node.ask(PersistenceApi.LIST_REVOCATIONS, new ListRevocations(0)).atMicros();
    node.ask(PersistenceApi.END_LOGIN, new EndLogin(new byte[] {1}, live));
    node.ask(PersistenceApi.END_LOGIN, new EndLogin(new byte[] {1}, live));
    node.ask(PersistenceApi.END_LOGIN, new EndLogin(new byte[] {1}, dead));

    var list = node.ask(PersistenceApi.LIST_REVOCATIONS, new ListRevocations(before));

    assertThat(list.tokens()).containsOnlyOnce(live).doesNotContain(dead);
    TestDatabase.execute(node.url, "UPDATE blocked_tokens SET blocked_at = now() - interval '1 minute'");
    assertThat(node.ask(PersistenceApi.LIST_REVOCATIONS, new ListRevocations(list.atMicros())).tokens())
        .doesNotContain(live);
  }
}
