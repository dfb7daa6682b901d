package io.fastroom.http;

import io.vertx.core.Deployable;
import io.vertx.core.http.HttpServerRequest;

/** Takes every request of an edge except those for sockets; deployed by the edge on its own context. */
public interface Requests extends Deployable {
  void handle(HttpServerRequest request);
}
