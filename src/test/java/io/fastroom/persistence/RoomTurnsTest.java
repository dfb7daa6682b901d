package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.support.TestVertx;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoomTurnsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Promise<Void> pause = Promise.promise();
  private long now;
  private final RoomTurns turns = new RoomTurns(2, registry, () -> pause.future(), () -> now);
  private final List<Promise<Integer>> started = new ArrayList<>();

  private Future<Integer> change(long room) {
    return turns.in(room, () -> {
      Promise<Integer> running = Promise.promise();
      started.add(running);
      return running.future();
    });
  }

  private void finishAll() {
    for (int i = 0; i < started.size(); i++) {
      started.get(i).tryComplete(i);
    }
  }

  @Test
  void one_change_of_a_room_at_a_time_and_as_many_at_once_as_may_be() {
    List<Future<Integer>> changes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      changes.add(change(1));
    }
    assertThat(started).hasSize(1);
    changes.add(change(2));
    changes.add(change(3));
    assertThat(started).hasSize(2);
    assertThat(registry.get("fastroom.changes.waiting").gauge().value()).isEqualTo(5);

    started.get(0).complete(0);
    assertThat(started).as("rooms take turns").hasSize(3);
    assertThat(changes.get(6).isComplete() || changes.get(1).isComplete()).isFalse();
    finishAll();

    assertThat(changes).allMatch(Future::succeeded);
    assertThat(registry.get("fastroom.changes.waiting").gauge().value()).isZero();
  }

  @Test
  void sixty_four_wait_and_the_next_is_told_that_the_room_is_busy() {
    List<Future<Integer>> changes = new ArrayList<>();
    for (int i = 0; i < 1 + RoomTurns.WAITING + 10; i++) {
      changes.add(change(1));
    }

    assertThat(changes.subList(0, 65)).noneMatch(Future::isComplete);
    assertThat(changes.subList(65, 75)).allSatisfy(refused -> {
      assertThat(((Refused) refused.cause()).problem()).isEqualTo(Problem.BUSY);
      assertThat(((Refused) refused.cause()).retryAfterMillis()).isEqualTo(1_000);
    });
    assertThat(change(2).isComplete()).as("another room").isFalse();
    assertThat(registry.get("fastroom.changes.refused").counter().count()).isEqualTo(10);
    finishAll();
    assertThat(changes.subList(0, 65)).allMatch(Future::succeeded);
  }

  @Test
  void a_turn_that_comes_too_late_tells_what_it_waited_for() {
    Future<Integer> slow = change(1);
    Future<Integer> behindIt = change(1);
    Future<Integer> failing = change(2);
    Future<Integer> behindThat = change(2);
    Future<Integer> withoutConnection = change(3);
    now += TimeUnit.SECONDS.toNanos(6);
    started.get(0).complete(0);
    started.get(1).fail(new Refused(Problem.UNAVAILABLE));

    assertThat(slow.succeeded()).isTrue();
    assertThat(failing.failed()).isTrue();
    assertThat(List.of(behindIt, behindThat, withoutConnection)).extracting(late -> ((Refused) late.cause()).problem())
        .containsExactly(Problem.BUSY, Problem.UNAVAILABLE, Problem.UNAVAILABLE);
    assertThat(started).as("nobody waits for these any more").hasSize(2);
    assertThat(registry.get("fastroom.changes.refused").counter().count()).isEqualTo(1);
  }

  @Test
  void changes_that_end_at_once_take_no_stack_and_a_failed_one_gives_its_place_back() {
    Future<Integer> first = change(0);
    Future<Integer> second = change(1);
    List<Future<Integer>> changes = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      int number = i;
      changes.add(turns.in(2 + i % 50_000, () -> {
        if (number % 3 == 0) {
          throw new Refused(Problem.MESSAGE_NOT_FOUND);
        }
        return Future.succeededFuture(number);
      }));
    }
    finishAll();

    assertThat(first.succeeded() && second.succeeded()).isTrue();
    assertThat(changes).allMatch(Future::isComplete);
    assertThat(changes.stream().filter(Future::succeeded)).hasSize(66_666);
  }

  @Test
  void a_room_that_is_held_gives_its_turn_to_others_and_comes_first_of_its_own_after_the_pause() {
    Future<Integer> held = change(1);
    Future<Integer> behindIt = change(1);
    Future<Integer> other = change(2);
    Future<Integer> third = change(3);
    assertThat(started).hasSize(2);

    started.get(0).fail(new RoomTurns.Held());
    assertThat(started).as("the third").hasSize(3);
    assertThat(registry.get("fastroom.changes.waiting").gauge().value()).isEqualTo(2);
    started.get(1).complete(1);
    assertThat(started).as("nobody's turn").hasSize(3);

    pause.complete();
    assertThat(started).as("the held one again").hasSize(4);
    assertThat(held.isComplete() || behindIt.isComplete()).isFalse();
    finishAll();
    assertThat(List.of(held, behindIt, other, third)).allMatch(Future::succeeded);
    assertThat(registry.get("fastroom.changes.waiting").gauge().value()).isZero();
  }

  /** Where the one before it ends may be a verticle that ends as well, with the timers of whoever goes on there. */
  @Test
  void a_change_is_made_and_answered_where_it_was_asked_for() throws Exception {
    Vertx vertx = TestVertx.create();
    List<CompletableFuture<List<Context>>> seen = new ArrayList<>();
    List<Context> askers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Context asker = ((VertxInternal) vertx).createEventLoopContext();
      CompletableFuture<List<Context>> mine = new CompletableFuture<>();
      CompletableFuture<Void> asked = new CompletableFuture<>();
      asker.runOnContext(turn -> {
        List<Context> contexts = new ArrayList<>();
        turns.in(1, () -> {
          contexts.add(Vertx.currentContext());
          return contexts.size() == 1 ? Future.failedFuture(new RoomTurns.Held()) : vertx.timer(1);
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
    pause.complete();
    for (int i = 0; i < 3; i++) {
      assertThat(seen.get(i).get(10, TimeUnit.SECONDS)).hasSize(3).containsOnly(askers.get(i));
    }
    vertx.close().await();
  }
}
