package io.fastroom.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free ports below the range the kernel gives to outgoing connections, so that none is taken while a server restarts.
 * JVMs that run tests side by side take theirs from ranges of their own.
 */
public final class Ports {
  private static final int WIDTH = 6_000;
  private static final int FIRST = 12_000 + WIDTH * (Integer.getInteger("fastroom.tests.fork", 0) % 3);
  private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(WIDTH));

  private Ports() { }

  public static int free() {
    for (int i = 0; i < 1_000; i++) {
      int port = FIRST + NEXT.getAndIncrement() % WIDTH;
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
    throw new IllegalStateException("no free port");
  }
}
