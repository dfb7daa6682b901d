package io.fastroom.bench;

import io.fastroom.bench.ChatScenario.Round;
import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.Crowd;
import java.util.ArrayList;
import java.util.List;

/**
 * The highest rate of one room that is still delivered whole and in time, and how late chats are at half of it.
 *
 * @param besideSocketIo whether to ask the same of Socket.IO, in the same run
 */
record Saturate(String name, boolean besideSocketIo) implements Scenario {
  private static final double LIMIT_MILLIS = 100;
  private static final int TEXT = 100;
  private static final int SENDERS = 100;
  private static final double HIGHEST = 30_000;

  @Override
  public List<Result> run(Lab lab) throws Exception {
    int many = lab.scale().of(1_000, 100);
    List<Result> results = new ArrayList<>();
    Node node = lab.pinnedNode();
    results.add(search(lab, node, lab.crowd(List.of(node), name, 1, many), 200, "FastRoom"));
    if (besideSocketIo) {
      lab.tidy();
      Node peer = lab.socketIo();
      results.add(search(lab, peer, lab.socketIoCrowd(peer, name, many), 25, "Socket.IO"));
    }
    return results;
  }

  private Result search(Lab lab, Node node, Crowd crowd, double lowest, String who) {
    crowd.joinAll(crowd.size(), 64, Lab.JOIN);
    Meter meter = new Meter(List.of(node), lab.generator());
    round(lab, crowd, meter, 50, 12);
    Round best = null;
    Round failed = null;
    for (double rate = lowest; rate <= lab.scale().of((int) HIGHEST, 800) && failed == null; rate *= 2) {
      Round round = attempt(lab, crowd, meter, rate);
      if (passes(round)) {
        best = round;
      } else {
        failed = round;
      }
    }
    for (int i = 0; i < lab.scale().of(3, 0) && failed != null && best != null; i++) {
      Round round = attempt(lab, crowd, meter, Math.sqrt(best.rate() * failed.rate()));
      if (passes(round)) {
        best = round;
      } else {
        failed = round;
      }
    }
    if (best == null) {
      throw new IllegalStateException("not even the first rate was delivered within " + LIMIT_MILLIS + " ms");
    }
    Round half = round(lab, crowd, meter, best.rate() / 2, 5);
    String title = "%s, one room, %d sockets, highest rate with p99 < %.0f ms".formatted(who, crowd.size(), LIMIT_MILLIS);
    Result result = best.into(new Result(name, title));
    return result.put("beyond: chats/s", failed == null ? 0 : failed.rate())
        .put("beyond: node CPU %", failed == null ? 0 : failed.nodePercent())
        .put("beyond: load CPU %", failed == null ? 0 : failed.generatorPercent())
        .put("beyond: rest CPU %", failed == null ? 0 : failed.restPercent())
        .put("p99 ms at half", half.p99Millis()).curve("at half of the highest rate", half.outcome().micros());
  }

  /** A second chance: a stall of the machine is no verdict. */
  private static Round attempt(Lab lab, Crowd crowd, Meter meter, double rate) {
    Round round = round(lab, crowd, meter, rate, 4);
    return passes(round) ? round : round(lab, crowd, meter, rate, 4);
  }

  private static Round round(Lab lab, Crowd crowd, Meter meter, double rate, double seconds) {
    return Round.run(crowd, meter, new ChatPlan(rate, Math.min(SENDERS, crowd.size()), TEXT,
        lab.scale().seconds(1.5, 0.5), lab.scale().seconds(seconds, 1)));
  }

  private static boolean passes(Round round) {
    return round.complete() && round.p99Millis() < LIMIT_MILLIS;
  }
}
