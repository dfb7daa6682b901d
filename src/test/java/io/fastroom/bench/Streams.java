package io.fastroom.bench;

import io.fastroom.bench.ChatScenario.Round;
import io.fastroom.bench.Meter.Reading;
import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.Crowd;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What streams of server-sent events cost beside as many sockets: to have, and to deliver to. */
record Streams() implements Scenario {
  private static final int PER_ROOM = 100;
  /** What the JVM compiles when all have come is not what they cost. */
  private static final double CALM_SECONDS = 20;
  /** More than a heartbeat interval, and than the comments of a stream are apart. */
  private static final double WATCH_SECONDS = 31;
  private static final double RATE = 100;
  private static final int TEXT = 100;

  /** What was measured of one kind. */
  private record Cost(double kib, double idleMicros, Round chat) { }

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    int many = lab.scale().of(10_000, 600);
    Result sockets = new Result(name(), many + " sockets in rooms of " + PER_ROOM);
    Node first = lab.pinnedNode();
    Cost socket = cost(lab, first, lab.crowd(List.of(first), name(), many / PER_ROOM, many), sockets);
    lab.tidy();
    Result streams = new Result(name(), many + " streams in rooms of " + PER_ROOM);
    Node second = lab.pinnedNode();
    Cost stream = cost(lab, second, lab.streams(second, name(), many / PER_ROOM, many), streams);
    streams.put("times the memory", stream.kib / socket.kib).put("times the CPU idle", stream.idleMicros / socket.idleMicros)
        .put("times the CPU of a delivery", stream.chat.cpuPerDelivery() / socket.chat.cpuPerDelivery());
    return List.of(sockets, streams);
  }

  private static Cost cost(Lab lab, Node node, Crowd crowd, Result result) throws Exception {
    int few = crowd.size() / 5;
    long rssFew = settledRss(lab, crowd, node, few);
    long rssMany = settledRss(lab, crowd, node, crowd.size());
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(CALM_SECONDS, 1).toMillis());
    Meter meter = new Meter(List.of(node), lab.generator());
    Reading before = meter.read();
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(WATCH_SECONDS, 3).toMillis());
    Reading after = meter.read();
    double kib = (double) (rssMany - rssFew) / (crowd.size() - few);
    double idle = after.nodeMicros(before) / after.seconds(before) / crowd.size();
    int speakers = crowd.size() / PER_ROOM;
    Round.run(crowd, meter, plan(lab, speakers, 12));
    Round chat = Round.run(crowd, meter, plan(lab, speakers, 8));
    chat.into(result).put("KiB each", kib).put("CPU us each and second", idle).put("still in", crowd.inside())
        .put("out of seq", crowd.disordered()).put("troubles", crowd.troubles().toString());
    return new Cost(kib, idle, chat);
  }

  private static ChatPlan plan(Lab lab, int speakers, double seconds) {
    return new ChatPlan(RATE, speakers, TEXT, lab.scale().seconds(2, 0.5), lab.scale().seconds(seconds, 1));
  }

  private static long settledRss(Lab lab, Crowd crowd, Node node, int sockets) throws InterruptedException {
    crowd.joinAll(sockets, 100, Lab.JOIN.multipliedBy(2));
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(4, 1).toMillis());
    return node.rssKib();
  }
}
