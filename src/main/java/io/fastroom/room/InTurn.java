package io.fastroom.room;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Sends questions about the same connection in the order of what happened: presence has several verticles, and one must
 * not overtake another.
 *
 * <p>Thread: the RoomVerticle's. Limits: it holds only questions under way, which end by the bus's own timeout.
 */
final class InTurn {
  private final Map<String, Future<?>> last = new HashMap<>();

  /** @param connections whom the question is about */
  <T> Future<T> ask(Collection<String> connections, Supplier<Future<T>> question) {
    List<Future<?>> before = connections.stream().<Future<?>>map(last::get).filter(Objects::nonNull).distinct().toList();
    Future<T> answer = before.isEmpty() ? question.get() : Future.join(before).transform(ended -> question.get());
    connections.forEach(connection -> last.put(connection, answer));
    answer.onComplete(ended -> connections.forEach(connection -> last.remove(connection, answer)));
    return answer;
  }
}
