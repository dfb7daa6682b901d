package io.fastroom.websocket;

import io.fastroom.model.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/**
 * The output of one socket. Everything but close frames goes through here, as whole frames that the WebSocket encoder
 * passes on unchanged, so frames are sent in the order of the calls; they are written to the pipe at once and
 * flushed at the end of the batch. What a room writes at the end of a batch goes to the socket directly while nothing
 * else is pending.
 *
 * <p>Thread: the event loop of its socket.
 *
 * <p>The channel is given just enough to stay busy; the rest waits here, where it can still be dropped: a channel
 * cannot give back what it has, and a close frame would wait behind it.
 *
 * <p>Limits: {@link #LIMIT} bytes may be pending; callers ask {@link #hasRoomFor} or {@link #isLow} first. When the
 * node's budget for all sockets is exceeded, those with the most queued are closed ({@link Debtors}).
 */
final class Outbox {
  /** What may be queued for one socket, in bytes. */
  static final int LIMIT = 1 << 20;
  /** Below it, in bytes, a reader has caught up enough to be given more. */
  static final int LOW = 256 << 10;

  private static final int PONG = 0x8A;

  private final Pipe pipe;
  private final Framing framing;
  private final FlushBatch batch;
  private final SocketMetrics metrics;
  private final Debtors debtors;
  private final Session session;
  /** Whole frames that have not been given to the channel yet; null while there are none, which is nearly always. */
  private ArrayDeque<ByteBuf> waiting;
  private long waitingBytes;
  /** The close frame while it waits to be sent, and what is to be done after it. */
  private ByteBuf last;
  private Runnable afterLast;
  private long written;
  /** Beyond it the socket is to be looked after soon. */
  private long much = IdleSocketCheck.BUSY;
  /** The queued bytes that {@link Debtors} has been told of. */
  private long accounted;
  private boolean debtor;
  private boolean dirty;
  private boolean shut;

  Outbox(Pipe pipe, Framing framing, FlushBatch batch, SocketMetrics metrics, Session session) {
    this.pipe = pipe;
    this.framing = framing;
    this.batch = batch;
    this.metrics = metrics;
    this.debtors = batch.debtors();
    this.session = session;
  }

  ByteBufAllocator alloc() {
    return pipe.alloc();
  }

  Framing framing() {
    return framing;
  }

  /** Bytes the socket has not taken yet. */
  long pending() {
    return pipe.pending() + waitingBytes;
  }

  /** Bytes the socket has taken so far: they tell a slow reader from one that has stopped. */
  long taken() {
    return written - pending();
  }

  /** All bytes that were ever to be sent. */
  long written() {
    return written;
  }

  /** The socket is to be looked after soon when {@link #written} is more than that. */
  void tellAbove(long bytes) {
    much = bytes;
  }

  /** Whether nothing was pending at the end of the last turn in which anything was written. */
  boolean isIdle() {
    return !debtor && !dirty && waiting == null && last == null;
  }

  boolean hasRoomFor(int bytes) {
    return pending() + bytes <= limit();
  }

  private int limit() {
    return debtors.isTight() ? LOW : LIMIT;
  }

  boolean isLow() {
    return pending() < LOW;
  }

  void send(ServerFrame frame) {
    send(FrameCodec.encode(frame), frame.at());
  }

  /**
   * @param json never changed after
   * @param at where its reader is after it, null when it does not move
   */
  void send(byte[] json, Position at) {
    if (!shut) {
      ByteBuf frame = alloc().directBuffer(json.length + Framing.OVERHEAD);
      framing.write(frame, json, at);
      metrics.framesOut(1);
      write(frame);
    }
  }

  void ping() {
    if (!share(framing.ping())) {
      write(framing.ping().retainedDuplicate());
    }
  }

  /** @param payload at most 125 bytes */
  void pong(ByteBuf payload) {
    int length = payload.readableBytes();
    write(alloc().directBuffer(length + 2).writeByte(PONG).writeByte(length).writeBytes(payload));
  }

