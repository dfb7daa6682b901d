package io.fastroom.bench.load;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Speaks enough of the protocol to show whether the load notices what a server does wrong. Its one room is any. */
final class FaultyServer implements AutoCloseable {
  enum Fault { NONE, LOSES, DOUBLES, SWAPS }

  private final Vertx vertx = Vertx.vertx();
  private final List<ServerWebSocket> inside = new ArrayList<>();
  private final Fault fault;
  private final int port;
  private String held;
  private long seq;

  FaultyServer(Fault fault) {
    this.fault = fault;
    HttpServer server = vertx.createHttpServer().webSocketHandler(socket -> {
      socket.writeTextMessage("{\"type\":\"system\",\"message\":\"connected\"}");
      socket.textMessageHandler(text -> handle(socket, new JsonObject(text)));
      socket.closeHandler(closed -> inside.remove(socket));
    });
    port = server.listen(0, "127.0.0.1").await().actualPort();
  }

  private void handle(ServerWebSocket socket, JsonObject frame) {
    String room = frame.getString("room");
    if (frame.getString("type").equals("join")) {
      socket.writeTextMessage("{\"type\":\"joined\",\"room\":\"" + room + "\",\"room_id\":7,\"seq\":" + seq + "}");
      socket.writeTextMessage("{\"type\":\"presence_state\",\"room\":\"" + room + "\",\"users\":[]}");
      socket.writeTextMessage("{\"type\":\"history\",\"room\":\"" + room + "\",\"messages\":[]"
          + (frame.containsKey("since") ? ",\"resumed\":true,\"more\":false}" : "}"));
      inside.add(socket);
      return;
    }
    String chat = "{\"type\":\"chat\",\"room\":\"" + room + "\",\"user\":\"a\",\"user_id\":1,\"message\":\""
        + frame.getString("message") + "\",\"message_id\":9,\"seq\":" + ++seq + ",\"ts\":\"2025-01-01T00:00:00Z\"}";
    boolean now = seq % 5 == 0;
    if (fault == Fault.LOSES && now) {
      return;
    }
    if (fault == Fault.SWAPS && now) {
      held = chat;
      return;
    }
    broadcast(chat);
    if (held != null || fault == Fault.DOUBLES && now) {
      broadcast(held == null ? chat : held);
      held = null;
    }
  }

  private void broadcast(String frame) {
    inside.forEach(socket -> socket.writeTextMessage(frame));
  }

  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", port);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
