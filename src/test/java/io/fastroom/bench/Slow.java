package io.fastroom.bench;

import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.ChatRun;
import io.fastroom.bench.load.ChatRun.Outcome;
import io.fastroom.bench.load.Crowd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one reader that stops for twenty seconds costs the others of a busy room: rounds in turn without and with it, of
 * which those with the median p99 are shown. So much is said that it fits into no buffer of the kernel.
 */
record Slow() implements Scenario {
  private static final double RATE = 200;
  private static final int TEXT = 4_000;
  private static final Duration CATCH_UP = Duration.ofSeconds(30);

  /** @param heapMib live in the node, at the end and before the reader goes on */
  private record Stretch(Outcome outcome, double heapMib, double catchUpSeconds) {
    double p99Millis() {
      return outcome.micros().getValueAtPercentile(99) / 1e3;
    }
  }

  @Override
  public String name() {
    return "slow";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.pinnedNode();
    int many = lab.scale().of(200, 20);
    Crowd crowd = lab.crowd(List.of(node), name(), 1, many);
    crowd.joinAll(many, 64, Lab.JOIN);
    ChatPlan plan = new ChatPlan(RATE, many / 2, TEXT, lab.scale().seconds(1, 1), lab.scale().seconds(20, 2));
    stretch(crowd, node, plan, false);
    List<Stretch> reading = new ArrayList<>();
    List<Stretch> stopped = new ArrayList<>();
    for (int i = 0; i < lab.scale().of(3, 1); i++) {
      reading.add(stretch(crowd, node, plan, false));
      stopped.add(stretch(crowd, node, plan, true));
    }
    return List.of(result(crowd, "all of " + many + " read", reading),
        result(crowd, "one of them stopped for " + plan.measured().toSeconds() + " s", stopped));
  }

  private static Stretch stretch(Crowd crowd, Node node, ChatPlan plan, boolean stop) throws Exception {
    int last = crowd.size() - 1;
    crowd.read(last, !stop);
    ChatRun run = crowd.start(plan);
    run.awaitEnd();
    // What the others still wait for comes before the collection that stops all.
    TimeUnit.SECONDS.sleep(1);
    double heap = node.liveHeapMib();
    crowd.read(last, true);
    long start = System.nanoTime();
    Outcome outcome = run.finish(CATCH_UP);
    return new Stretch(outcome, heap, (System.nanoTime() - start) / 1e9);
  }

  private Result result(Crowd crowd, String title, List<Stretch> stretches) {
    stretches.sort(Comparator.comparingDouble(Stretch::p99Millis));
    Stretch median = stretches.get(stretches.size() / 2);
    return new Result(name(), title).latency(title, median.outcome.micros())
        .put("p99 ms lowest", stretches.get(0).p99Millis())
        .put("p99 ms highest", stretches.get(stretches.size() - 1).p99Millis())
        .put("live heap MiB", median.heapMib).put("all delivered after s", median.catchUpSeconds)
        .put("lost", stretches.stream().mapToLong(each -> each.outcome.lost() + each.outcome.unsent()).sum())
        .put("doubled", stretches.stream().mapToLong(each -> each.outcome.doubled()).sum())
        .put("out of seq", crowd.disordered()).put("troubles", crowd.troubles().toString());
  }
}
