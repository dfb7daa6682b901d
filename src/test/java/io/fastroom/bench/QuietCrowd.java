package io.fastroom.bench;

import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Few sockets in many rooms each, which say nothing but what they are told to. */
final class QuietCrowd implements AutoCloseable {
  private static final int UNDER_WAY = 64;
  private static final long PATIENCE_SECONDS = 60;

  private final Lab lab;
  private final Node node;
  private final String prefix;
  private final int rooms;
  private final int each;
  private final WebSocketClient client;
  private final List<WebSocket> sockets = new ArrayList<>();
  private final Semaphore places = new Semaphore(UNDER_WAY);
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();

  QuietCrowd(Lab lab, Node node, int rooms, int each) {
    this.lab = lab;
    this.node = node;
    this.rooms = rooms;
    this.each = each;
    prefix = Lab.prefix("quiet");
    client = lab.vertx().createWebSocketClient(new WebSocketClientOptions().setMaxConnections(rooms));
  }

  int inside() {
    return inside.get();
  }

  /** Makes the rooms and goes into each. */
  void join() throws Exception {
    List<String> tokens = lab.people().tokens(rooms / each);
    try (Connection connection = lab.backends().connect(); PreparedStatement make = connection.prepareStatement(
        "INSERT INTO rooms (name) SELECT ? || n FROM generate_series(0, ? - 1) n")) {
      make.setString(1, prefix);
      make.setInt(2, rooms);
      make.executeUpdate();
    }
    for (String token : tokens) {
      WebSocketConnectOptions options = new WebSocketConnectOptions().setHost(node.address().getHostString())
          .setPort(node.address().getPort()).setURI("/ws?access_token=" + token);
      WebSocket socket = client.connect(options).await();
      socket.textMessageHandler(this::heard);
      sockets.add(socket);
    }
    for (int room = 0; room < rooms; room++) {
      send(room, "{\"type\":\"join\",\"room\":\"" + prefix + room + "\"}");
    }
    settle();
  }

  /** Somebody says so much in each of the first rooms. */
  void chat(int some, int messages) throws Exception {
    for (int i = 0; i < messages; i++) {
      for (int room = 0; room < some; room++) {
        send(room, "{\"type\":\"chat\",\"room\":\"" + prefix + room + "\",\"message\":\"message " + i
            + " is as long as what people say in a chat, more or less.\"}");
      }
    }
    settle();
  }

  private void send(int room, String frame) throws InterruptedException, IOException {
    take(1);
    sockets.get(room / each).writeTextMessage(frame);
  }

  private void settle() throws InterruptedException, IOException {
    take(UNDER_WAY);
    places.release(UNDER_WAY);
  }

  private void take(int some) throws InterruptedException, IOException {
    if (!places.tryAcquire(some, PATIENCE_SECONDS, TimeUnit.SECONDS) || errors.get() > 0) {
      throw new IOException("no answer, or " + errors + " errors");
    }
  }

  private void heard(String frame) {
    if (frame.startsWith("{\"type\":\"history\"")) {
      inside.incrementAndGet();
      places.release();
    } else if (frame.startsWith("{\"type\":\"chat\"")) {
      places.release();
    } else if (frame.startsWith("{\"type\":\"error\"")) {
      errors.incrementAndGet();
    }
  }

  @Override
  public void close() {
    client.close().await();
  }
}
