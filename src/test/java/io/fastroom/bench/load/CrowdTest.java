package io.fastroom.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bench.load.ChatRun.Outcome;
import io.fastroom.bench.load.FaultyServer.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class CrowdTest {
  private static final int SOCKETS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  /** One sender, so that what the server swaps are two chats of the same. */
  private static final ChatPlan PLAN = new ChatPlan(200, 1, 300, Duration.ZERO, Duration.ofMillis(500));

  private long disordered;

  private Outcome run(Fault fault) {
    try (FaultyServer server = new FaultyServer(fault); Generator generator = new Generator();
         Crowd crowd = new Crowd(generator, List.of(server.address()), List.of("token"), "room", 1, SOCKETS)) {
      assertThat(crowd.join(SOCKETS, 5, false, LIMIT).micros().getTotalCount()).isEqualTo(SOCKETS);
      ChatRun run = crowd.start(PLAN);
      run.awaitEnd();
      Outcome outcome = run.finish(Duration.ofSeconds(1));
      disordered = crowd.disordered();
      assertThat(crowd.troubles()).isEmpty();
      return outcome;
    }
  }

  @Test
  void counts_every_delivery_once_and_measures_how_late_it_was() {
    Outcome outcome = run(Fault.NONE);
    assertThat(outcome.sent()).isEqualTo(100);
    assertThat(outcome.delivered()).isEqualTo(100 * SOCKETS);
    assertThat(outcome.lost() + outcome.doubled() + outcome.reordered() + disordered).isZero();
    assertThat(outcome.micros().getTotalCount()).isEqualTo(100 * SOCKETS);
    assertThat(outcome.micros().getMinValue()).isPositive();
  }

  @Test
  void notices_what_is_lost() {
    Outcome outcome = run(Fault.LOSES);
    assertThat(outcome.lost()).isEqualTo(20 * SOCKETS);
    assertThat(outcome.doubled() + outcome.reordered()).isZero();
    // The last one that is lost is the last of all, after which there is nothing to see.
    assertThat(disordered).isEqualTo(19 * SOCKETS);
  }

  @Test
  void notices_what_is_doubled() {
    Outcome outcome = run(Fault.DOUBLES);
    // The run is over when all have arrived once, which may be before the last one's second copies.
    assertThat(outcome.doubled()).isBetween(19L * SOCKETS, 20L * SOCKETS);
    assertThat(outcome.lost() + outcome.reordered()).isZero();
  }

  @Test
  void notices_what_is_swapped() {
    Outcome outcome = run(Fault.SWAPS);
    assertThat(outcome.reordered()).isEqualTo(19 * SOCKETS);
    assertThat(outcome.doubled()).isZero();
    // The last one that is held back has no successor that would let it go.
    assertThat(outcome.lost()).isEqualTo(SOCKETS);
  }

  @Test
  void counts_the_way_into_the_rooms_again_after_all_connections_were_dropped() {
    try (FaultyServer server = new FaultyServer(Fault.NONE); Generator generator = new Generator();
         Crowd crowd = new Crowd(generator, List.of(server.address()), List.of("token"), "room", 4, SOCKETS)) {
      crowd.join(SOCKETS, SOCKETS, false, LIMIT);
      crowd.drop();
      Crowd.Joining again = crowd.join(SOCKETS, SOCKETS, true, LIMIT);
      assertThat(again.resumed()).isEqualTo(SOCKETS);
      assertThat(again.failed() + again.notResumed()).isZero();
      assertThat(crowd.inside()).isEqualTo(SOCKETS);
    }
  }

  @Test
  void says_why_sockets_did_not_get_in() {
    try (Generator generator = new Generator(); FaultyServer server = new FaultyServer(Fault.NONE);
         Crowd crowd = new Crowd(generator, List.of(server.address()), List.of("token"), "room", 1, 3)) {
      server.close();
      assertThat(crowd.join(3, 3, false, LIMIT).failed()).isEqualTo(3);
      assertThat(crowd.troubles().keySet()).singleElement().asString().contains("Connection refused");
    }
  }
}
