package io.fastroom.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** What a client sends. */
final class Frames {
  /** Not zero, so that the server has to unmask as it would for any client. */
  private static final int MASK = 0x5ca1ab1e;

  private Frames() { }

  static ByteBuf upgrade(ByteBufAllocator allocator, String path) {
    String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    return allocator.directBuffer(request.length()).writeBytes(request.getBytes(StandardCharsets.US_ASCII));
  }

  static ByteBuf text(ByteBufAllocator allocator, String json) {
    return frame(allocator, FrameReader.TEXT, json.getBytes(StandardCharsets.US_ASCII));
  }

  static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] payload) {
    ByteBuf frame = allocator.directBuffer(payload.length + 8).writeByte(0x80 | opcode);
    if (payload.length < 126) {
      frame.writeByte(0x80 | payload.length);
    } else {
      frame.writeByte(0x80 | 126).writeShort(payload.length);
    }
    frame.writeInt(MASK);
    byte[] masked = new byte[payload.length];
    for (int i = 0; i < payload.length; i++) {
      masked[i] = (byte) (payload[i] ^ MASK >>> 24 - (i & 3) * 8);
    }
    return frame.writeBytes(masked);
  }

  /** A text filled up to {@code size} letters. */
  static String padded(String marker, int size) {
    return marker + "x".repeat(Math.max(0, size - marker.length()));
  }
}
