package io.fastroom.websocket;

import io.fastroom.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The way in of one socket: puts fragments together, insists on text that is UTF-8 and counts.
 *
 * <p>Thread: the event loop of its socket. Limits: a message has {@link #MAX_BYTES}, in however many frames it comes.
 */
final class Inbox {
  static final int MAX_BYTES = 64 << 10;

  private final Session session;
  private final FrameHandlers handlers;
  private final Rates rates;
  /** The fragments of a message that is not complete, else null. */
  private Buffer fragments;

  Inbox(Session session, FrameHandlers handlers, Settings.WebSocket settings) {
    this.session = session;
    this.handlers = handlers;
    this.rates = new Rates(settings);
  }

  void onFrame(WebSocketFrame frame) {
    if (session.isClosing()) {
      return;
    }
    switch (frame.type()) {
      case TEXT, CONTINUATION -> text(frame);
      case BINARY -> session.close(Goodbye.NOT_TEXT);
      // Vert.x has answered it; a flood of them is a flood all the same.
      case PING -> {
        if (rates.message() > 0 && rates.isAbused()) {
          session.close(Goodbye.ABUSE);
        }
      }
      default -> { }
    }
  }

  private void text(WebSocketFrame frame) {
    if (fragments == null && frame.isFinal()) {
      message(frame.binaryData());
      return;
    }
    if (fragments == null) {
      fragments = Buffer.buffer();
    }
    Buffer data = frame.binaryData();
    if (fragments.length() + data.length() > MAX_BYTES) {
      fragments = null;
      session.close(Goodbye.TOO_BIG);
      return;
    }
    fragments.appendBuffer(data);
    if (frame.isFinal()) {
      Buffer whole = fragments;
      fragments = null;
      message(whole);
    }
  }

  private void message(Buffer data) {
    String text = data.toString(StandardCharsets.UTF_8);
    // Decoding puts U+FFFD for what is not UTF-8; only then is a second, strict look needed.
    if (text.indexOf('\uFFFD') >= 0 && !isUtf8(data)) {
      session.close(Goodbye.INVALID_UTF8);
    } else {
      handlers.handle(session, rates, text);
    }
  }

  private static boolean isUtf8(Buffer data) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data.getBytes()));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
