package io.fastroom.internals;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.AttributeKey;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;

/** The socket below a connection to PostgreSQL. Thread: any. */
public final class SqlConnections {
  private static final AttributeKey<Object> LABEL = AttributeKey.valueOf(SqlConnections.class, "label");

  private SqlConnections() { }

  /**
   * Closes the socket at once, bypassing the client: the client would say goodbye and wait until the server hangs up,
   * which never happens while a statement hangs.
   */
  public static void kill(SqlConnection connection) {
    ChannelPipeline pipeline = socket(connection).channelHandlerContext().pipeline();
    ChannelHandlerContext client = pipeline.context("codec");
    if (client == null) {
      pipeline.close();
    } else {
      client.close();
    }
  }

  /** The label stays with the socket, whatever the pool wraps around it. */
  public static void label(SqlConnection connection, Object label) {
    socket(connection).channelHandlerContext().channel().attr(LABEL).set(label);
  }

  /** The label that the socket was given, null when it has none. */
  public static Object label(SqlConnection connection) {
    return socket(connection).channelHandlerContext().channel().attr(LABEL).get();
  }

  private static NetSocketInternal socket(SqlConnection connection) {
    return ((SocketConnectionBase) ((SqlConnectionInternal) connection).unwrap().unwrap()).socket();
  }
}
