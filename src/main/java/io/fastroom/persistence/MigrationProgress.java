package io.fastroom.persistence;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs how far an index of a large table is, every few seconds during migrations. One thread of its own. */
final class MigrationProgress implements AutoCloseable {
  private static final long SECONDS = 3;
  private static final String BUILDS = """
      SELECT p.relid::regclass, p.phase, CASE WHEN p.blocks_total > 0 THEN 100 * p.blocks_done / p.blocks_total END,
        CASE WHEN p.tuples_total > 0 THEN 100 * p.tuples_done / p.tuples_total END
      FROM pg_stat_progress_create_index p WHERE p.datname = current_database()""";
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");

  private final Callable<Connection> connect;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(MigrationProgress::thread);

  /** @param connect a connection beside the one that migrates */
  MigrationProgress(Callable<Connection> connect) {
    this.connect = connect;
    timer.scheduleWithFixedDelay(this::tell, SECONDS, SECONDS, TimeUnit.SECONDS);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "migration-progress");
    thread.setDaemon(true);
    return thread;
  }

  private void tell() {
    try (Connection connection = connect.call();
         Statement statement = connection.createStatement();
         ResultSet build = statement.executeQuery(BUILDS)) {
      while (build.next()) {
        LOG.info("migrating: an index of {}, {}, {} % of the table read, {} % of the entries written",
            build.getString(1), build.getString(2), build.getInt(3), build.getInt(4));
      }
    } catch (SQLException e) {
      LOG.debug("no progress can be told: {}", e.getMessage());
    } catch (Exception e) {
      LOG.debug("no progress can be told", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
