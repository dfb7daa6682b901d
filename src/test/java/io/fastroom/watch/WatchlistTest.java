package io.fastroom.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.Place;
import io.fastroom.persistence.UnreadApi.Places;
import io.fastroom.support.Until;
import io.fastroom.watch.WatchApi.Unwatch;
import io.fastroom.watch.WatchApi.Watch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchlistTest {
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void a_node_that_watches_as_much_as_it_may_refuses_more_until_somebody_goes() {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    bus.answer(UnreadApi.LIST_PLACES, q -> Future.succeededFuture(
        new Places(1, List.of(new Place(7, 1, 1), new Place(8, 1, 1))))).await();
    vertx.deployVerticle(new WatchVerticle(bus, registry, 4)).await();
    assertThat(bus.ask(WatchApi.WATCH, new Watch("conn1", 1)).await()).hasSize(2);
    assertThat(bus.ask(WatchApi.WATCH, new Watch("conn2", 2)).await()).hasSize(2);

    Future<List<Long>> third = bus.ask(WatchApi.WATCH, new Watch("conn3", 3));
    Until.holds("it is answered", third::isComplete);
    assertThat(third.failed()).isTrue();
    assertThat(Refused.of(third.cause()).problem()).isEqualTo(Problem.UNAVAILABLE);
    assertThat(registry.get("fastroom.watch.refused").counter().count()).isEqualTo(1);

    bus.tell(WatchApi.UNWATCH, new Unwatch("conn1", 1));
    Until.holds("its place is free", () -> registry.get("fastroom.watch.places").gauge().value() == 2);
    assertThat(bus.ask(WatchApi.WATCH, new Watch("conn3", 3)).await()).hasSize(2);
  }

  @Test
  void who_has_few_rooms_is_not_refused_for_those_who_have_many() {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    bus.answer(UnreadApi.LIST_PLACES, q -> Future.succeededFuture(new Places(1, LongStream.rangeClosed(1,
        q.userId() < 3 ? 20 : 2).mapToObj(room -> new Place(room, 1, 1)).toList()))).await();
    vertx.deployVerticle(new WatchVerticle(bus, registry, 20)).await();
    assertThat(bus.ask(WatchApi.WATCH, new Watch("conn1", 1)).await()).hasSize(20);

    Future<List<Long>> second = bus.ask(WatchApi.WATCH, new Watch("conn2", 2));
    Until.holds("it is answered", second::isComplete);
    assertThat(second.failed()).isTrue();
    assertThat(bus.ask(WatchApi.WATCH, new Watch("conn3", 3)).await()).hasSize(2);
  }
}
