package io.fastroom.websocket;

import io.fastroom.room.RoomApi.Delivery;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * A room with sockets on this event loop. Its frames of a turn are laid down once, in one direct buffer, and every live
 * seat gets them at the end of the turn as one duplicate of it; a seat whose outbox has no room for them falls behind.
 *
 * <p>Thread: the event loop of its hub. Limits: a turn is written early beyond {@link #TURN_BYTES}.
 */
final class HubRoom {
  private static final int TURN_BYTES = 64 << 10;

  /** A frame of the turn of which one seat gets another copy, with its {@code ref}. */
  private record OwnCopy(Seat seat, int start, int end, byte[] json) { }

  private record Waiter(Seat seat, long seq, Promise<Void> has) { }

  final long id;
  private final Turn turn;
  private final SocketMetrics metrics;
  private final List<Seat> seats = new ArrayList<>(4);
  private final List<Seat> behind = new ArrayList<>(0);
  private String name;
  private long released;

  private ByteBuf frames;
  private boolean scheduled;
  private int frameCount;
  private boolean ephemeral;
  /** What live seats have got: the seq before the turn's first durable event. */
  private long flushed;
  private final List<OwnCopy> ownCopies = new ArrayList<>(0);
  private final List<Waiter> waiters = new ArrayList<>(0);

  /** @param released the seq after which its deliveries begin */
  HubRoom(long id, String name, long released, Turn turn, SocketMetrics metrics) {
    this.id = id;
    this.name = name;
    this.released = released;
    this.flushed = released;
    this.turn = turn;
    this.metrics = metrics;
  }

  String name() {
    return name;
  }

  void rename(String name) {
    this.name = name;
  }

  /** The last seq that was handed to the hub. */
  long released() {
    return released;
  }

  List<Seat> seats() {
    return seats;
  }

  List<Seat> behind() {
    return behind;
  }

  boolean isEmpty() {
    return seats.isEmpty();
  }

  /** Seats a socket that has everything up to {@code position}; it is behind unless that is where the room is. */
  Seat add(Session session, long position) {
    flush();
    Seat seat = new Seat(session, this);
    seat.index = seats.size();
    seats.add(seat);
    seat.position = position;
    seat.behind = true;
    behind.add(seat);
    return seat;
  }

  void remove(Seat seat) {
    flush();
    Seat last = seats.remove(seats.size() - 1);
    if (last != seat) {
      seats.set(seat.index, last);
      last.index = seat.index;
    }
    seat.index = -1;
    behind.remove(seat);
    tellWaiters();
  }

  /** Completes when the seat {@link Seat#has} everything up to {@code seq}. */
  Future<Void> awaits(Seat seat, long seq) {
    if (seat.has(seq)) {
      return Future.succeededFuture();
    }
    Waiter waiter = new Waiter(seat, seq, Promise.promise());
    waiters.add(waiter);
    return waiter.has.future();
  }

  /** To be called when seats may have been given more. */
  void tellWaiters() {
    if (!waiters.isEmpty()) {
      List<Waiter> done = waiters.stream().filter(waiter -> waiter.seat.has(waiter.seq)).toList();
      waiters.removeAll(done);
      done.forEach(waiter -> waiter.has.complete());
    }
  }

  /** From here on the seat gets what the room releases. To be called when its position is the room's. */
  void goLive(Seat seat) {
    flush();
    seat.behind = false;
    behind.remove(seat);
  }

  /**
   * Takes a delivery into the turn.
   *
   * @param author the seat whose copy carries the delivery's {@code ref}, null for none; one that is behind will read
   *     it from the log, without
   * @return false when it was had before
   */
  boolean append(Delivery delivery, Seat author) {
    boolean durable = delivery.seq() > 0;
    if (durable && delivery.seq() <= released) {
      return false;
    }
    byte[] json = delivery.json();
    if (frames == null) {
      frames = seats.get(0).outbox.alloc().directBuffer(Math.max(512, TextFrame.size(json.length)));
    }
    int start = frames.writerIndex();
    TextFrame.write(frames, json);
    frameCount++;
    if (durable) {
      released = delivery.seq();
    } else {
      ephemeral = true;
      behind.forEach(seat -> seat.missedPresence = true);
    }
    if (author != null && !author.behind) {
      author.hasOwnCopy = true;
      ownCopies.add(new OwnCopy(author, start, frames.writerIndex(), FrameCodec.withRef(json, delivery.ref())));
    }
    if (frames.readableBytes() > TURN_BYTES) {
      flush();
    } else if (!scheduled) {
      scheduled = true;
      turn.add(this);
    }
    return true;
  }

  void endTurn() {
    scheduled = false;
    flush();
  }

  /** Writes what the turn has gathered so far. */
  void flush() {
    if (frames == null) {
      return;
    }
    int written = 0;
    for (Seat seat : seats) {
      if (seat.behind) {
        continue;
      }
      if (seat.hasOwnCopy ? writeOwnCopy(seat) : seat.outbox.share(frames)) {
        written++;
      } else {
        fallBehind(seat);
      }
    }
    metrics.framesOut(frameCount * written);
    frames.release();
    frames = null;
    frameCount = 0;
    ephemeral = false;
    flushed = released;
    ownCopies.clear();
  }

  private void fallBehind(Seat seat) {
    seat.behind = true;
    seat.position = flushed;
    seat.missedPresence |= ephemeral;
    behind.add(seat);
    metrics.fellBehind();
    if (ephemeral) {
      metrics.ephemeralDropped();
    }
  }

  private boolean writeOwnCopy(Seat seat) {
    seat.hasOwnCopy = false;
    boolean hasRoom = seat.outbox.hasRoomFor(frames.readableBytes());
    if (hasRoom) {
      seat.outbox.write(ownCopy(seat));
    }
    return hasRoom;
  }

  private ByteBuf ownCopy(Seat seat) {
    ByteBuf copy = seat.outbox.alloc().directBuffer(frames.readableBytes() + 128);
    int at = 0;
    for (OwnCopy own : ownCopies) {
      if (own.seat == seat) {
        copy.writeBytes(frames, at, own.start - at);
        TextFrame.write(copy, own.json);
        at = own.end;
      }
    }
    return copy.writeBytes(frames, at, frames.writerIndex() - at);
  }
}
