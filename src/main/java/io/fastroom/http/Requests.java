package io.fastroom.http;

import io.vertx.core.Deployable;
import io.vertx.core.http.HttpServerRequest;

/** What an edge hands every request but the sockets; deployed by the edge on its own context. */
public interface Requests extends Deployable {
  void handle(HttpServerRequest request);
}
