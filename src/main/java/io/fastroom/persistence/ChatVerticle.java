package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Answers {@link PersistenceApi#APPEND}, {@link ReactionApi#REACT} and {@link PersistenceApi#AWAIT_APPENDS}. Exactly one
 * a node: what it gathers is committed together.
 *
 * <p>Thread: its context. Commits under way finish before it stops.
 */
final class ChatVerticle extends VerticleBase {
  private final Bus bus;
  private final Database database;
  private final Database waiting;
  private final ChatRetries repeats;
  private final ChatMetrics metrics;
  private final int lanes;
  private ChatWriters writer;

  ChatVerticle(Bus bus, Database database, Database waiting, ChatRetries repeats, ChatMetrics metrics, int lanes) {
    this.bus = bus;
    this.database = database;
    this.waiting = waiting;
    this.repeats = repeats;
    this.metrics = metrics;
    this.lanes = lanes;
  }

  @Override
  public Future<?> start() {
    writer = new ChatWriters(vertx, bus, database, waiting, repeats, metrics, lanes);
    metrics.waiting(writer::waiting);
    return Future.all(
        bus.answer(ChatApi.APPEND, writer::append),
        bus.hear(ChatApi.CROWDED, writer::crowded),
        bus.answer(ReactionApi.REACT, writer::react),
        bus.answer(ChatApi.AWAIT_APPENDS, question -> writer.underWay(question.roomId())));
  }

  @Override
  public Future<?> stop() {
    return writer.close();
  }
}
