package io.fastroom.bench;

import io.fastroom.bench.RestLoad.Answers;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;

/** How many messages a second one node takes by REST, each committed before it is answered. */
record Sayings() implements Scenario {
  private static final String BODY = "{\"content\":\"" + "x".repeat(100) + "\"}";

  @Override
  public String name() {
    return "sayings";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    long room = lab.people().rooms(node, Lab.prefix(name()), 1).get(0);
    String token = lab.people().tokens(1).get(0);
    List<Result> results = new ArrayList<>();
    for (int connections : List.of(64, 256, 512)) {
      Answers answers = new RestLoad(lab, node, HttpMethod.POST, "/rooms/" + room + "/messages", token, BODY,
          "application/json").run(connections, connections == 64 ? 15 : 4, 8);
      String title = "POST /rooms/{id}/messages, " + connections + " connections";
      results.add(new Result(name(), title).put("sayings/s", answers.perSecond()).latency(title, answers.micros())
          .put("CPU us/saying", answers.nodeMicros()).put("node CPU %", answers.nodePercent())
          .put("failed", answers.failed()));
    }
    return results;
  }
}
