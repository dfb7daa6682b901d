package io.fastroom.bench;

import io.fastroom.bench.Meter.Reading;
import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.ChatRun;
import io.fastroom.bench.load.ChatRun.Outcome;
import io.fastroom.bench.load.Crowd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How soon a node that has just started is as fast as one that has run for long: the CPU time of a delivery in small
 * rooms, in steps from the first chat on, and at last after a minute of eight times the load.
 */
record Cold() implements Scenario {
  private static final double RATE = 500;
  private static final int TEXT = 100;
  private static final int STEPS = 6;

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    int sockets = lab.scale().of(2_000, 100);
    int rooms = lab.scale().of(200, 10);
    Node node = lab.pinnedNode();
    Crowd crowd = lab.crowd(List.of(node), name(), rooms, sockets);
    Meter meter = new Meter(List.of(node), lab.generator());
    lab.keepAwake();
    Result result = new Result(name(), "%d rooms, %d sockets, %.0f chats/s, us/delivery".formatted(rooms, sockets, RATE));
    result.put("serves after s", node.started().toMillis() / 1e3);
    long before = node.cpuMicros();
    crowd.joinAll(sockets, 64, Lab.JOIN);
    result.put("a join, us", (double) (node.cpuMicros() - before) / sockets);
    Duration step = lab.scale().seconds(5, 1);
    long lost = 0;
    List<Double> costs = new ArrayList<>();
    ChatRun run = crowd.start(new ChatPlan(RATE, sockets, TEXT, Duration.ZERO, step.multipliedBy(STEPS)));
    for (int i = 0; i < STEPS; i++) {
      costs.add(cost(run, meter, step));
      result.put("after %d s".formatted(i * step.toSeconds()), costs.get(i));
    }
    lost += lost(run);
    run = crowd.start(new ChatPlan(8 * RATE, sockets, TEXT, Duration.ZERO, lab.scale().seconds(45, 1)));
    run.awaitEnd();
    lost += lost(run);
    run = crowd.start(new ChatPlan(RATE, sockets, TEXT, Duration.ZERO, step.multipliedBy(2)));
    double warm = cost(run, meter, step.multipliedBy(2));
    lost += lost(run);
    return List.of(result.put("warm", warm).put("after 10 s, % of warm", 100 * warm / costs.get(2)).put("lost", lost));
  }

  /** Of a delivery within a stretch of time that begins now, in microseconds of the node. */
  private static double cost(ChatRun run, Meter meter, Duration time) throws InterruptedException {
    long delivered = run.delivered();
    Reading before = meter.read();
    Thread.sleep(time.toMillis());
    return (double) meter.read().nodeMicros(before) / Math.max(1, run.delivered() - delivered);
  }

  private static long lost(ChatRun run) {
    Outcome outcome = run.finish(Duration.ofSeconds(10));
    return outcome.lost() + outcome.unsent();
  }
}
