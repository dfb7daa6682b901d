package io.fastroom.bench;

import io.fastroom.bench.RestLoad.Answers;
import io.fastroom.bench.load.Crowd;
import io.fastroom.bench.load.Pressure;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What a page of history, a list of rooms and a login cost, the first beside its query and bytes without FastRoom. */
record RestReads() implements Scenario {
  private static final int CONNECTIONS = 16;
  private static final int MESSAGES = 200;

  @Override
  public String name() {
    return "rest";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.pinnedNode();
    String prefix = Lab.prefix(name());
    long room = lab.people().rooms(node, prefix, lab.scale().of(100, 10)).get(0);
    fill(lab, node, prefix);
    String token = lab.people().tokens(1).get(0);
    String path = "/rooms/" + room + "/messages?limit=50";
    List<Result> results = new ArrayList<>();
    RestLoad history = new RestLoad(lab, node, HttpMethod.GET, path, token, null);
    Path page = Files.writeString(Files.createTempFile("page", ".json"), history.once());
    results.add(result("GET " + path.replaceFirst("\\d+", "{id}"), history.run(CONNECTIONS, 20, 5)));
    try (Node bare = lab.bare(BareHistory.class,
        List.of(lab.backends().database().toString(), "" + room, page.toString()))) {
      results.add(result("the same query and bytes from a bare handler",
          new RestLoad(lab, bare, HttpMethod.GET, path, token, null).run(CONNECTIONS, 10, 5)));
    } finally {
      Files.delete(page);
    }
    results.add(result("GET /rooms",
        new RestLoad(lab, node, HttpMethod.GET, "/rooms", token, null).run(CONNECTIONS, 10, 5)));
    String form = "username=" + People.username(0) + "&password=" + People.PASSWORD.replace(' ', '+');
    results.add(result("POST /token",
        new RestLoad(lab, node, HttpMethod.POST, "/token", null, form).run(CONNECTIONS, 1, 4)));
    return results;
  }

  private static void fill(Lab lab, Node node, String prefix) throws Exception {
    try (Crowd crowd = new Crowd(lab.generator(), List.of(node.address()), lab.people().tokens(1), prefix, 1, 1)) {
      crowd.joinAll(1, 1, Lab.JOIN);
      Pressure pressure = crowd.press(10, 100);
      while (pressure.committed() < MESSAGES) {
        LockSupport.parkNanos(10_000_000);
      }
      pressure.stop();
    }
  }

  private Result result(String title, Answers answers) {
    return new Result(name(), title).put("requests/s", answers.perSecond()).latency(title, answers.micros())
        .put("CPU us/request", answers.nodeMicros()).put("node CPU %", answers.nodePercent())
        .put("bytes", answers.bytes()).put("failed", answers.failed());
  }
}
