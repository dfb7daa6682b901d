package io.fastroom.persistence;

import io.fastroom.settings.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.changelog.ChangeSet;
import liquibase.command.CommandScope;
import liquibase.command.core.RollbackCountCommandStep;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DatabaseChangelogCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.CommandExecutionException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema: change sets in {@code db/changelog}, applied by Liquibase. Any number of nodes may call at the same time;
 * the first does the work and the others wait. A node killed in the middle blocks nobody.
 *
 * <p>Thread: any; the work blocks a thread of its own.
 */
public final class Migrations {
  /** Of the advisory lock. It ends with its transaction, as Liquibase's own, a row in a table, does not. */
  private static final long LOCK = 0x66617374726f6f6dL;
  private static final long WAIT_MILLIS = 60_000;
  /** Of one attempt, all hosts together. */
  private static final long CONNECT_MILLIS = 5_000;
  private static final long LOCK_PAUSE_MILLIS = 200;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LAST_PAUSE_MILLIS = 4_000;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");
  private static final java.util.logging.Logger LIQUIBASE = java.util.logging.Logger.getLogger("liquibase");

  private final Vertx vertx;
  private final DatabaseUrl url;
  private final Jdbc jdbc;
  private final long waitMillis;

  public Migrations(Vertx vertx, String url) {
    this(vertx, url, WAIT_MILLIS);
  }

  /** @param waitMillis how long to wait for a server that is not there or takes nobody in yet */
  public Migrations(Vertx vertx, String url, long waitMillis) {
    this.vertx = vertx;
    this.url = DatabaseUrl.parse(url).writable();
    this.jdbc = new Jdbc(this.url);
    this.waitMillis = waitMillis;
  }

  /** One change set. */
  public record Change(String id, boolean applied) { }

  /** Applies what is missing, as soon as PostgreSQL accepts connections. Answers how many were applied. */
  public Future<Integer> up() {
    return blocking(() -> isDone() ? 0 : locked(Migrations::apply));
  }

  private boolean isDone() throws Exception {
    try (Connection connection = connect()) {
      return Changelog.isApplied(connection);
    }
  }

  private static int apply(Liquibase liquibase) throws Exception {
    int missing = unrun(liquibase).size();
    if (missing > 0) {
      MigrationFailure.whileLocked(() -> execute(command(liquibase, UpdateCommandStep.COMMAND_NAME)));
      LOG.info("{} change sets applied", missing);
    }
    return missing;
  }

  /** All change sets in order. */
  public Future<List<Change>> status() {
    return run(liquibase -> {
      List<ChangeSet> unrun = unrun(liquibase);
      return liquibase.getDatabaseChangeLog().getChangeSets().stream()
          .map(change -> new Change(change.getId(), !unrun.contains(change))).toList();
    });
  }

  /** Takes back the last {@code count} change sets, with their data. Answers how many there were to take back. */
  public Future<Integer> rollback(int count) {
    return run(liquibase -> {
      int applied = liquibase.getDatabaseChangeLog().getChangeSets().size() - unrun(liquibase).size();
      int last = Math.min(count, applied);
      if (last > 0) {
        execute(command(liquibase, RollbackCountCommandStep.COMMAND_NAME[0])
            .addArgumentValue(RollbackCountCommandStep.COUNT_ARG, last));
        LOG.info("{} change sets taken back", last);
      }
      return last;
    });
  }

  private static List<ChangeSet> unrun(Liquibase liquibase) throws Exception {
    return liquibase.listUnrunChangeSets(new Contexts(), new LabelExpression());
  }

