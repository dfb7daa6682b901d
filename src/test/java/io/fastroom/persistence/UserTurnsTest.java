package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.bus.SharedAnswer;
import io.fastroom.model.Problem;
import io.fastroom.support.TestVertx;
import io.fastroom.support.Until;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UserTurnsTest {
  private static final int GREEDY = 1;
  private static final int MODEST = 2;

  private final Vertx vertx = TestVertx.create();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final UserTurns turns = new UserTurns(vertx, 2, "lists", registry);
  private final List<Promise<Long>> started = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private Future<Long> read(long user) {
    return turns.in(user, () -> {
      Promise<Long> running = Promise.promise();
      started.add(running);
      return running.future();
    });
  }

  private void awaitStarted(int count) {
    Until.holds(count + " have begun", () -> started.size() == count);
  }

  /** Also those that begin meanwhile. */
  private void finish(int count) {
    for (int i = 0; i < count; i++) {
      int one = i;
      Until.holds("it begins", () -> started.size() > one);
      started.get(i).tryComplete((long) i);
    }
  }

  @Test
  void who_asks_for_much_waits_for_themself() {
    List<Future<Long>> greedy = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      greedy.add(read(GREEDY));
    }
    assertThat(started).as("as many at once as there are connections").hasSize(2);
    Future<Long> modest = read(MODEST);
    assertThat(registry.get("fastroom.reads.waiting").gauge().value()).isEqualTo(99);
    started.get(0).complete(0L);
    awaitStarted(3);
    started.get(2).complete(2L);
    assertThat(modest.result()).as("comes next").isEqualTo(2);
    assertThat(greedy.subList(1, 100)).noneMatch(Future::isComplete);
    finish(101);
    assertThat(greedy).allMatch(Future::succeeded);
    assertThat(registry.get("fastroom.reads.waiting").gauge().value()).isZero();
  }

  @Test
  void places_are_shared_when_both_want_all() {
    for (int i = 0; i < 10; i++) {
      read(GREEDY);
    }
    Future<Long> first = read(MODEST);
    Future<Long> second = read(MODEST);
    started.get(0).complete(0L);
    awaitStarted(3);
    started.get(1).complete(0L);
    awaitStarted(4);
    started.get(2).complete(0L);
    assertThat(first.succeeded()).isTrue();
    awaitStarted(5);
    assertThat(second.isComplete()).isFalse();
    finish(12);
    assertThat(second.succeeded()).isTrue();
  }

  /** Each waits for its answer before it asks again, so that none ever has two reads. */
  @Test
  void who_comes_late_is_not_behind_those_who_ask_again_and_again() {
    for (long user = 10; user < 30; user++) {
      again(user);
    }
    // All have had a turn, and wait for the next one.
    for (int i = 0; i < 40; i++) {
      finishOne(i);
    }
    Future<Long> late = read(1_000_000);
    for (int i = 40; i < 44; i++) {
      finishOne(i);
    }
    assertThat(late.succeeded()).as("served after those that were under way").isTrue();
  }

  private void again(long user) {
    turns.in(user, () -> {
      Promise<Long> running = Promise.promise();
      started.add(running);
      return running.future();
    }).onSuccess(done -> again(user));
  }

  private void finishOne(int i) {
    Until.holds("it begins", () -> started.size() > i);
    // What it costs is what it takes.
    Until.pause(2);
    started.get(i).complete((long) i);
  }

  @Test
  void a_read_that_throws_gives_its_turn_on() {
    Future<Long> broken = turns.in(GREEDY, () -> {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    });
    assertThat(broken.cause()).isInstanceOfSatisfying(Refused.class,
        refused -> assertThat(refused.problem()).isEqualTo(Problem.ROOM_NOT_FOUND));
    read(GREEDY);
    read(GREEDY);
    assertThat(started).hasSize(2);
  }

  @Test
  void a_thousand_wait_and_none_for_ever() {
    List<Future<Long>> reads = new ArrayList<>();
    for (int i = 0; i < 2 + UserTurns.WAITING + 5; i++) {
      reads.add(read(GREEDY));
    }
    List<Future<Long>> beyond = reads.subList(2 + UserTurns.WAITING, reads.size());
    assertThat(beyond).allMatch(read -> ((Refused) read.cause()).problem() == Problem.BUSY);
    assertThat(registry.get("fastroom.reads.refused").counter().count()).isEqualTo(5);
    Future<Long> late = reads.get(2);
    assertThat(late.otherwiseEmpty().toCompletionStage().toCompletableFuture()).succeedsWithin(
        Duration.ofSeconds(30));
    assertThat(((Refused) late.cause()).problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(registry.get("fastroom.reads.refused").counter().count()).isGreaterThanOrEqualTo(6);
  }

  @Test
  void a_read_is_made_and_answered_where_it_was_asked_for() throws Exception {
    Promise<Void> begin = Promise.promise();
    List<CompletableFuture<List<Context>>> seen = new ArrayList<>();
    List<Context> askers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Context asker = ((VertxInternal) vertx).createEventLoopContext();
      CompletableFuture<List<Context>> mine = new CompletableFuture<>();
      CompletableFuture<Void> asked = new CompletableFuture<>();
      asker.runOnContext(turn -> {
        List<Context> contexts = new ArrayList<>();
        turns.in(GREEDY, () -> {
          contexts.add(Vertx.currentContext());
          return SharedAnswer.here(begin.future());
        }).onComplete(done -> {
          contexts.add(Vertx.currentContext());
          mine.complete(contexts);
        });
        asked.complete(null);
      });
      asked.get(10, TimeUnit.SECONDS);
      askers.add(asker);
      seen.add(mine);
    }
    begin.complete();
    for (int i = 0; i < 5; i++) {
      assertThat(seen.get(i).get(10, TimeUnit.SECONDS)).hasSize(2).containsOnly(askers.get(i));
    }
  }
}
