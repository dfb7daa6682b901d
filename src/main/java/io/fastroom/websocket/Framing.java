package io.fastroom.websocket;

import io.fastroom.model.Position;
import io.fastroom.wire.Rfc3339;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;

/** How a frame's JSON is written for one kind of session. Immutable; any thread. */
enum Framing {
  /** RFC 6455. */
  WEB_SOCKET(0x89, 0) {
    @Override
    void write(ByteBuf to, byte[] json, Position at) {
      TextFrame.write(to, json);
    }

    @Override
    ByteBuf end(ByteBufAllocator alloc, CloseCode why) {
      byte[] reason = why.reason().getBytes(StandardCharsets.US_ASCII);
      return alloc.directBuffer(reason.length + 4).writeByte(CLOSE).writeByte(reason.length + 2).writeShort(why.code())
          .writeBytes(reason);
    }
  },
  /** Server-sent events. The id is the position that the reader has when it has read the event. */
  EVENT_STREAM(':', '\n', '\n') {
    @Override
    void write(ByteBuf to, byte[] json, Position at) {
      if (at != null) {
        ByteBufUtil.writeAscii(to, "id: " + id(at) + "\n");
      }
      ByteBufUtil.writeAscii(to, "data: ");
      int start = to.writerIndex();
      to.writeBytes(json).writeShort(TWO_LINES);
      oneLine(to, start, json.length);
    }

    /** JSON has line breaks only where they mean nothing. */
    private void oneLine(ByteBuf text, int start, int length) {
      int at = text.forEachByte(start, length, ByteProcessor.FIND_CRLF);
      while (at >= 0) {
        text.setByte(at, ' ');
        at = text.forEachByte(at, start + length - at, ByteProcessor.FIND_CRLF);
      }
    }

    @Override
    ByteBuf end(ByteBufAllocator alloc, CloseCode why) {
      ByteBuf comment = alloc.directBuffer();
      ByteBufUtil.writeAscii(comment, ": " + why.reason() + "\n\n");
      return comment;
    }
  };

  /** What most frames take besides their JSON. */
  static final int OVERHEAD = 64;

  private static final int CLOSE = 0x88;
  private static final int TWO_LINES = '\n' << 8 | '\n';

  private final ByteBuf ping;

  Framing(int... ping) {
    ByteBuf bytes = Unpooled.directBuffer(ping.length);
    for (int each : ping) {
      bytes.writeByte(each);
    }
    this.ping = Unpooled.unreleasableBuffer(bytes.asReadOnly());
  }

  /** As clients send it back to resume. */
  static String id(Position at) {
    return at.seq() + "-" + Rfc3339.text(at.ts());
  }

  /**
   * Appends a frame.
   *
   * @param at where in the log its reader is after it; null when it does not move
   */
  abstract void write(ByteBuf to, byte[] json, Position at);

  /** What keeps an idle session open: one buffer for all. */
  ByteBuf ping() {
    return ping;
  }

  /** The last thing that is sent. */
  abstract ByteBuf end(ByteBufAllocator alloc, CloseCode why);
}
