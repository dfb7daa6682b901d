package io.fastroom.attack;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Rest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Looks at a node all the time: whether it is ready, and how much it has taken. Thread: one of its own. */
final class Watch {
  private static final long EACH_MILLIS = 200;
  private static final Map<String, String> SEEN = Map.of("direct", "fastroom_direct_memory_bytes", "queued",
      "fastroom_socket_buffer_bytes", "answers", "fastroom_http_buffer_bytes", "rooms",
      "fastroom_room_memory_bytes", "heap", "fastroom_jvm_memory_used_bytes");

  private final NodeProcess node;
  /** By series, and by name of all series of one. */
  private final Map<String, Double> most = new ConcurrentHashMap<>();
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
        sample().forEach((series, value) -> most.merge(series, value, Math::max));
        Thread.sleep(EACH_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | AssertionError e) {
      // A node that does not answer at all.
      unready++;
    }
  }

  private Map<String, Double> sample() {
    Map<String, Double> sums = new HashMap<>();
    String all = new Rest("http://127.0.0.1:" + node.managementPort(), null).get("/metrics").expect(200).text();
    all.lines().filter(line -> line.startsWith("fastroom_")).forEach(line -> {
      String series = line.substring(0, line.lastIndexOf(' '));
      double value = Double.parseDouble(line.substring(series.length() + 1));
      sums.merge(series, value, Double::sum);
      if (series.endsWith("}")) {
        sums.merge(series.substring(0, series.indexOf('{')), value, Double::sum);
      }
    });
    return sums;
  }

  /** The most that has been seen of a metric, 0 when there is none. */
  double most(String metric) {
    return most.getOrDefault(metric, 0.0);
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
    Map<String, Long> megabytes = new TreeMap<>();
    SEEN.forEach((name, metric) -> megabytes.put(name, (long) most(metric) >> 20));
    megabytes.put("resident", mostResident() >> 10);
    return "MiB " + megabytes;
  }

  /** The most it has had of the machine's memory since its start, in KiB; 0 where the system does not tell. */
  private long mostResident() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + node.pid() + "/status"))) {
      return lines.filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }
}
