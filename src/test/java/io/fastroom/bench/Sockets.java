package io.fastroom.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/** Sockets that say what they are told to and count what they get by its type. For a thousand, not for many more. */
final class Sockets implements AutoCloseable {
  private static final byte[] HEAD = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);

  private final WebSocketClient client;
  private final List<WebSocket> open = new ArrayList<>();
  private final Map<String, LongAdder> got = new ConcurrentHashMap<>();

  /** Opens one for each token. */
  Sockets(Vertx vertx, Node node, List<String> tokens) {
    client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(tokens.size())
        .setMaxFrameSize(1 << 20).setMaxMessageSize(1 << 20));
    for (int from = 0; from < tokens.size(); from += 50) {
      List<Future<WebSocket>> some = tokens.subList(from, Math.min(tokens.size(), from + 50)).stream()
          .map(token -> connect(node, token)).toList();
      Future.all(some).await();
      some.forEach(one -> open.add(one.result()));
    }
  }

  private Future<WebSocket> connect(Node node, String token) {
    return client.connect(new WebSocketConnectOptions().setHost("127.0.0.1").setPort(node.address().getPort())
            .setURI("/ws?access_token=" + token))
        .map(socket -> socket.handler(this::count))
        .recover(failure -> Future.failedFuture(failure instanceof UpgradeRejectedException refused
            ? new IllegalStateException("refused with " + refused.getStatus()) : failure));
  }

  private void count(Buffer frame) {
    int end = HEAD.length;
    while (end < frame.length() && frame.getByte(end) != '"') {
      end++;
    }
    got.computeIfAbsent(frame.getString(Math.min(end, HEAD.length), end), type -> new LongAdder()).increment();
  }

  int size() {
    return open.size();
  }

  void sendAll(IntFunction<String> frame) {
    for (int i = 0; i < open.size(); i++) {
      open.get(i).writeTextMessage(frame.apply(i));
    }
  }

  /** How many frames of a type all of them have got. */
  long got(String type) {
    LongAdder count = got.get(type);
    return count == null ? 0 : count.sum();
  }

  void await(String type, long many, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (got(type) < many) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(got(type) + " of " + many + " " + type + " within " + limit + "; " + got);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Override
  public void close() {
    Future.join(open.stream().map(WebSocket::close).toList()).otherwiseEmpty().await();
    client.close().await();
  }
}
