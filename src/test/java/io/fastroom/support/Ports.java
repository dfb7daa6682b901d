package io.fastroom.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Free ports below the range the kernel gives to outgoing connections, so that none is taken while a server restarts. */
public final class Ports {
  private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(12_000, 30_000));

  private Ports() { }

  public static int free() {
    for (int i = 0; i < 1_000; i++) {
      int port = 12_000 + NEXT.getAndIncrement() % 19_000;
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        continue;
      }
    }
    throw new IllegalStateException("no free port");
  }
}
