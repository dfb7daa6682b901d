package io.fastroom.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What will be broken and when: the same for the same seed and duration. */
record Schedule(List<Blow> blows) {

  enum What { KILL_NODE, KILL_REDIS_LOSING_ALL, KILL_REDIS, FLUSHALL, FREEZE_REDIS, FREEZE_NODE }

  /**
   * @param at milliseconds after the start
   * @param node which one, for blows at nodes
   * @param millis how long it stays down
   */
  record Blow(long at, What what, int node, int millis) { }

  private static final What[] WHAT = {What.KILL_NODE, What.KILL_NODE, What.KILL_NODE, What.KILL_REDIS,
      What.KILL_REDIS_LOSING_ALL, What.FLUSHALL, What.FLUSHALL, What.FREEZE_REDIS, What.FREEZE_NODE};

  static Schedule of(long seed, Duration duration, int nodes) {
    Random random = new Random(seed);
    List<Blow> blows = new ArrayList<>();
    for (long at = 2_000; at < duration.toMillis(); at += 2_000 + random.nextInt(4_000)) {
      blows.add(new Blow(at, WHAT[random.nextInt(WHAT.length)], random.nextInt(nodes), 100 + random.nextInt(2_500)));
    }
    return new Schedule(List.copyOf(blows));
  }
}
