package io.fastroom.bench;

import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.ChatRun;
import io.fastroom.bench.load.Crowd;
import io.fastroom.bench.load.Crowd.Joining;
import io.fastroom.support.HugeRoom;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/**
 * A room of fifty thousand: ten thousand sockets of two nodes, and the others known by the keys of nodes that are not
 * here. Its sockets drop and come back at once while people talk in small rooms of the same nodes.
 */
record Huge() implements Scenario {
  private static final int SMALL_ROOMS = 10;
  private static final double RATE = 50;
  private static final int TEXT = 100;
  private static final Duration CATCH_UP = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "huge";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    List<Node> nodes = List.of(lab.node(), lab.node());
    int sockets = lab.scale().of(10_000, 200);
    int elsewhere = lab.scale().of(40_000, 1_000);
    Crowd others = lab.crowdBeside(nodes, "beside", SMALL_ROOMS, 10 * SMALL_ROOMS);
    others.joinAll(others.size(), others.size(), Lab.JOIN);
    Crowd crowd = lab.crowd(nodes, name(), 1, sockets);
    try (Jedis redis = new Jedis(URI.create(lab.backends().redisUrl()))) {
      HugeRoom.present(redis, "", crowd.room(0), "elsewhere.", elsewhere);
    }
    crowd.joinAll(sockets, 200, Lab.JOIN.multipliedBy(3));
    List<Result> results = new ArrayList<>();
    others.start(plan(lab, 10)).finish(CATCH_UP);
    results.add(talk(others, plan(lab, 20), "small rooms beside " + (sockets + elsewhere) + " in one, who stay"));
    ChatRun talk = others.start(plan(lab, 20));
    long commands = lab.backends().redisCommands();
    crowd.drop();
    Joining joining = crowd.join(sockets, sockets, true, Lab.JOIN.multipliedBy(3));
    Result back = new Result(name(), sockets + " sockets of one room come back at once").put("all in after s",
        joining.nanos() / 1e9).put("p50 s", joining.micros().getValueAtPercentile(50) / 1e6)
        .put("failed", joining.failed()).put("not resumed", joining.notResumed())
        .put("Redis commands each", (double) (lab.backends().redisCommands() - commands) / sockets)
        .put("troubles", crowd.troubles().toString());
    talk.awaitEnd();
    results.add(into(others, talk, "small rooms while they come back"));
    results.add(back.curve("back", joining.micros()));
    return results;
  }

  private static ChatPlan plan(Lab lab, double seconds) {
    return new ChatPlan(RATE, SMALL_ROOMS, TEXT, Duration.ZERO, lab.scale().seconds(seconds, 1));
  }

  private Result talk(Crowd others, ChatPlan plan, String title) {
    ChatRun run = others.start(plan);
    run.awaitEnd();
    return into(others, run, title);
  }

  private Result into(Crowd others, ChatRun run, String title) {
    ChatRun.Outcome outcome = run.finish(CATCH_UP);
    return new Result(name(), title).latency(title, outcome.micros()).put("lost", outcome.lost() + outcome.unsent())
        .put("troubles", others.troubles().toString());
  }
}
