package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.IdentityApi;
import io.fastroom.persistence.IdentityApi.Bound;
import io.fastroom.persistence.IdentityApi.FindBound;
import io.fastroom.settings.Settings;
import io.fastroom.support.IdentityProvider;
import io.fastroom.support.TestSettings;
import io.fastroom.support.TestVertx;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A provider and what takes its tokens, over real HTTP, with accounts for everybody. */
abstract class OidcUnderTest {
  static final Duration LIMIT = Duration.ofSeconds(30);
  /** Only what asks for keys by itself is to be seen. */
  static final long NEVER = 3_600_000;

  static {
    // Loads what allocates, which takes longer than an event loop may be held up.
    ByteBufAllocator.DEFAULT.directBuffer(16).release();
  }

  final Vertx vertx = TestVertx.create();
  final Bus bus;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final IdentityProvider identity = new IdentityProvider();
  final List<FindBound> asked = Collections.synchronizedList(new ArrayList<>());
  OidcProvider provider;
  AccessTokens tokens;

  OidcUnderTest() {
    Bus.install(vertx);
    bus = new Bus(vertx);
  }

  @AfterEach
  void close() {
    vertx.close().await();
    identity.close();
  }

  void start(long periodMillis, String... more) {
    List<String> given = new ArrayList<>(List.of("OIDC_AUDIENCE", "other,fastroom"));
    given.addAll(List.of(more));
    if (!given.contains("OIDC_ISSUER")) {
      given.addAll(List.of("OIDC_ISSUER", identity.issuer()));
    }
    Settings settings = TestSettings.of(given.toArray(String[]::new));
    bus.answer(IdentityApi.FIND_BOUND, question -> {
      asked.add(question);
      return Future.succeededFuture(new Bound(7, String.valueOf(question.username()), null));
    }).await();
    provider = new OidcProvider(bus, settings.identity().provider(), registry, periodMillis);
    vertx.deployVerticle(provider).await();
    tokens = new AccessTokens(new Tokens(vertx, settings.tokens()), new Keys(bus),
        new OidcTokens(provider, new OidcAccounts(bus, settings.identity().provider().issuer()), registry));
  }

  Principal accepted(String token) {
    return tokens.verifyAccess(token).await();
  }

  /** What it is refused with. */
  Refused refused(String token) {
    return tokens.verifyAccess(token).map((Refused) null).otherwise(Refused::of).await();
  }

  void refusedAs(Problem problem, String about, String token) {
    Refused refused = refused(token);
    assertThat(refused).as(about).isNotNull();
    assertThat(refused.problem()).as(about + ": " + refused.getMessage()).isEqualTo(problem);
  }

  JsonObject claims() {
    return identity.claims("u-1", "Alice Smith");
  }

  double readings(String outcome) {
    return registry.get("fastroom_oidc_readings").tag("outcome", outcome).counter().count();
  }
}
