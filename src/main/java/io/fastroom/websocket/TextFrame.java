package io.fastroom.websocket;

import io.netty.buffer.ByteBuf;

/** Writes whole text frames, header included, so that one buffer serves every socket of a room. */
final class TextFrame {
  private static final int FINAL_TEXT = 0x81;

  private TextFrame() { }

  /** The size of a frame whose payload has {@code length} bytes. */
  static int size(int length) {
    return length + (length < 126 ? 2 : length < 65_536 ? 4 : 10);
  }

  static void write(ByteBuf to, byte[] json) {
    int length = json.length;
    to.ensureWritable(size(length));
    to.writeByte(FINAL_TEXT);
    if (length < 126) {
      to.writeByte(length);
    } else if (length < 65_536) {
      to.writeByte(126).writeShort(length);
    } else {
      to.writeByte(127).writeLong(length);
    }
    to.writeBytes(json);
  }
}
