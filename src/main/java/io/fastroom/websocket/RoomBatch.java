package io.fastroom.websocket;

import io.fastroom.model.Position;
import io.fastroom.room.RoomApi.Delivery;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames that a room has gathered for its live subscriptions: written once, into one direct buffer for sockets and one for
 * streams of events, of which every subscription gets a duplicate.
 *
 * <p>Thread: the event loop of its hub.
 */
final class RoomBatch {
  /** A frame of which one subscription gets its own copy, with its {@code ref}. */
  private record OwnCopy(int start, int end, byte[] json) { }

  private final RoomFrames frames = new RoomFrames(Framing.WEB_SOCKET);
  private final RoomFrames events = new RoomFrames(Framing.EVENT_STREAM);
  private final Map<Subscription, List<OwnCopy>> ownCopies = new HashMap<>(0);
  private final List<Promise<Void>> awaited = new ArrayList<>(0);
  private boolean ephemeral;
  /** What live subscriptions have before it: the seq before its first durable event. */
  private long after;
  private String name;

  boolean isEmpty() {
    return frames.isEmpty() && events.isEmpty();
  }

  /** The larger of its buffers, in bytes. */
  int bytes() {
    return Math.max(frames.bytes(), events.bytes());
  }

  /** Whether it holds anything that is not stored. */
  boolean isEphemeral() {
    return ephemeral;
  }

  long after() {
    return after;
  }

  /** The name of the room before it. */
  String name() {
    return name;
  }

  /** Nothing before {@code seq} will be in it, where the room has that name. To be called while it is empty. */
  void begin(long seq, String name) {
    after = seq;
    this.name = name;
  }

  /**
   * Adds a frame.
   *
   * @param room all subscriptions
   * @param streams how many of them are streams of events
   * @param author whose copy carries the delivery's {@code ref}, null for none
   */
  void add(Delivery delivery, List<Subscription> room, int streams, Subscription author) {
    byte[] json = delivery.json();
    boolean durable = delivery.seq() > 0;
    ephemeral |= !durable;
    if (streams > 0 && durable) {
      events.add(room, json, new Position(delivery.seq(), delivery.event().ts()));
    }
    if (streams == room.size()) {
      return;
    }
    int start = frames.bytes();
    frames.add(room, json, null);
    if (author != null && !author.behind) {
      ownCopies.computeIfAbsent(author, none -> new ArrayList<>(2))
          .add(new OwnCopy(start, frames.bytes(), FrameCodec.withRef(json, delivery.ref())));
    }
  }

  /** How many bytes it has for the subscription. */
  int bytesFor(Subscription subscription) {
    return framesOf(subscription).bytes();
  }

  private RoomFrames framesOf(Subscription subscription) {
    return subscription.isPresent() ? frames : events;
  }

  /** Writes it to a live subscription. Returns false when its outbox has no room. */
  boolean write(Subscription subscription) {
    RoomFrames its = framesOf(subscription);
    List<OwnCopy> own = ownCopies.isEmpty() ? null : ownCopies.get(subscription);
    if (its.isEmpty()) {
      return true;
    }
    boolean has = own == null ? subscription.outbox.share(its.buffer()) : writeOwnCopy(subscription.outbox, own);
    if (has) {
      its.wrote();
    }
    return has;
  }

  private boolean writeOwnCopy(Outbox outbox, List<OwnCopy> own) {
    boolean hasRoom = outbox.hasRoomFor(frames.bytes());
    if (hasRoom) {
      outbox.write(ownCopy(outbox, own));
    }
    return hasRoom;
  }

  private ByteBuf ownCopy(Outbox outbox, List<OwnCopy> own) {
    ByteBuf all = frames.buffer();
    ByteBuf copy = outbox.alloc().directBuffer(all.readableBytes() + 128);
    int at = 0;
    for (OwnCopy one : own) {
      copy.writeBytes(all, at, one.start - at);
      TextFrame.write(copy, one.json);
      at = one.end;
    }
    return copy.writeBytes(all, at, all.writerIndex() - at);
  }

  /** Completes when it has been written. To be called while it is not empty. */
  Future<Void> written() {
    Promise<Void> written = Promise.promise();
    awaited.add(written);
    return written.future();
  }

  /** Who is to be told that it has been written; a copy. */
  List<Promise<Void>> awaited() {
    return List.copyOf(awaited);
  }

  /** It has been written, and the next one begins. Returns how many frames were written to subscriptions. */
  int reset() {
    int written = (frames.isEmpty() ? 0 : frames.reset()) + (events.isEmpty() ? 0 : events.reset());
    ephemeral = false;
    ownCopies.clear();
    awaited.clear();
    return written;
  }
}
