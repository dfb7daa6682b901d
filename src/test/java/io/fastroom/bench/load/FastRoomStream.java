package io.fastroom.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler.Sharable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reader of server-sent events that checks what a socket checks. It takes an event to be within one chunk, which is how
 * a node writes them. Thread: the loop's.
 */
@Sharable
final class FastRoomStream extends FastRoomSocket {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

  private final long roomId;

  FastRoomStream(Crowd crowd, int index, int room, long roomId) {
    super(crowd, index, room);
    this.roomId = roomId;
  }

  @Override
  String path() {
    return "/rooms/" + roomId + "/events";
  }

  @Override
  ByteBuf request(ByteBufAllocator buffers) {
    String head = "GET " + path() + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
        + crowd.token(index) + "\r\n\r\n";
    return buffers.buffer(head.length()).writeBytes(head.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  String expected() {
    return "HTTP/1.1 200";
  }

  @Override
  void opened() { }

  @Override
  boolean chat(String marker, int size) {
    return false;
  }

  @Override
  int read(byte[] bytes, int from, int to) {
    int line = from;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        if (i - line > DATA.length && Arrays.equals(bytes, line, line + DATA.length, DATA, 0, DATA.length)) {
          text(bytes, line + DATA.length, i);
        }
        line = i + 1;
      }
    }
    return line;
  }
}
