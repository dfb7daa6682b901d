package io.fastroom.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A real receiver of webhooks, which can be stopped and started again on its port. */
public final class HookReceiver implements AutoCloseable {
  /**
   * @param traceparent null where there was none
   * @param at when it came, by {@link System#nanoTime}
   * @param host as the header of that name says
   */
  public record Got(String path, String id, String timestamp, String signature, String traceparent, String body,
                    long at, String host) {
    public JsonObject json() {
      return new JsonObject(body);
    }
  }

  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final String host;
  private final int port;
  private final boolean remembers;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  /** The status of the answer; it may wait, and a status of 302 leads to {@code /elsewhere}. */
  public volatile Function<Got, Integer> answer = request -> 200;

  public HookReceiver() {
    this("127.0.0.1", Ports.free());
  }

  /** One that remembers nothing. */
  public HookReceiver(Function<Got, Integer> answer) {
    this.answer = answer;
    remembers = false;
    host = "127.0.0.1";
    port = Ports.free();
    start();
  }

  public HookReceiver(String host, int port) {
    this.host = host;
    this.port = port;
    remembers = true;
    start();
  }

  public void start() {
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 64);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** At once, whatever is under way. */
  public void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    Got one = new Got(exchange.getRequestURI().toString(), headers.getFirst("webhook-id"),
        headers.getFirst("webhook-timestamp"), headers.getFirst("webhook-signature"), headers.getFirst("traceparent"),
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), System.nanoTime(),
        headers.getFirst("host"));
    if (remembers) {
      got.add(one);
    }
    int status = answer.apply(one);
    if (status == 302) {
      exchange.getResponseHeaders().add("Location", url("/elsewhere"));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  public String url(String path) {
    return "http://" + host + ":" + port + path;
  }

  public int port() {
    return port;
  }

  /** Everything that came, in order, tries included. */
  public List<Got> got() {
    return got;
  }

  public List<String> texts() {
    return got.stream().map(each -> each.json().getString("message")).toList();
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}
