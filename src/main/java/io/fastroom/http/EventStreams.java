package io.fastroom.http;

import io.fastroom.auth.Principal;
import io.fastroom.model.Position;
import io.fastroom.model.Room;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** Where requests go that are answered by a stream of the events of a room. Thread: that of the request's edge. */
@FunctionalInterface
public interface EventStreams {
  /**
   * Answers the request. Completes when the stream has begun; fails with Refused, and then the caller answers:
   * ROOM_NOT_FOUND also when the room has another name by now.
   *
   * @param since null to begin with the last messages
   */
  Future<Void> open(HttpServerRequest request, Principal who, Room room, Position since);
}
