package io.fastroom.internals;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;

/** The socket below a connection to PostgreSQL. Thread: any. */
public final class SqlConnections {
  private SqlConnections() { }

  /** Closes the socket at once: a close through the client would queue behind the statement that hangs. */
  public static void kill(SqlConnection connection) {
    ((SocketConnectionBase) ((SqlConnectionInternal) connection).unwrap().unwrap()).socket().close();
  }
}
