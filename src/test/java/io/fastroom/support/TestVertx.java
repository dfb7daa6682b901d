package io.fastroom.support;

import io.fastroom.internals.AcceptingTransport;
import io.fastroom.management.BlockedLoops;
import io.fastroom.management.Phase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** Vert.x for tests within this process: a loop that is blocked for 200 ms is told of, and {@link BlockedThreads} hears. */
public final class TestVertx {
  private static final long BLOCKED_MILLIS = 200;

  private TestVertx() { }

  public static Vertx create() {
    Vertx vertx = AcceptingTransport.into(Vertx.builder().with(BlockedLoops.into(new VertxOptions(), BLOCKED_MILLIS)))
        .build();
    Phase serving = new Phase();
    serving.serving();
    BlockedLoops.watch(vertx, serving);
    return vertx;
  }
}
