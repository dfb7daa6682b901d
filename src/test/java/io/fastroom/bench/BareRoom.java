package io.fastroom.bench;

import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.wire.EventJson;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What chat is compared with: one event loop that reads a frame and writes FastRoom's bytes to every socket of its room,
 * gathered per turn and past the pipeline. It knows no users, keeps nothing and has no second node.
 */
public final class BareRoom {
  private static final int CONNECTIONS_AT_ONCE = 4096;

  private final Map<String, Room> rooms = new HashMap<>();
  private final List<Room> dirty = new ArrayList<>();
  private SingleThreadEventLoop loop;

  private record Member(ChannelHandlerContext channel, Socket socket) {
    static Member of(ServerWebSocket ws) {
      ChannelHandlerContext channel = ((WebSocketInternal) ws).channelHandlerContext();
      return new Member(channel, channel.channel() instanceof UnixChannel unix && unix.fd() instanceof Socket socket
          ? socket : null);
    }

    void write(ByteBuf frames) {
      int taken = 0;
      if (socket != null && socket.isOpen() && channel.channel().unsafe().outboundBuffer().totalPendingWriteBytes() == 0) {
        try {
          taken = socket.sendAddress(frames.memoryAddress(), 0, frames.writerIndex());
        } catch (IOException e) {
          channel.close();
          return;
        }
      }
      if (taken < frames.writerIndex()) {
        channel.writeAndFlush(frames.retainedSlice(taken, frames.writerIndex() - taken), channel.voidPromise());
      }
    }
  }

  private static final class Room {
    final String name;
    final List<Member> members = new ArrayList<>();
    long seq;
    ByteBuf turn;

    Room(String name) {
      this.name = name;
    }
  }

  private BareRoom() { }

  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    new BareRoom().serve(vertx, Integer.parseInt(System.getenv("PORT")));
  }

  private void serve(Vertx vertx, int port) {
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    loop = (SingleThreadEventLoop) context.nettyEventLoop();
    context.runOnContext(turn -> vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(CONNECTIONS_AT_ONCE)
            .setPerMessageWebSocketCompressionSupported(false).setPerFrameWebSocketCompressionSupported(false))
        .requestHandler(request -> request.response().end())
        .webSocketHandler(ws -> {
          Member member = Member.of(ws);
          ws.textMessageHandler(text -> read(ws, member, new JsonObject(text)));
          ws.closeHandler(closed -> rooms.values().forEach(room -> room.members.remove(member)));
        })
        .listen(port, "127.0.0.1"));
  }

  private void read(ServerWebSocket ws, Member member, JsonObject frame) {
    Room room = rooms.computeIfAbsent(frame.getString("room"), Room::new);
    if (frame.getString("type").equals("join")) {
      room.members.add(member);
      ws.writeTextMessage("{\"type\":\"joined\",\"seq\":" + room.seq + "}");
      ws.writeTextMessage("{\"type\":\"history\",\"messages\":[]}");
    } else {
      append(room, frame.getString("message"));
    }
  }

  private void append(Room room, String text) {
    Instant now = Instant.now();
    long seq = ++room.seq;
    byte[] json = EventJson.encode(new Chat(1, room.name, seq, now,
        new Message(seq, seq, 1, People.username(1), text, now, null, null, false, null)));
    if (room.turn == null) {
      room.turn = room.members.get(0).channel().alloc().directBuffer(512);
      if (dirty.isEmpty()) {
        loop.executeAfterEventLoopIteration(this::flush);
      }
      dirty.add(room);
    }
    // No chat is shorter than 126 bytes or longer than 65,535.
    room.turn.writeByte(0x81).writeByte(126).writeShort(json.length).writeBytes(json);
  }

  private void flush() {
    for (Room room : dirty) {
      room.members.forEach(member -> member.write(room.turn));
      room.turn.release();
      room.turn = null;
    }
    dirty.clear();
  }
}
