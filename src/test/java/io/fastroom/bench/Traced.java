package io.fastroom.bench;

import com.sun.net.httpserver.HttpServer;
import io.fastroom.bench.RestLoad.Answers;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What traces cost: messages by REST of a node that sends none, and of one that sends them to a receiver. */
record Traced() implements Scenario {
  private static final int CONNECTIONS = 64;
  private static final String BODY = "{\"content\":\"" + "x".repeat(100) + "\"}";

  @Override
  public String name() {
    return "traces";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    HttpServer receiver = receiver();
    lab.opened(() -> receiver.stop(0));
    String endpoint = "http://127.0.0.1:" + receiver.getAddress().getPort();
    List<Result> results = new ArrayList<>();
    Answers off = answers(lab, lab.pinnedNode(), "without traces", results);
    Answers on = answers(lab, lab.tracingNode(endpoint), "with traces", results);
    results.get(1).put("times the CPU", on.nodeMicros() / off.nodeMicros());
    return results;
  }

  private static HttpServer receiver() throws IOException {
    HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    receiver.createContext("/v1/traces", exchange -> {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    receiver.start();
    return receiver;
  }

  private Answers answers(Lab lab, Node node, String title, List<Result> results) throws Exception {
    long room = lab.people().rooms(node, Lab.prefix(name()), 1).get(0);
    Answers answers = new RestLoad(lab, node, HttpMethod.POST, "/rooms/" + room + "/messages",
        lab.people().tokens(1).get(0), BODY, "application/json").run(CONNECTIONS, 12, 8);
    results.add(new Result(name(), "POST /rooms/{id}/messages " + title).put("sayings/s", answers.perSecond())
        .put("CPU us/saying", answers.nodeMicros()).put("failed", answers.failed()));
    return answers;
  }
}
