package io.fastroom.persistence;

import io.fastroom.settings.DatabaseTls;
import io.fastroom.settings.DatabaseUrl;
import io.fastroom.settings.DatabaseUrl.Host;
import io.fastroom.settings.DatabaseUrl.Target;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.PGConnection;

/**
 * Connections for the migrations, which use JDBC: to the same hosts, by the same rules as the pool's. Blocking.
 * Immutable.
 */
final class Jdbc {
  /** The driver would log errors that are reported by whoever gets them. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");
  private static final String WHERE =
      "SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";

  private final DatabaseUrl url;

  Jdbc(DatabaseUrl url) {
    this.url = url;
    DRIVER.setLevel(Level.OFF);
  }

  Connection connect(long millis) throws SQLException {
    return connect(millis, Integer.MAX_VALUE);
  }

  /**
   * To the first host that answers and is what the URL asks for.
   *
   * @param millis the time for all hosts together
   * @param most what they may take also where the URL has a {@code connect_timeout}
   * @throws SQLException the most informative of their answers; 25006 from one that answers but is not what was asked
   *     for
   */
  Connection connect(long millis, long most) throws SQLException {
    SQLException failure = null;
    for (Host host : url.hosts()) {
      try {
        return connectTo(host, seconds(url.connectSeconds() > 0
            ? Math.min(url.connectSeconds() * 1000L, most / url.hosts().size()) : millis / url.hosts().size()));
      } catch (SQLException e) {
        failure = failure == null || StartErrors.isUnreachable(failure) ? e : failure;
      }
    }
    throw failure;
  }

  private static long seconds(long millis) {
    return Math.max(1, millis / 1000);
  }

  private Connection connectTo(Host host, long seconds) throws SQLException {
    Connection connection = DriverManager.getConnection(url(url, host), properties(host, seconds));
    try (Statement statement = connection.createStatement(); ResultSet where = statement.executeQuery(WHERE)) {
      where.next();
      Target target = url.target() == null ? Target.ANY : url.target();
      if (!target.takes(where.getBoolean(2), where.getBoolean(3))) {
        throw new SQLException(host + " is " + (where.getBoolean(2) ? "a standby" : "read-only"), "25006");
      }
      boolean pooled = where.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID();
      return PooledJdbc.settings(connection, pooled, url.session());
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Of one host; user and password are among the properties. */
  static String url(DatabaseUrl url, Host host) {
    return "jdbc:postgresql://" + (host.isSocket() ? "localhost:" + host.port() : host.toString()) + "/"
        + URLEncoder.encode(url.database(), StandardCharsets.UTF_8);
  }

  Properties properties(Host host, long seconds) {
    Properties properties = new Properties();
    String wait = String.valueOf(seconds);
    properties.putAll(Map.of("user", url.user(), "password", url.password(),
        "ApplicationName", url.applicationName() == null ? "fastroom-migrations" : url.applicationName(),
        "assumeMinServerVersion", "14", "prepareThreshold", "0", "preparedStatementCacheQueries", "0",
        "connectTimeout", wait, "loginTimeout", wait, "tcpKeepAlive", String.valueOf(url.keepAlive()),
        "gssEncMode", "disable"));
    properties.setProperty("channelBinding", url.channelBinding() ? "require" : "prefer");
    if (url.startOptions() != null) {
      properties.setProperty("options", url.startOptions());
    }
    if (host.isSocket()) {
      properties.setProperty("socketFactory", JdbcUnixSockets.class.getName());
      properties.setProperty("socketFactoryArg", host.name() + "/.s.PGSQL." + host.port());
      properties.setProperty("sslmode", "disable");
      return properties;
    }
    DatabaseTls tls = url.tls();
    properties.setProperty("sslmode", url.channelBinding() && tls.trust() == null ? "require" : tls.mode().toString());
    properties.setProperty("sslfactory", JdbcTls.class.getName());
    put(properties, "sslrootcert", tls.files().rootCertificate());
    put(properties, "sslcert", tls.files().certificate());
    put(properties, "sslkey", tls.files().key());
    put(properties, "sslpassword", tls.files().password());
    return properties;
  }

  private static void put(Properties properties, String name, String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }
}
