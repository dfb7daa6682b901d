package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.PersistenceApi.Append;
import io.fastroom.persistence.PersistenceApi.Appended;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.stream.IntStream;

/**
 * Writes messages in groups. A room always has the same lane, so messages of one room commit in the order they came.
 *
 * <p>Thread: one context, that of its verticle.
 */
final class ChatWriters {
  private static final long LOOK_MILLIS = 10;

  private final Vertx vertx;
  private final ChatWriter[] lanes;
  private boolean closing;

  /** @param database with as many connections as there are lanes, one for each */
  ChatWriters(Vertx vertx, Bus bus, Database database, ChatRetries repeats, ChatMetrics metrics, int lanes) {
    this.vertx = vertx;
    this.lanes = IntStream.range(0, lanes)
        .mapToObj(lane -> new ChatWriter(vertx, bus, database, repeats, metrics)).toArray(ChatWriter[]::new);
  }

  /** Fails as {@link PersistenceApi#APPEND} says. */
  Future<Appended> append(Append chat) {
    return closing ? Future.failedFuture(new Refused(Problem.UNAVAILABLE))
        : lane(chat.roomId()).add(chat);
  }

  /** Completes when the commit that is under way for the room, if one is, has been announced. */
  Future<Void> underWay(long roomId) {
    return lane(roomId).underWay();
  }

  private ChatWriter lane(long roomId) {
    return lanes[(int) Math.floorMod(roomId, (long) lanes.length)];
  }

  /** Takes nothing more and completes when what was taken is answered. */
  Future<Void> close() {
    closing = true;
    for (ChatWriter lane : lanes) {
      if (!lane.isIdle()) {
        return vertx.timer(LOOK_MILLIS).compose(waited -> close());
      }
    }
    return Future.succeededFuture();
  }

  int waiting() {
    return IntStream.range(0, lanes.length).map(lane -> lanes[lane].waiting()).sum();
  }
}
