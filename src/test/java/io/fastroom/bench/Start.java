package io.fastroom.bench;

import java.util.List;
import java.util.Map;

/** How long a node with embedded servers takes until it serves: first with nothing there, then with its data. */
record Start() implements Scenario {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Result result = new Result(name(), "a node with embedded servers, from exec to the first answer");
    for (String when : List.of("first", "again")) {
      try (Node node = lab.node(false, Map.of())) {
        result.put(when + " s", node.started().toMillis() / 1e3);
      }
    }
    return List.of(result);
  }
}
