package io.fastroom.persistence;

import io.fastroom.internals.SqlConnections;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A new connection after its setup: one query finds out what is at the other end, and sets the session's limits if that
 * is a server of our own. Behind a pooler the next transaction may belong to somebody else, so there the limits are set
 * in each transaction ({@link #local}). Immutable.
 *
 * @param pooled whether something between us and the server shares its sessions among clients
 */
record PgSession(PgConnection connection, PgHost host, boolean pooled, boolean inRecovery, boolean readOnly, String local) {
  /** Nothing waits for ever in the server. */
  private static final Map<String, String> LIMITS = Map.of("statement_timeout", "4500", "lock_timeout", "4000",
      "idle_in_transaction_session_timeout", "5000",
      // A word that is too long for the index is no news.
      "client_min_messages", "warning", "standard_conforming_strings", "on");
  /** One statement's turn at a room's row sees what the one before has left, whatever the database has by default. */
  private static final String ISOLATION = "read committed";

  /** Of versions 17 and 14; none before lets them be set. The longest transactions end by the limits above. */
  private static final Set<String> NEWER = Set.of("transaction_timeout", "idle_session_timeout");

  /** @param given settings of the database URL, which override our own */
  static Future<PgSession> open(PgConnection connection, PgHost host, Map<String, String> given) {
    connection.exceptionHandler(failure -> { });
    Map<String, String> settings = new LinkedHashMap<>(LIMITS);
    settings.putAll(given);
    settings.put("default_transaction_isolation", ISOLATION);
    NEWER.forEach(name -> settings.putIfAbsent(name, "0"));
    // A pooler reports process numbers of its own, since the server's process changes.
    String ours = "pg_backend_pid() = " + connection.processId();
    StringBuilder setup = new StringBuilder("SELECT " + ours
        + ", pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'");
    settings.forEach((name, value) -> setup.append(", CASE WHEN ").append(ours).append(" THEN ")
        .append(set(name, value, false)).append(" END"));
    StringBuilder local = new StringBuilder();
    settings.forEach((name, value) ->
        local.append(local.isEmpty() ? "SELECT " : ", ").append(set(name, value, true)));
    return connection.query(setup.toString()).execute().map(rows -> {
      Row row = rows.iterator().next();
      PgSession session = new PgSession(connection, host, !row.getBoolean(0), row.getBoolean(1), row.getBoolean(2),
          local.toString());
      SqlConnections.label(connection, session);
      return session;
    }).compose(PgSession::withNewIds);
  }

  /** A primary that has just been promoted may not know ids that the one before has given out. */
  private Future<PgSession> withNewIds() {
    if (inRecovery || readOnly) {
      return Future.succeededFuture(this);
    }
    // Without the table or the right there are no ids to give out; whoever needs them is told so.
    return connection.query(EventLog.RAISE_IDS).execute().map(this)
        .recover(failure -> failure instanceof PgException ? Future.succeededFuture(this) : Future.failedFuture(failure));
  }

  /** The same, as the first statement of a transaction, which gets its isolation level by it too. */
  String first() {
    return "SET TRANSACTION ISOLATION LEVEL " + ISOLATION + "; " + local;
  }

  private static String set(String name, String value, boolean local) {
    String set = "set_config(" + quote(name) + ", " + quote(value) + ", " + local + ")";
    return !NEWER.contains(name) ? set
        : "CASE WHEN current_setting('" + name + "', true) IS NOT NULL THEN " + set + " END";
  }

  private static String quote(String text) {
    return "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** What was found out about a connection that the pool has handed out. */
  static PgSession of(SqlConnection connection) {
    return (PgSession) SqlConnections.label(connection);
  }
}
