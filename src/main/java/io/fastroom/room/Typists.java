package io.fastroom.room;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Publish;
import io.fastroom.bridge.BridgeApi.PublishAll;
import io.fastroom.bus.Bus;
import io.fastroom.room.RoomApi.Typing;
import io.fastroom.wire.EphemeralJson;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Who is typing on this node's sockets. The same state told again and again is passed on at most every
 * {@link #REPEAT_NANOS}, and a typist who is not heard of for {@link #EXPIRY_NANOS} has stopped.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class Typists {
  static final long REPEAT_NANOS = 2_000_000_000L;
  static final long EXPIRY_NANOS = 6_000_000_000L;

  private record Key(long roomId, String username) { }

  private static final class State {
    private long told;
    private long heard;
  }

  private final Bus bus;
  private final Deliverer deliverer;
  private final Function<Long, LiveRoom> rooms;
  private final Map<Key, State> typing = new HashMap<>();

  Typists(Bus bus, Deliverer deliverer, Function<Long, LiveRoom> rooms) {
    this.bus = bus;
    this.deliverer = deliverer;
    this.rooms = rooms;
  }

  void hear(Typing told) {
    Key key = new Key(told.roomId(), told.username());
    if (!told.isTyping()) {
      typing.remove(key);
      tell(key, false);
      return;
    }
    long now = System.nanoTime();
    State state = typing.computeIfAbsent(key, k -> new State());
    boolean first = state.told == 0;
    state.heard = now;
    if (first || now - state.told >= REPEAT_NANOS) {
      state.told = now;
      tell(key, true);
    }
  }

  /** To be called about every second. */
  void expire() {
    long now = System.nanoTime();
    for (Iterator<Map.Entry<Key, State>> all = typing.entrySet().iterator(); all.hasNext();) {
      Map.Entry<Key, State> entry = all.next();
      if (now - entry.getValue().heard >= EXPIRY_NANOS) {
        all.remove();
        tell(entry.getKey(), false);
      }
    }
  }

  private void tell(Key key, boolean isTyping) {
    LiveRoom room = rooms.apply(key.roomId());
    if (room != null) {
      byte[] json = EphemeralJson.typing(room.name(), key.username(), isTyping);
      deliverer.deliver(room, json);
      bus.tell(BridgeApi.PUBLISH, new PublishAll(List.of(new Publish(room.name(), room.id, 0, json))));
    }
  }
}
