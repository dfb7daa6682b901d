package io.fastroom.internals;

import io.netty.util.AttributeKey;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;

/** The socket below a connection to PostgreSQL. Thread: any. */
public final class SqlConnections {
  private static final AttributeKey<Object> LABEL = AttributeKey.valueOf(SqlConnections.class, "label");

  private SqlConnections() { }

  /** Closes the socket at once: a close through the client would queue behind the statement that hangs. */
  public static void kill(SqlConnection connection) {
    socket(connection).close();
  }

  /** Stays with the socket, whatever the pool wraps around it. */
  public static void label(SqlConnection connection, Object label) {
    socket(connection).channelHandlerContext().channel().attr(LABEL).set(label);
  }

  /** What the socket was given as a label, null when it was not. */
  public static Object label(SqlConnection connection) {
    return socket(connection).channelHandlerContext().channel().attr(LABEL).get();
  }

  private static NetSocketInternal socket(SqlConnection connection) {
    return ((SocketConnectionBase) ((SqlConnectionInternal) connection).unwrap().unwrap()).socket();
  }
}
