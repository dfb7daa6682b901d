package io.fastroom.bench.load;

import io.netty.channel.ChannelHandler.Sharable;

/** A client of the chat on Socket.IO in {@code src/test/js/socketio}: Engine.IO 4 over WebSocket. Thread: the loop's. */
@Sharable
final class SocketIoSocket extends LoadSocket {
  SocketIoSocket(Crowd crowd, int index, int room) {
    super(crowd, index, room);
  }

  @Override
  String path() {
    return "/socket.io/?EIO=4&transport=websocket";
  }

  @Override
  void opened() {
    // The server speaks first.
  }

  @Override
  boolean chat(String marker, int size) {
    if (isIn()) {
      send("42[\"chat\",\"" + Frames.padded(marker, size) + "\"]");
    }
    return isIn();
  }

  /** Engine.IO: 0 open, 2 ping, 3 pong, 4 message; in a message, Socket.IO: 0 connected, 2 event, 4 refused. */
  @Override
  void text(byte[] bytes, int from, int to) {
    char second = to - from > 1 ? (char) bytes[from + 1] : ' ';
    switch (bytes[from]) {
      case '0' -> send("40");
      case '2' -> send("3");
      case '4' -> message(second, bytes, from, to);
      default -> { }
    }
  }

  private void message(char type, byte[] bytes, int from, int to) {
    switch (type) {
      case '0' -> send("42[\"join\",\"" + crowd.room(room) + "\"]");
      case '2' -> event(bytes, from, to);
      default -> ended("refused");
    }
  }

  /** {@code 42["joined"]} or {@code 42["chat",…]}. */
  private void event(byte[] bytes, int from, int to) {
    if (bytes[from + 4] == 'j') {
      in();
    } else {
      crowd.chat(this, bytes, from, to);
    }
  }
}
