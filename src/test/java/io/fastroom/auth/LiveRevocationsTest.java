package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Problem;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.RevocationList;
import io.fastroom.support.Until;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveRevocationsTest {
  private static final Instant LATER = Instant.now().plusSeconds(3600);
  private static final Principal ALICE = new Principal(7, "alice", "jti-a", LATER);
  private static final Principal BOB = new Principal(8, "bob", "jti-b", LATER);

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<AuthApi.Revoked> announced = new LinkedBlockingQueue<>();
  private volatile Future<RevocationList> stored = Future.failedFuture(new Refused(Problem.UNAVAILABLE));
  private Bus bus;
  private LiveRevocations revocations;

  @BeforeEach
  void start() throws Exception {
    Bus.install(vertx);
    bus = new Bus(vertx);
    bus.answer(PersistenceApi.LIST_REVOCATIONS, question -> stored);
    bus.hear(AuthApi.REVOKED, announced::add);
    revocations = new LiveRevocations(bus);
    vertx.deployVerticle(revocations).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    vertx.close();
  }

  @Test
  void starts_while_postgresql_is_away_and_hears_what_is_revoked() {
    assertThat(revocations.allows(ALICE)).isTrue();
    bus.announce(AuthApi.REVOKED, new AuthApi.Revoked(List.of(new BlockedToken("jti-a", LATER)), List.of(8L)));
    Until.holds("both are dead", Duration.ofSeconds(5), () -> !revocations.allows(ALICE) && !revocations.allows(BOB));
  }

  @Test
  void asks_anew_about_whoever_was_enabled_again() {
    AtomicInteger asked = new AtomicInteger();
    bus.answer(AccountApi.CHECK_ACCOUNT, question -> {
      asked.incrementAndGet();
      return Future.succeededFuture(true);
    });
    Until.holds("he was asked for", Duration.ofSeconds(30), () -> revocations.use(BOB).isComplete() && asked.get() > 0);
    revocations.use(BOB);
    assertThat(asked.get()).isEqualTo(1);
    bus.announce(AuthApi.ENABLED, new AuthApi.Enabled(List.of(8L)));
    Until.holds("he is asked for again", Duration.ofSeconds(30), () -> {
      revocations.use(BOB);
      return asked.get() == 2;
    });
  }

  @Test
  void whoever_shares_an_answer_goes_on_where_they_asked() throws Exception {
    Promise<Boolean> answer = Promise.promise();
    CountDownLatch asked = new CountDownLatch(1);
    bus.answer(AccountApi.CHECK_ACCOUNT, question -> {
      asked.countDown();
      return answer.future();
    });
    goOnWhereTheyAsked(ALICE, asked, () -> answer.complete(true));
  }

  @Test
  void whoever_waits_for_the_first_use_of_a_token_to_be_known_goes_on_where_they_asked() throws Exception {
    Promise<Void> answer = Promise.promise();
    CountDownLatch asked = new CountDownLatch(1);
    bus.answer(AccountApi.CHECK_ACCOUNT, question -> Future.succeededFuture(true));
    bus.answer(PersistenceApi.USE_LOGIN, question -> {
      asked.countDown();
      return answer.future();
    });
    goOnWhereTheyAsked(new Principal(9, "carol", FreshTokens.jti(Instant.now()), LATER), asked, answer::complete);
  }

  /** @param asked counted down when the question that they share has been asked; @param answer gives its answer */
  private void goOnWhereTheyAsked(Principal principal, CountDownLatch asked, Runnable answer) throws Exception {
    List<CompletableFuture<Boolean>> here = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Context context = ((VertxInternal) vertx).createEventLoopContext();
      CompletableFuture<Boolean> same = new CompletableFuture<>();
      here.add(same);
      CompletableFuture<Void> waits = new CompletableFuture<>();
      context.runOnContext(turn -> {
        revocations.use(principal).onComplete(done -> same.complete(Vertx.currentContext() == context));
        waits.complete(null);
      });
      waits.get(10, TimeUnit.SECONDS);
    }
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    answer.run();
    for (CompletableFuture<Boolean> each : here) {
      assertThat(each.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void announces_once_what_only_postgresql_knew() throws InterruptedException {
    // By PostgreSQL's clock, which lists both, the second one has not expired either.
    stored = Future.succeededFuture(new RevocationList(List.of(new BlockedToken("jti-a", LATER),
        new BlockedToken("jti-c", Instant.now().minusSeconds(1))), List.of(8L), 1));
    AuthApi.Revoked revoke = announced.poll(5, TimeUnit.SECONDS);
    assertThat(revoke.tokens()).extracting(BlockedToken::jti).containsExactly("jti-a", "jti-c");
    assertThat(revoke.disabledUsers()).containsExactly(8L);
    assertThat(revocations.allows(ALICE)).isFalse();
    assertThat(revocations.allows(BOB)).isFalse();
    assertThat(announced.poll(2_500, TimeUnit.MILLISECONDS)).isNull();
  }
}
