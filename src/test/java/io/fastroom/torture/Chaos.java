package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.Until;
import io.fastroom.torture.Schedule.Blow;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Jedis;

/** Strikes as the schedule says, one blow after the other. Thread: the one that runs it. */
final class Chaos implements Runnable {
  private final Schedule schedule;
  private final List<NodeProcess> nodes;
  private final RedisProcess redis;
  private final PrintStream out;

  Chaos(Schedule schedule, List<NodeProcess> nodes, RedisProcess redis, PrintStream out) {
    this.schedule = schedule;
    this.nodes = nodes;
    this.redis = redis;
    this.out = out;
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    for (Blow blow : schedule.blows()) {
      long wait = blow.at() - (System.nanoTime() - start) / 1_000_000;
      if (wait > 0) {
        Until.pause(wait);
      }
      out.println((System.nanoTime() - start) / 1_000_000 + " ms: " + blow);
      strike(blow);
    }
  }

  private void strike(Blow blow) {
    NodeProcess node = nodes.get(blow.node());
    switch (blow.what()) {
      case KILL_NODE -> {
        node.kill9();
        Until.pause(blow.millis());
        node.launch();
        node.awaitServing(Duration.ofSeconds(60));
      }
      case FREEZE_NODE -> {
        node.freeze();
        Until.pause(blow.millis());
        node.thaw();
      }
      case KILL_REDIS, KILL_REDIS_LOSING_ALL -> {
        redis.kill9();
        Until.pause(blow.millis());
        redis.start(blow.what() == Schedule.What.KILL_REDIS);
      }
      case FREEZE_REDIS -> {
        redis.freeze();
        Until.pause(blow.millis());
        redis.thaw();
      }
      case FLUSHALL -> redis.call(Jedis::flushAll);
    }
  }
}
