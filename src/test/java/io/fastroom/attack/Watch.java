package io.fastroom.attack;

import io.fastroom.support.NodeProcess;
import java.util.Map;
import java.util.TreeMap;

/** Looks at a node all the time: whether it is ready, and how much it has taken. Thread: one of its own. */
final class Watch {
  private static final long EACH_MILLIS = 200;
  private static final Map<String, String> SEEN = Map.of("direct", "fastroom_direct_memory_bytes", "queued",
      "fastroom_socket_buffer_bytes", "rooms", "fastroom_room_memory_bytes", "heap", "fastroom_jvm_memory_used_bytes");

  private final NodeProcess node;
  private final Map<String, Long> most = new TreeMap<>();
  private final Thread thread = new Thread(this::look, "watch");
  private volatile boolean done;
  private volatile int unready;

  Watch(NodeProcess node) {
    this.node = node;
    thread.start();
  }

  private void look() {
    try {
      while (!done) {
        if (node.readiness() != 200) {
          unready++;
        }
        SEEN.forEach((name, metric) -> most.merge(name, (long) node.metric(metric) >> 20, Math::max));
        Thread.sleep(EACH_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | AssertionError e) {
      // A node that does not answer at all.
      unready++;
    }
  }

  void end() {
    done = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int unready() {
    return unready;
  }

  /** The most it has had, in MiB. */
  @Override
  public String toString() {
    return "MiB " + most;
  }
}
