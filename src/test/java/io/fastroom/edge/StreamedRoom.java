package io.fastroom.edge;

import io.fastroom.bus.Bus;
import io.fastroom.model.Message;
import io.fastroom.model.Position;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Deliveries;
import io.fastroom.room.RoomApi.Delivery;
import io.fastroom.room.RoomApi.Joined;
import io.fastroom.room.RoomApi.Who;
import io.fastroom.wire.EventJson;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** A room that anybody may read and that says what it is told to, to the hub that asked last. */
final class StreamedRoom {
  static final String PATH = "/rooms/42/events";
  private static final Instant BEGUN = Instant.parse("2026-01-31T12:00:00.123456Z");

  private final Bus bus;
  private volatile String hub;
  private long seq;

  StreamedRoom(Bus bus) {
    this.bus = bus;
    bus.answer(PersistenceApi.OPEN_ROOM, open -> Future.succeededFuture(new Room(42, "news", false, BEGUN))).await();
    bus.answer(RoomApi.JOIN, join -> {
      hub = join.hub();
      return Future.succeededFuture(new Joined(42, "news", null, seq, new Position(seq, BEGUN), new Who(List.of(), 0, false),
          List.of(), null, seq));
    }).await();
    bus.answer(RoomApi.LEAVE, leave -> Future.succeededFuture()).await();
  }

  void say(String text) {
    Chat chat = new Chat(42, "news", ++seq, BEGUN, new Message(seq, seq, 7, "alice", text, BEGUN, null, null, false, null));
    bus.tell(RoomApi.hub(hub), new Deliveries(List.of(new Delivery(42, seq, chat, EventJson.encode(chat), null, null))));
  }
}
