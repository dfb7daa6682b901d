package io.fastroom.persistence;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Settings of a JDBC connection: of its session, or, behind a pooler that shares sessions, of each transaction that it
 * begins. Thread: that of its connection.
 */
final class PooledJdbc implements InvocationHandler {
  /** A migration takes as long as it takes and reads as it was written, whatever the role or the database was given. */
  private static final Map<String, String> OURS =
      Map.of("statement_timeout", "0", "lock_timeout", "0", "idle_in_transaction_session_timeout", "0",
          "default_transaction_isolation", "read committed", "standard_conforming_strings", "on");
  /** Version 17 can also limit a transaction as a whole. */
  private static final String UNLIMITED = """
      SELECT set_config('transaction_timeout', '0', ?) WHERE current_setting('transaction_timeout', true) IS NOT NULL""";

  private final Connection connection;
  private final BaseConnection driver;
  private final Map<String, String> settings;

  private PooledJdbc(Connection connection, Map<String, String> settings) throws SQLException {
    this.connection = connection;
    this.driver = connection.unwrap(BaseConnection.class);
    this.settings = settings;
  }

  static Connection settings(Connection connection, boolean pooled, Map<String, String> given) throws SQLException {
    Map<String, String> settings = new LinkedHashMap<>(given);
    settings.putAll(OURS);
    if (pooled) {
      // With autocommit each statement would be a transaction without the settings.
      connection.setAutoCommit(false);
      return (Connection) Proxy.newProxyInstance(PooledJdbc.class.getClassLoader(), new Class<?>[] {Connection.class},
          new PooledJdbc(connection, settings));
    }
    set(connection, settings, false);
    return connection;
  }

  @Override
  public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
    boolean statement = method.getName().equals("createStatement") || method.getName().startsWith("prepare");
    if (statement && driver.getTransactionState() == TransactionState.IDLE) {
      beginWith(settings);
    }
    try {
      return method.invoke(connection, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void beginWith(Map<String, String> settings) throws SQLException {
    // Only a transaction that has not read anything yet can change it, so its default comes too late.
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    }
    set(connection, settings, true);
  }

  private static void set(Connection connection, Map<String, String> settings, boolean local) throws SQLException {
    try (PreparedStatement set = connection.prepareStatement("SELECT set_config(?, ?, ?)")) {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        set.setString(1, setting.getKey());
        set.setString(2, setting.getValue());
        set.setBoolean(3, local);
        set.execute();
      }
    }
    try (PreparedStatement unlimited = connection.prepareStatement(UNLIMITED)) {
      unlimited.setBoolean(1, local);
      unlimited.execute();
    }
  }
}
