package io.fastroom.support;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The two nodes most stories share, started once a run; after each story their logs must hold no exception. */
public final class Cluster implements BeforeEachCallback, AfterEachCallback {
  /** So that a story may be quick; the limits have a story of their own. */
  public static final Map<String, String> UNLIMITED = Map.of("WS_CHAT_RATE", "0", "WS_MESSAGE_RATE", "0");

  private static List<NodeProcess> nodes;

  private long[] logged;

  private static synchronized List<NodeProcess> nodes() {
    if (nodes == null) {
      nodes = List.of();
      // The first one migrates alone, which is the quicker way on a small machine.
      nodes = List.of(shared(), shared());
    }
    return nodes;
  }

  /** With the product's own compiler: a run's people hash some thousand passwords on these, in half of the time. */
  private static NodeProcess shared() {
    return new NodeProcess(Backends.postgres(), Backends.redis(), UNLIMITED).java("-XX:TieredStopAtLevel=4").start();
  }

  /** One more node on the shared PostgreSQL and Redis. */
  public static NodeProcess start(Map<String, String> settings) {
    return new NodeProcess(Backends.postgres(), Backends.redis(), settings).start();
  }

  /** Two of the same settings, started side by side. */
  public static List<NodeProcess> startTwo(Map<String, String> settings) {
    List<NodeProcess> two = List.of(new NodeProcess(Backends.postgres(), Backends.redis(), settings),
        new NodeProcess(Backends.postgres(), Backends.redis(), settings));
    NodeProcess.start(two.get(0), two.get(1));
    return two;
  }

  // Nodes that do not start fail each story at once instead of after a minute.
  public static NodeProcess one() {
    return nodes().get(0);
  }

  public static NodeProcess two() {
    return nodes().get(1);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    logged = nodes().stream().mapToLong(NodeProcess::logLength).toArray();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    for (int i = 0; i < logged.length; i++) {
      nodes().get(i).assertCleanLog(logged[i]);
    }
  }
}
