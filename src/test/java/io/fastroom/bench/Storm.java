package io.fastroom.bench;

import io.fastroom.bench.load.Crowd;
import io.fastroom.bench.load.Crowd.Joining;
import java.util.ArrayList;
import java.util.List;

/** All come at once, drop and come back at once; the second crowd shows whether a join costs more among many. */
record Storm() implements Scenario {
  @Override
  public String name() {
    return "storm";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    List<Node> nodes = List.of(lab.node());
    List<Result> results = new ArrayList<>();
    for (int sockets : List.of(lab.scale().of(1_000, 100), lab.scale().of(5_000, 300))) {
      Crowd crowd = lab.crowd(nodes, name(), lab.scale().of(100, 10), sockets);
      Result result = new Result(name(), "connect and join at once");
      result.put("sockets", sockets);
      join(lab, crowd, sockets, false, result, "join");
      crowd.drop();
      join(lab, crowd, sockets, true, result, "resume");
      result.put("troubles", crowd.troubles().toString());
      results.add(result);
      crowd.close();
    }
    return results;
  }

  private static void join(Lab lab, Crowd crowd, int sockets, boolean resume, Result result, String what) {
    long commands = lab.backends().redisCommands();
    Joining joining = crowd.join(sockets, sockets, resume, Lab.JOIN);
    double perJoin = (double) (lab.backends().redisCommands() - commands) / sockets;
    result.put(what + " s", joining.nanos() / 1e9)
        .put(what + " p99 ms", joining.micros().getValueAtPercentile(99) / 1e3)
        .put(what + " failed", joining.failed()).put("Redis commands/" + what, perJoin)
        .curve(what + " of " + sockets, joining.micros());
    if (resume) {
      result.put("not resumed", joining.notResumed());
    }
  }
}
