package io.fastroom.bench;

import io.fastroom.bench.Meter.Reading;
import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.ChatRun;
import io.fastroom.bench.load.ChatRun.Outcome;
import io.fastroom.bench.load.Crowd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Sockets that chat at a fixed rate: three rounds, of which the one with the median CPU time per delivery is shown; one
 * node in turn with a bare loop in C that does nothing but write.
 */
record ChatScenario(String name, int nodes, int rooms, int sockets, int quickSockets, double rate)
    implements Scenario {
  private static final int TEXT = 100;
  /** So many times the rate, and so long for each node, until their compilers have seen enough. */
  private static final int WARM_UP_TIMES = 8;
  private static final double WARM_UP_SECONDS = 12;

  @Override
  public List<Result> run(Lab lab) throws Exception {
    List<Node> started = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      started.add(lab.pinnedNode());
    }
    int many = lab.scale().of(sockets, quickSockets);
    int inRooms = Math.min(rooms, Math.max(1, many / 2));
    String title = title(many, inRooms);
    List<Side> sides = new ArrayList<>();
    lab.keepAwake();
    sides.add(new Side(title, lab.crowd(started, name, inRooms, many),
        new Meter(started, lab.generator(), lab.opened(new Costs(lab.backends(), started.get(0))))));
    Optional<Node> bare = nodes == 1 ? lab.bareRoom() : Optional.empty();
    bare.ifPresent(node -> sides.add(new Side("the same from bareroom.c",
        lab.bareCrowd(node, name, inRooms, many), new Meter(List.of(node), lab.generator()))));
    sides.forEach(side -> side.crowd.joinAll(many, 64, Lab.JOIN));
    Side fastRoom = sides.get(0);
    Round.run(fastRoom.crowd, fastRoom.meter, new ChatPlan(WARM_UP_TIMES * rate, many, TEXT, Duration.ZERO,
        lab.scale().seconds(nodes * WARM_UP_SECONDS, 1)));
    for (int i = 0; i < lab.scale().of(3, 1); i++) {
      for (Side side : sides) {
        ChatPlan plan = new ChatPlan(rate, many, TEXT, lab.scale().seconds(2, 1), lab.scale().seconds(7, 2));
        side.rounds.add(Round.run(side.crowd, side.meter, plan));
      }
    }
    return sides.stream().map(side -> side.result(name)).toList();
  }

  /** A server with sockets of its own. */
  private record Side(String title, Crowd crowd, Meter meter, List<Round> rounds) {
    Side(String title, Crowd crowd, Meter meter) {
      this(title, crowd, meter, new ArrayList<>());
    }

    Result result(String scenario) {
      rounds.sort(Comparator.comparingDouble(Round::cpuPerDelivery));
      return rounds.get(rounds.size() / 2).into(new Result(scenario, title))
          .put("CPU lowest", rounds.get(0).cpuPerDelivery())
          .put("CPU highest", rounds.get(rounds.size() - 1).cpuPerDelivery())
          .put("out of seq", crowd.disordered()).put("troubles", crowd.troubles().toString());
    }
  }

  private String title(int many, int inRooms) {
    return "%s, %d sockets, %.0f chats/s%s".formatted(inRooms == 1 ? "one room" : inRooms + " rooms", many, rate,
        nodes == 1 ? "" : ", " + nodes + " nodes");
  }

  /** One measured stretch of time. */
  record Round(double rate, double perSecond, double cpuPerDelivery, double nodePercent, double generatorPercent,
               double restPercent, double redisPerDelivery, double postgresPerDelivery, Outcome outcome) {
    static Round run(Crowd crowd, Meter meter, ChatPlan plan) {
      ChatRun run = crowd.start(plan);
      run.awaitWarm();
      long deliveredBefore = run.delivered();
      Reading before = meter.read();
      run.awaitEnd();
      long delivered = run.delivered() - deliveredBefore;
      Reading after = meter.read();
      Outcome outcome = run.finish(Duration.ofSeconds(10));
      return new Round(plan.perSecond(), delivered / after.seconds(before),
          (double) after.nodeMicros(before) / Math.max(1, delivered), after.nodePercent(before),
          after.generatorPercent(before), after.restPercent(before),
          (double) after.redisMicros(before) / Math.max(1, delivered),
          (double) after.postgresMicros(before) / Math.max(1, delivered), outcome);
    }

    boolean complete() {
      return outcome.lost() == 0 && outcome.unsent() == 0;
    }

    double p99Millis() {
      return outcome.micros().getValueAtPercentile(99) / 1e3;
    }

    Result into(Result result) {
      if (redisPerDelivery + postgresPerDelivery > 0) {
        result.put("Redis us/delivery", redisPerDelivery).put("PostgreSQL us/delivery", postgresPerDelivery);
      }
      return result.put("chats/s", rate).put("deliveries/s", perSecond)
          .latency(result.scenario(), outcome.micros())
          .put("CPU us/delivery", cpuPerDelivery).put("node CPU %", nodePercent)
          .put("load CPU %", generatorPercent).put("rest CPU %", restPercent)
          .put("lost", outcome.lost() + outcome.unsent()).put("doubled", outcome.doubled())
          .put("reordered", outcome.reordered());
    }
  }
}
