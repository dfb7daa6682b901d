package io.fastroom.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Passes immutable records from verticle to verticle by reference. It refuses to encode: nodes communicate through
 * Redis.
 */
final class ByReferenceCodec implements MessageCodec<Object, Object> {
  static final String NAME = "by-reference";

  @Override
  public void encodeToWire(Buffer buffer, Object body) {
    throw new UnsupportedOperationException("local delivery only");
  }

  @Override
  public Object decodeFromWire(int pos, Buffer buffer) {
    throw new UnsupportedOperationException("local delivery only");
  }

  @Override
  public Object transform(Object body) {
    return body;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