  /**
   * Writes what a room has for all its sockets at the end of a batch, if there is room. While nothing is pending it
   * goes to the socket in one call, which saves a fan-out the way through the pipeline; whatever the socket does not
   * take, including after a failure, is left to the channel.
   *
   * @param frames whole ones in a direct buffer, which stays the caller's
   * @return false when nothing was written
   */
  boolean share(ByteBuf frames) {
    int length = frames.readableBytes();
    long pending = pending();
    if (pending > 0 && pending + length > limit()) {
      return false;
    }
    int taken = pending > 0 || shut ? 0 : pipe.offer(frames);
    wrote(taken);
    if (taken < length) {
      write(frames.retainedSlice(frames.readerIndex() + taken, length - taken));
    }
    return true;
  }

  private void wrote(int bytes) {
    written += bytes;
    batch.wrote(bytes);
    if (written > much) {
      much = Long.MAX_VALUE;
      session.visit().soon();
    }
  }

  /** Writes whole frames and takes ownership of the buffer. */
  void write(ByteBuf frames) {
    assert batch.isMine();
    if (shut) {
      frames.release();
      return;
    }
    int bytes = frames.readableBytes();
    wrote(bytes);
    accounted += bytes;
    debtors.owes(bytes);
    if (waiting == null && pipe.isWritable()) {
      pipe.write(frames);
    } else {
      if (waiting == null) {
        waiting = new ArrayDeque<>();
      }
      waiting.add(frames);
      waitingBytes += bytes;
    }
    mark();
  }

  private void mark() {
    if (!dirty) {
      dirty = true;
      batch.add(this);
    }
  }

  /** The channel can take more. */
  void drained() {
    if (waiting != null || last != null || debtor) {
      mark();
    }
  }

  /** At the end of a turn of the loop. */
  void flush() {
    dirty = false;
    pump();
    pipe.flush();
    settle();
    if (!isIdle()) {
      session.visit().soon();
    }
  }

  private void pump() {
    while (waiting != null && pipe.isWritable()) {
      ByteBuf next = waiting.poll();
      if (next == null) {
        waiting = null;
      } else {
        waitingBytes -= next.readableBytes();
        pipe.write(next);
      }
    }
    if (waiting == null && last != null) {
      ByteBuf close = last;
      last = null;
      pipe.writeLast(close, afterLast);
    }
  }

  /** Brings the counts up to date. */
  void settle() {
    long owes = pending();
    if (owes != accounted) {
      debtors.owes(owes - accounted);
      accounted = owes;
    }
    if (debtor != owes > 0) {
      debtor = !debtor;
      debtors.settled(this, debtor);
    }
  }

  /**
   * Frees the socket's queued data: drops what waits and closes the socket or, if that was done already, its channel.
   */
  void forgive() {
    if (shut) {
      abort();
    } else {
      session.overloaded();
    }
  }

  /** Nothing is written any more except, at last, a close frame. */
  void shut() {
    shut = true;
  }

  /**
   * Ends with a close frame, or a comment, behind what is pending.
   *
   * @param after what is done when it is sent, null for nothing
   */
  void end(CloseCode why, Runnable after) {
    last = framing.end(alloc(), why);
    afterLast = after;
    mark();
  }

  /** Drops what the channel has not been given. */
  void drop() {
    if (waiting != null) {
      waiting.forEach(ByteBuf::release);
      waiting = null;
      waitingBytes = 0;
      settle();
    }
  }

  /** Closes the channel at once: a close frame would queue behind what a dead peer never takes. */
  void abort() {
    shut = true;
    pipe.close();
    gone();
  }

  /** The channel is closed. */
  void gone() {
    shut = true;
    drop();
    if (last != null) {
      last.release();
      last = null;
    }
    settle();
  }
}
