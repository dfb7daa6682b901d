package io.fastroom.bench;

import io.fastroom.bench.Meter.Reading;
import io.fastroom.bench.load.Crowd;
import io.fastroom.bench.load.Pressure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How many chats a node commits, beside what PostgreSQL does with one insert each over as many connections. */
record Persist() implements Scenario {
  private static final int TEXT = 100;

  @Override
  public String name() {
    return "persist";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    List<Result> results = new ArrayList<>();
    int rooms = lab.scale().of(200, 20);
    results.add(press(lab, node, rooms, rooms, 16, rooms + " rooms"));
    results.add(press(lab, node, 1, 8, 64, "one room"));
    double seconds = lab.scale().seconds(8, 2).toMillis() / 1e3;
    PgBench.Inserts inserts = PgBench.run(lab.backends(), Lab.DATABASE_CONNECTIONS, (int) seconds);
    results.add(new Result(name(), "pgbench, one insert a transaction").put("commits/s", inserts.perSecond())
        .put("note", inserts.note()));
    return results;
  }

  private Result press(Lab lab, Node node, int rooms, int sockets, int unanswered, String title) throws Exception {
    try (Crowd crowd = lab.crowd(List.of(node), name(), rooms, sockets)) {
      crowd.joinAll(sockets, 64, Lab.JOIN);
      Meter meter = new Meter(List.of(node), lab.generator());
      Pressure pressure = crowd.press(unanswered, TEXT);
      TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(6, 1).toMillis());
      pressure.measure();
      long committedBefore = pressure.committed();
      Reading before = meter.read();
      TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(8, 2).toMillis());
      long committed = pressure.committed() - committedBefore;
      Reading after = meter.read();
      Result result = new Result(name(), "chats as fast as they are committed, " + title);
      return result.put("commits/s", committed / after.seconds(before))
          .latency(title + ", " + sockets * unanswered + " on their way", pressure.stop())
          .put("CPU us/commit", (double) after.nodeMicros(before) / Math.max(1, committed))
          .put("node CPU %", after.nodePercent(before)).put("load CPU %", after.generatorPercent(before))
          .put("rest CPU %", after.restPercent(before)).put("troubles", crowd.troubles().toString());
    }
  }
}
