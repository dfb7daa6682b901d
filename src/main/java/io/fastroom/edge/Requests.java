package io.fastroom.edge;

import io.vertx.core.Deployable;
import io.vertx.core.http.HttpServerRequest;

/** Answers every request of an edge but the sockets; deployed by the edge on its own context. */
public interface Requests extends Deployable {
  void handle(HttpServerRequest request);
}
