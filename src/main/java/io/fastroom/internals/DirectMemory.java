package io.fastroom.internals;

import io.netty.buffer.Unpooled;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** The memory outside the heap that sockets are written from. Thread: any. */
public final class DirectMemory {
  private static final String LIMIT = "io.netty.maxDirectMemory";
  private static final int LEAST_BYTES = 32 << 20;

  private DirectMemory() { }

  /**
   * Gives Netty the share that {@code -Dfastroom.direct.memory.percentage} names, of as much as the heap may become: by
   * itself it takes as much again as the heap, and both together may be more than a container has. To be called before
   * the first class of Netty; without effect where a limit is set otherwise.
   */
  public static void bound() {
    Integer percentage = Integer.getInteger("fastroom.direct.memory.percentage");
    boolean limited = System.getProperty(LIMIT) != null || ManagementFactory.getRuntimeMXBean().getInputArguments()
        .stream().anyMatch(argument -> argument.startsWith("-XX:MaxDirectMemorySize"));
    if (percentage != null && !limited) {
      System.setProperty(LIMIT, "" + Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / 100 * percentage));
    }
  }

  /**
   * A copy that is in this memory already, to be written to many connections: what is in the heap is copied for each of
   * them, all of it at once. It counts to no limit and goes when nobody holds it. Any thread may read it.
   */
  public static Buffer kept(Buffer content) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(content.length()).put(content.getBytes()).flip();
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }

  /** Bytes that Netty may take: {@code io.netty.maxDirectMemory}, else the JVM's own limit. */
  public static long max() {
    return PlatformDependent.maxDirectMemory();
  }

  /** Bytes that Netty has taken, of {@link #max}; those in its pools are among them. */
  public static long used() {
    return PlatformDependent.usedDirectMemory();
  }
}
