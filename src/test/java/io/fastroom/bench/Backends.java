package io.fastroom.bench;

import io.fastroom.embedded.EmbeddedServers;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.Jedis;

/** PostgreSQL and Redis: those of {@code DATABASE_URL} and {@code REDIS_URL}, else the product's embedded ones. */
final class Backends implements AutoCloseable {
  private final EmbeddedServers servers;
  private final Settings settings;

  Backends(Path data) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("DATA_DIR", data.toString());
    environment.put("DEBUG", "true");
    Settings given = SettingsReader.read(environment, data);
    boolean embedded = given.database().url() == null || given.redis().url() == null;
    servers = embedded ? EmbeddedServers.start(given) : null;
    settings = embedded ? servers.settings() : given;
  }

  String databaseUrl() {
    return settings.database().url();
  }

  String redisUrl() {
    return settings.redis().url();
  }

  /** Where they come from and what a commit means: without synchronous_commit it is a promise, not a fact. */
  String description() throws SQLException {
    try (Connection connection = connect(); Statement statement = connection.createStatement();
         ResultSet row = statement.executeQuery("SELECT 'fsync ' || current_setting('fsync') "
             + "|| ', synchronous_commit ' || current_setting('synchronous_commit')")) {
      row.next();
      return (servers == null ? "given" : "embedded") + " PostgreSQL (" + row.getString(1) + ") and Redis";
    }
  }

  /** The database's address for libpq and its tools, user and password included. */
  URI database() {
    return URI.create(databaseUrl().replaceFirst("^postgres(ql)?(\\+asyncpg)?:", "postgresql:"));
  }

  /** The address of another database of the same server. */
  String databaseUrl(String name) {
    return databaseUrl().replaceFirst("(//[^/]+)/[^?]*", "$1/" + name);
  }

  Connection connect() throws SQLException {
    return connect(database().getPath().substring(1));
  }

  /** To that database of the same server. */
  Connection connect(String name) throws SQLException {
    URI url = database();
    String[] user = (url.getUserInfo() == null ? "postgres" : url.getUserInfo()).split(":", 2);
    String query = url.getQuery() == null ? "" : "?" + url.getQuery();
    return DriverManager.getConnection(
        "jdbc:postgresql://" + url.getHost() + ":" + (url.getPort() < 0 ? 5432 : url.getPort()) + "/" + name
            + query,
        user[0], user.length > 1 ? user[1] : "");
  }

  /** CPU time so far. */
  record Used(long postgresMicros, long redisMicros) { }

  /** Of servers on this machine: what PostgreSQL has used with all its processes, and Redis. */
  Used used() throws SQLException {
    long server;
    try (Connection connection = connect(); Statement statement = connection.createStatement();
         ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      server = Proc.parent(row.getLong(1));
    }
    try (Jedis redis = new Jedis(URI.create(redisUrl()))) {
      double seconds = redis.info("cpu").lines().filter(line -> line.matches("used_cpu_(sys|user):.*"))
          .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".*:", ""))).sum();
      return new Used(Proc.familyMicros(server), (long) (seconds * 1e6));
    }
  }

  /** Commands Redis has carried out so far, those inside of scripts included, but for the asking. */
  long redisCommands() {
    try (Jedis redis = new Jedis(URI.create(redisUrl()))) {
      return redis.info("commandstats").lines()
          .filter(line -> line.startsWith("cmdstat_") && !line.startsWith("cmdstat_info"))
          .mapToLong(line -> Long.parseLong(line.replaceFirst("^[^=]*=(\\d+),.*", "$1"))).sum();
    }
  }

  @Override
  public void close() {
    if (servers != null) {
      servers.close();
    }
  }
}
