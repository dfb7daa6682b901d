package io.fastroom.websocket;

import io.fastroom.model.Position;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * What a room has gathered in a batch for its subscriptions of one framing: written once, into one direct buffer.
 *
 * <p>Thread: the event loop of its hub.
 */
final class RoomFrames {
  private final Framing framing;
  private ByteBuf buffer;
  private int count;
  private int written;

  RoomFrames(Framing framing) {
    this.framing = framing;
  }

  boolean isEmpty() {
    return buffer == null;
  }

  int bytes() {
    return buffer == null ? 0 : buffer.readableBytes();
  }

  ByteBuf buffer() {
    return buffer;
  }

  /**
   * Adds a frame.
   *
   * @param room whose buffers it may use, not empty
   * @param at null when it is not durable
   */
  void add(List<Subscription> room, byte[] json, Position at) {
    if (buffer == null) {
      buffer = room.get(0).outbox.alloc().directBuffer(Math.max(512, json.length + Framing.OVERHEAD));
    }
    framing.write(buffer, json, at);
    count++;
  }

  /** Counts a subscription that got all of it. */
  void wrote() {
    written++;
  }

  /** Begins the next batch. Returns how many frames were written to subscriptions. */
  int reset() {
    int frames = count * written;
    buffer.release();
    buffer = null;
    count = 0;
    written = 0;
    return frames;
  }
}
