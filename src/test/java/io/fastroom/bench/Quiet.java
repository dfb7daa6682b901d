package io.fastroom.bench;

import io.fastroom.bench.Costs.Spent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a node costs that does nothing, and what rooms cost that are live and say nothing. */
record Quiet() implements Scenario {
  private static final int ROOMS_PER_SOCKET = 100;
  private static final int MESSAGES = 60;
  /** A heartbeat interval and a little more. */
  private static final double WATCH_SECONDS = 30;
  /** Longer than a room keeps what nobody asks for. */
  private static final double FORGET_SECONDS = 70;

  @Override
  public String name() {
    return "quiet";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("DATABASE_URL", lab.backends().databaseUrl());
    settings.put("REDIS_URL", lab.backends().redisUrl());
    Node node = lab.node(true, settings);
    int rooms = lab.scale().of(20_000, 400);
    int busy = lab.scale().of(1_000, 100);
    List<Result> results = new ArrayList<>();
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(20, 1).toMillis());
    double empty = node.liveHeapMib();
    results.add(watch(lab, node, "a node with nothing on it", 0));
    QuietCrowd crowd = lab.opened(new QuietCrowd(lab, node, rooms, ROOMS_PER_SOCKET));
    crowd.join();
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(20, 1).toMillis());
    double joined = node.liveHeapMib();
    results.add(watch(lab, node, "quiet rooms with one person each", rooms)
        .put("heap KiB/room", 1024 * (joined - empty) / rooms).put("still in", crowd.inside()));
    crowd.chat(busy, MESSAGES);
    double full = node.liveHeapMib();
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(FORGET_SECONDS, 1).toMillis());
    Result kept = new Result(name(), "rooms in which " + MESSAGES + " messages were written");
    results.add(kept.put("rooms", busy).put("KiB/room", 1024 * (full - joined) / busy)
        .put("KiB/room when quiet again", 1024 * (node.liveHeapMib() - joined) / busy));
    return results;
  }

  private Result watch(Lab lab, Node node, String title, int rooms) throws Exception {
    try (Costs costs = new Costs(lab.backends(), node)) {
      Spent before = costs.read();
      TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(WATCH_SECONDS, 2).toMillis());
      return costs.read().since(before, new Result(name(), title).put("rooms", rooms));
    }
  }
}
