package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.settings.DatabaseUrl;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A node's connections to PostgreSQL and the verticles that use them. Created once the schema is up to date
 * ({@link Migrations#up}); connections are opened when they are needed, so PostgreSQL may be away.
 *
 * <p>What must not wait for anything else has connections of its own: chat, and what rooms depend on (joins, the log,
 * revocations, readiness); and so has what could take all there are, searches. The rest is for REST; changes of rooms,
 * which may wait for one another, get half of it, and of lists and searches users have their turns ({@link ReadTurns}).
 *
 * <p>Thread: any. {@link #close} after the verticles are undeployed.
 */
public final class Persistence {
  private final Bus bus;
  private final Database database;
  private final Database rooms;
  private final Database chats;
  private final Database searches;
  private final Database replica;
  private final Stores stores;
  private final Accounts accounts;
  private final AccountPurge purge;
  private final Restrictions restrictions;
  private final ChatMetrics metrics;
  private final MeterRegistry registry;
  private final RoomChanges changes;
  private final Connections connections;
  private final ReadTurns turns;

  /** How many connections each use gets; together as many as the node may have. */
  record Connections(int lanes, int patient, int rooms, int searches, int rest) {
    /** @param all at least 4 */
    static Connections of(int all) {
      int lanes = all < 8 ? 1 : all < 16 ? 2 : all < 24 ? 3 : 4;
      int patient = all < 8 ? 0 : 1;
      int rooms = all < 8 ? 1 : lanes;
      int searches = Math.max(1, all / 8);
      return new Connections(lanes, patient, rooms, searches, all - lanes - patient - rooms - searches);
    }

    int changes() {
      return Math.max(1, rest / 2);
    }

    /** Of the log for those who are behind. One is left for joins and for the question whether the node is ready. */
    int readers() {
      return Math.max(1, rooms - 1);
    }

    /** One is left for what is no list. */
    int reads() {
      return Math.max(1, rest - 1);
    }
  }

  /**
   * @param replicaUrl null for none
   * @param poolSize connections to the primary, and as many to the replica; at least 4
   * @param limited whether joining and leaving rooms is limited
   * @param mail whether mail is sent, so that e-mails can be proven
   */
  public Persistence(Vertx vertx, Bus bus, String url, String replicaUrl, int poolSize, boolean limited,
                     boolean mail, MeterRegistry registry) {
    this.bus = bus;
    this.connections = Connections.of(poolSize);
    DatabaseUrl primary = DatabaseUrl.parse(url).writable();
    this.database = new Database(vertx, primary, connections.rest(), "database");
    this.rooms = new Database(vertx, primary, connections.rooms(), "database-rooms");
    this.chats = new Database(vertx, primary, connections.lanes() + connections.patient(), "database-chat");
    this.searches = new Database(vertx, primary, connections.searches(), "database-search");
    this.replica = replicaUrl == null ? null
        : new Database(vertx, DatabaseUrl.parse(replicaUrl), poolSize, "database-replica");
    int moves = limited ? Limits.MOVES_A_MINUTE : 0;
    this.registry = registry;
    this.changes = new RoomChanges(database, bus, new RoomTurns(connections.changes(), registry,
        () -> vertx.timer(RoomChanges.PAUSE_MILLIS).mapEmpty()));
    this.turns = new ReadTurns(vertx, replicaUrl == null ? connections.reads() : poolSize, connections.searches(),
        connections.readers(), registry);
    Emails emails = new Emails(mail);
    this.stores = Stores.of(database, rooms, chats, new Replica(database, replica), changes,
        emails, new NewMembers(vertx, rooms, bus, moves), bus, moves, new SearchStore(searches, registry));
    this.restrictions = new Restrictions(database, changes);
    this.purge = new AccountPurge(database, changes);
    this.accounts = new Accounts(new AccountStore(database, rooms, emails),
        new AdminStore(database, emails),
        new DeletionStore(database, purge), new InviteStore(database, emails), new AuditStore(database),
        new AdminRoomStore(database, changes), new KeyStore(database, rooms),
        new IdentityStore(database, rooms), new LetterStore(database),
        new LinkStore(database), new ExportStore(new Replica(database, replica)));
    this.metrics = new ChatMetrics(registry);
  }

  /** For any number of instances: {@code vertx.deployVerticle(persistence.verticle(), options)}. */
  public Supplier<Deployable> verticle() {
    return () -> new PersistenceVerticle(bus, stores, accounts, database, turns);
  }

  /** One instance a node. */
  public Supplier<Deployable> chatWriter() {
    return () -> new ChatVerticle(bus, chats, connections.patient() > 0 ? chats : database, new ChatRetries(database),
        metrics, connections.lanes());
  }

  /** One instance a node. */
  public Supplier<Deployable> housekeeping(Settings.Retention retention) {
    return () -> new Housekeeping(database, purge, restrictions,
        new Retention(bus, database, changes, retention, registry));
  }

  public Future<Void> close() {
    List<Future<Void>> closing = Stream.of(database, rooms, chats, searches, replica).filter(Objects::nonNull)
        .map(Database::close).toList();
    return Future.join(closing).mapEmpty();
  }
}
