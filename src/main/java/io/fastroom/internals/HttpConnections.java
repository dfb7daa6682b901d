package io.fastroom.internals;

import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x's HTTP connections know but do not say in public. Thread: any. */
public final class HttpConnections {
  private HttpConnections() { }

  /** Completes when the connection is closed; unlike its close handler it outlives the upgrade to a socket. */
  public static Future<Void> closed(HttpConnection connection) {
    return ((ConnectionBase) connection).closeFuture();
  }
}
