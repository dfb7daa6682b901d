package io.fastroom.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** A stream of events over HTTP/2, which shares its connection with others. Thread: its event loop. */
final class SharedStreamWire implements Wire, Pipe {
  /** What the connection holds at most before it waits. */
  private static final int HIGH = 64 << 10;

  private final Session session;
  private final HttpServerResponse response;
  private long pending;

  SharedStreamWire(Session session, HttpServerResponse response) {
    this.session = session;
    this.response = response;
    response.exceptionHandler(gone -> session.closed()).closeHandler(gone -> session.closed());
  }

  @Override
  public Framing framing() {
    return Framing.EVENT_STREAM;
  }

  @Override
  public Pipe pipe() {
    return this;
  }

  @Override
  public void pause() { }

  @Override
  public void resume() { }

  @Override
  public void close(CloseCode why, boolean deaf) {
    session.outbox().end(why, this::end);
  }

  private void end() {
    if (!response.ended() && !response.closed()) {
      response.end();
    }
    session.closed();
  }

  @Override
  public boolean isUnfinishedFor(long millis) {
    return false;
  }

  @Override
  public ByteBufAllocator alloc() {
    return PooledByteBufAllocator.DEFAULT;
  }

  @Override
  public long pending() {
    return pending;
  }

  @Override
  public boolean isWritable() {
    // Vert.x would count writes, not bytes.
    return pending < HIGH;
  }

  @Override
  public void write(ByteBuf bytes) {
    send(bytes);
  }

  @Override
  public void writeLast(ByteBuf bytes, Runnable sent) {
    send(bytes).onComplete(done -> sent.run());
  }

  private Future<Void> send(ByteBuf bytes) {
    byte[] copy = ByteBufUtil.getBytes(bytes);
    bytes.release();
    if (response.ended() || response.closed()) {
      return Future.succeededFuture();
    }
    pending += copy.length;
    return response.write(Buffer.buffer(copy)).onComplete(written -> sent(copy.length));
  }

  private void sent(int bytes) {
    boolean full = !isWritable();
    pending -= bytes;
    if (full && isWritable()) {
      session.outbox().drained();
      session.drained();
    }
  }

  @Override
  public void flush() { }

  @Override
  public void close() {
    response.reset();
    session.closed();
  }

  @Override
  public int offer(ByteBuf bytes) {
    return 0;
  }
}
