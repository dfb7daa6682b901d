package io.fastroom.internals;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;

/** The memory outside the heap that sockets are written from. Thread: any. */
public final class DirectMemory {
  private DirectMemory() { }

  /** Bytes that Netty may take: {@code io.netty.maxDirectMemory}, else the JVM's own limit. */
  public static long max() {
    return PlatformDependent.maxDirectMemory();
  }

  /** Bytes that Netty has taken for its pool. */
  public static long used() {
    return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }
}
