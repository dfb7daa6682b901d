package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.settings.DatabaseUrl;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A node's connections to PostgreSQL and the verticles that use them. Made once the schema is there
 * ({@link Migrations#up}); connections are made when they are needed, so PostgreSQL may be away.
 *
 * <p>Thread: any. {@link #close} after the verticles are undeployed.
 */
public final class Persistence {
  private final Bus bus;
  private final Database database;
  private final Database chats;
  private final Database replica;
  private final Stores stores;
  private final ChatMetrics metrics;
  private final int lanes;

  /**
   * @param replicaUrl null for none
   * @param poolSize connections in all but those to the replica, of which there are as many again; at least 4
   */
  public Persistence(Vertx vertx, Bus bus, String url, String replicaUrl, int poolSize, MeterRegistry registry) {
    this.bus = bus;
    this.lanes = poolSize < 8 ? 2 : poolSize < 24 ? 3 : 4;
    this.database = new Database(vertx, DatabaseUrl.parse(url).writable(), Math.max(2, poolSize - lanes), "database");
    this.chats = new Database(vertx, DatabaseUrl.parse(url).writable(), lanes, "database-chat");
    this.replica = replicaUrl == null ? null
        : new Database(vertx, DatabaseUrl.parse(replicaUrl), poolSize, "database-replica");
    this.stores = Stores.of(database, new Replica(database, replica), bus);
    this.metrics = new ChatMetrics(registry);
  }

  /** For any number of instances: {@code vertx.deployVerticle(persistence.verticle(), options)}. */
  public Supplier<Deployable> verticle() {
    return () -> new PersistenceVerticle(bus, stores);
  }

  /** One instance a node. */
  public Supplier<Deployable> chatWriter() {
    return () -> new ChatVerticle(bus, chats, new ChatRetries(database), metrics, lanes);
  }

  /** One instance a node. */
  public Supplier<Deployable> housekeeping() {
    return () -> new Housekeeping(database);
  }

  public Future<Void> close() {
    List<Future<Void>> closing = new ArrayList<>(List.of(database.close(), chats.close()));
    if (replica != null) {
      closing.add(replica.close());
    }
    return Future.join(closing).mapEmpty();
  }
}
