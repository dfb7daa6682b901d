package io.fastroom.bench;

import io.fastroom.bench.Meter.Reading;
import io.fastroom.bench.load.Crowd;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What sockets cost that are in a room and say nothing. */
record Idle() implements Scenario {
  private static final int SOCKETS_PER_ROOM = 100;
  /** A little more than a heartbeat interval, so that every socket's refresh is in it. */
  private static final double WATCH_SECONDS = 26;

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    List<Node> nodes = List.of(lab.pinnedNode());
    int few = lab.scale().of(2_000, 200);
    int many = lab.scale().of(12_000, 600);
    Crowd crowd = lab.crowd(nodes, name(), many / SOCKETS_PER_ROOM, many);
    long empty = nodes.get(0).rssKib();
    long rssFew = settledRss(lab, crowd, nodes.get(0), few);
    long rssMany = settledRss(lab, crowd, nodes.get(0), many);
    Meter meter = new Meter(nodes, lab.generator());
    Reading before = meter.read();
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(WATCH_SECONDS, 3).toMillis());
    Reading after = meter.read();
    Result result = new Result(name(), "idle sockets in rooms of " + SOCKETS_PER_ROOM);
    result.put("sockets", many).put("KiB/socket", (double) (rssMany - rssFew) / (many - few))
        .put("CPU us/socket/s", after.nodeMicros(before) / after.seconds(before) / many)
        .put("RSS MiB empty", empty / 1024.0).put("RSS MiB at " + few, rssFew / 1024.0)
        .put("RSS MiB at " + many, rssMany / 1024.0).put("still in", crowd.inside())
        .put("troubles", crowd.troubles().toString());
    return List.of(result);
  }

  private static long settledRss(Lab lab, Crowd crowd, Node node, int sockets) throws InterruptedException {
    crowd.joinAll(sockets, 100, Lab.JOIN.multipliedBy(2));
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(4, 1).toMillis());
    return node.rssKib();
  }
}
