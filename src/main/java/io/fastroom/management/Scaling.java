package io.fastroom.management;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How many instances of a verticle there are. Each is deployed separately, so that one can be added or removed while
 * the others work. Any thread.
 */
public final class Scaling {
  public static final int MOST = 64;

  private final Vertx vertx;
  private final Map<String, Supplier<? extends Deployable>> kinds = new TreeMap<>();
  private final Map<String, Deque<String>> deployed = new TreeMap<>();
  private Future<?> last = Future.succeededFuture();

  public Scaling(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Makes a verticle known and deploys it. */
  public synchronized Future<Void> start(String name, int instances, Supplier<? extends Deployable> verticle) {
    kinds.put(name, verticle);
    deployed.put(name, new ArrayDeque<>());
    return scale(name, instances);
  }

  /** From name to number of instances. */
  public synchronized Map<String, Integer> instances() {
    Map<String, Integer> instances = new TreeMap<>();
    deployed.forEach((name, ids) -> instances.put(name, ids.size()));
    return instances;
  }

  /** Completes when the added ones work and the removed ones have stopped. Changes are made one after the other. */
  public synchronized Future<Void> scale(String name, int instances) {
    Future<Void> done = last.transform(before -> adjust(name, instances));
    last = done;
    return done;
  }

  private synchronized Future<Void> adjust(String name, int instances) {
    Deque<String> ids = deployed.get(name);
    List<Future<?>> changes = new ArrayList<>();
    for (int i = ids.size(); i < instances; i++) {
      changes.add(vertx.deployVerticle(kinds.get(name).get()).onSuccess(id -> deployedAs(ids, id)));
    }
    while (ids.size() > instances) {
      changes.add(vertx.undeploy(ids.removeLast()));
    }
    return Future.join(changes).mapEmpty();
  }

  private synchronized void deployedAs(Deque<String> ids, String id) {
    ids.add(id);
  }
}
