package io.fastroom.http;

import io.fastroom.bus.Repeat;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Writes long answers piece by piece, each when the client has taken the one before. Those of one event loop take turns: a
 * network that is fast enough takes a whole file at once, and with hundreds of them everybody else would wait.
 *
 * <p>Thread: the event loop of its edge. Limits: {@value #AT_ONCE} pieces of {@value #PIECE} bytes a millisecond; a client
 * that takes no piece for {@value #PATIENCE_SECONDS} s is left.
 */
final class Pieces {
  static final int PIECE = 64 << 10;
  private static final int AT_ONCE = 4;
  private static final long TURN_MILLIS = 1;
  static final int PATIENCE_SECONDS = 30;

  private final Vertx vertx;
  private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
  private int left = AT_ONCE;
  private boolean scheduled;

  Pieces(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Ends the response with the content, of which its head must say the length. A client that goes or does not read has the
   * response reset; that is nobody's fault.
   */
  void end(HttpServerResponse response, Buffer content) {
    if (content.length() <= PIECE) {
      response.end(content);
      return;
    }
    int[] at = {0};
    Repeat.whileTrue(() -> turn().compose(ours -> {
      Buffer piece = content.slice(at[0], Math.min(at[0] + PIECE, content.length()));
      at[0] += piece.length();
      return written(response, piece).map(taken -> at[0] < content.length());
    })).compose(all -> response.end()).onFailure(gone -> response.reset());
  }

  /** @return fails when the client has gone, or takes nothing */
  static Future<Void> written(HttpServerResponse response, Buffer piece) {
    return response.closed() ? Future.failedFuture("the client has gone")
        : response.write(piece).timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private Future<Void> turn() {
    schedule();
    if (left > 0) {
      left--;
      return Future.succeededFuture();
    }
    Promise<Void> turn = Promise.promise();
    waiting.add(turn);
    return turn.future();
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      vertx.setTimer(TURN_MILLIS, id -> next());
    }
  }

  private void next() {
    scheduled = false;
    int turns = Math.min(waiting.size(), AT_ONCE);
    // Who is written to may ask for the next turn at once.
    left = AT_ONCE - turns;
    for (int i = 0; i < turns; i++) {
      waiting.remove().complete();
    }
    if (!waiting.isEmpty()) {
      schedule();
    }
  }
}