  private static CommandScope command(Liquibase liquibase, String... name) throws Exception {
    return new CommandScope(name)
        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, liquibase.getDatabase())
        .addArgumentValue(DatabaseChangelogCommandStep.CHANGELOG_FILE_ARG, Changelog.ROOT)
        .setOutput(OutputStream.nullOutputStream());
  }

  private static void execute(CommandScope command) throws Exception {
    try {
      command.execute();
    } catch (CommandExecutionException e) {
      throw MigrationFailure.of(e);
    }
  }

  private interface Work<T> {
    T with(Liquibase liquibase) throws Exception;
  }

  private <T> Future<T> run(Work<T> work) {
    return blocking(() -> locked(work));
  }

  private <T> Future<T> blocking(Callable<T> work) {
    WorkerExecutor worker = vertx.createSharedWorkerExecutor("migrations-" + UUID.randomUUID(), 1, 10,
        TimeUnit.MINUTES);
    return worker.executeBlocking(work).eventually(worker::close);
  }

  /** The lock has a connection of its own: Liquibase commits as it goes, and a pooler gives it a session for each. */
  private <T> T locked(Work<T> work) throws Exception {
    try (Connection lock = connect()) {
      lock(lock);
      try (Connection connection = connect();
           MigrationProgress progress = new MigrationProgress(() -> jdbc.connect(CONNECT_MILLIS))) {
        checkSchema(connection);
        release(connection);
        return quietly(() -> {
          Database database =
              DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
          return work.with(new Liquibase(Changelog.ROOT, new ClassLoaderResourceAccessor(), database));
        });
      }
    }
  }

  private Connection connect() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    long pause = FIRST_PAUSE_MILLIS;
    Set<String> said = new HashSet<>();
    while (true) {
      try {
        Connection connection = jdbc.connect(Math.min(CONNECT_MILLIS, Math.max(1_000, left(deadline))),
            left(deadline));
        checkEncoding(connection);
        if (!connection.getAutoCommit()) {
          connection.rollback();
        }
        return connection;
      } catch (SQLException e) {
        if (!StartErrors.passes(e) || left(deadline) <= 0 || Thread.currentThread().isInterrupted()) {
          throw new CannotConnect(url, e);
        }
        String why = StartErrors.words(e);
        if (said.add(why)) {
          LOG.info("waiting for {}: {}", url, why);
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.max(1, Math.min(pause, left(deadline)))));
      pause = Math.min(LAST_PAUSE_MILLIS, 2 * pause);
    }
  }

  /** In milliseconds, by the clock that nobody sets. */
  private static long left(long deadline) {
    return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
  }

  /** Anything else loses what people write, or fails the statement of everybody whose words are in it too. */
  private void checkEncoding(Connection connection) throws SQLException, CannotConnect {
    try (Statement statement = connection.createStatement();
         ResultSet encoding = statement.executeQuery("SELECT current_setting('server_encoding')")) {
      encoding.next();
      if (!encoding.getString(1).equals("UTF8")) {
        String found = encoding.getString(1);
        connection.close();
        throw new CannotConnect("the database " + url.database() + " has the encoding " + found
            + ", which cannot hold all of Unicode; it needs one made with ENCODING 'UTF8' TEMPLATE template0");
      }
    }
  }

  /**
   * Held as long as its transaction is open, which has neither changed nor read anything. Asked for again and again:
   * whoever waited in the server would keep one of a pooler's few sessions from the one who works.
   */
  private static void lock(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    while (!isLocked(connection)) {
      connection.rollback();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOCK_PAUSE_MILLIS));
    }
    // The statement that gave the lock would keep its snapshot until the next one, and an index that is built while the
    // table is written waits for every snapshot.
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL statement_timeout = 0");
    }
  }

  private static boolean isLocked(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
         ResultSet locked = statement.executeQuery("SELECT pg_try_advisory_xact_lock(" + LOCK + ")")) {
      return locked.next() && locked.getBoolean(1);
    }
  }

  /** Tables that only a later schema of the search path has would be made a second time, and empty, in its first one. */
  private static void checkSchema(Connection connection) throws SQLException, MigrationFailure {
    try (Statement statement = connection.createStatement()) {
      ResultSet schemas = statement.executeQuery("""
          SELECT found, made FROM (SELECT relnamespace::regnamespace::text AS found, quote_ident(current_schema()) AS made
            FROM pg_class WHERE oid = to_regclass('databasechangelog')) AS schemas
          WHERE found <> made AND to_regclass(found || '.room_events') IS NOT NULL""");
      if (schemas.next()) {
        String found = schemas.getString(1);
        throw new MigrationFailure("there are tables of FastRoom in the schema " + found + ", and the search path would have"
            + " new ones in " + schemas.getString(2) + "; currentSchema in DATABASE_URL says which of them is meant");
      }
    }
  }

  /**
   * Whoever holds the advisory lock is alone, so a row lock found then was left by one who died; but in the schema of its
   * own only, as another program's may be in a later one of the search path.
   */
  private static void release(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("""
          DO $$ BEGIN
            IF to_regclass(quote_ident(current_schema()) || '.databasechangeloglock') IS NOT NULL THEN
              UPDATE databasechangeloglock SET locked = false, lockgranted = NULL, lockedby = NULL WHERE locked;
            END IF;
          END $$""");
    }
    connection.commit();
  }

  /** PostgreSQL is not there, has said no, or will not do. */
  static final class CannotConnect extends Exception {
    private static final long serialVersionUID = 1;

    CannotConnect(String why) {
      super(why);
    }

    CannotConnect(DatabaseUrl url, SQLException cause) {
      this("PostgreSQL at " + url + ": " + StartErrors.words(cause));
      setStackTrace(cause.getStackTrace());
    }
  }

  /** Without its banner, reports and log, which no format of ours holds, and without a word to anybody on the network. */
  private static <T> T quietly(Scope.ScopedRunnerWithReturn<T> work) throws Exception {
    LIQUIBASE.setLevel(Level.OFF);
    Map<String, Object> scope = new HashMap<>();
    scope.put("liquibase.analytics.enabled", false);
    scope.put("liquibase.showBanner", false);
    scope.put(Scope.Attr.ui.name(), new LoggerUIService());
    return Scope.child(scope, work);
  }
}
