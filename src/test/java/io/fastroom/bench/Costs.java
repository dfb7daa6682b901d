package io.fastroom.bench;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.Jedis;

/** Processor time of a node, of Redis and of PostgreSQL, which must run on this machine. */
final class Costs implements AutoCloseable {
  private final Backends backends;
  private final Node node;
  private final Connection connection;
  /** By process: one that has ended stays with what it was last seen to have taken. */
  private final Map<Long, Long> postgres = new HashMap<>();

  Costs(Backends backends, Node node) throws SQLException {
    this.backends = backends;
    this.node = node;
    connection = backends.connect();
  }

  record Spent(long at, long node, long redis, long postgres, long commands) {
    Result since(Spent before, Result into) {
      double seconds = (at - before.at) / 1e9;
      return into.put("node ms/s", (node - before.node) / 1e3 / seconds)
          .put("Redis ms/s", (redis - before.redis) / 1e3 / seconds)
          .put("PostgreSQL ms/s", (postgres - before.postgres) / 1e3 / seconds)
          .put("Redis commands/s", (commands - before.commands) / seconds);
    }
  }

  Spent read() {
    return new Spent(System.nanoTime(), node.cpuMicros(), redisMicros(), postgresMicros(), backends.redisCommands());
  }

  /** Of all connections there are or were at an earlier call. */
  long postgresMicros() {
    try (Statement statement = connection.createStatement();
         ResultSet pids = statement.executeQuery("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")) {
      while (pids.next()) {
        postgres.put(pids.getLong(1), Proc.cpuMicros(pids.getLong(1)));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return postgres.values().stream().mapToLong(Long::longValue).sum();
  }

  long redisMicros() {
    try (Jedis redis = new Jedis(URI.create(backends.redisUrl()))) {
      return (long) (1e6 * redis.info("cpu").lines().filter(line -> line.matches("used_cpu_(sys|user):.*"))
          .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".*:", ""))).sum());
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
