package io.fastroom.room;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Publish;
import io.fastroom.bridge.BridgeApi.PublishAll;
import io.fastroom.bus.Bus;
import io.fastroom.room.RoomApi.Typing;
import io.fastroom.wire.EphemeralJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Who is typing on this node's sockets. Only a change is told: the same state again is none, and a typist who is not
 * heard of for {@link #EXPIRY_NANOS} has stopped.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value #BURST} changes of a user in a room, and one a second from then on; what
 * comes faster is told as far as it is still true then.
 */
final class Typists {
  static final long EXPIRY_NANOS = 6_000_000_000L;
  private static final int BURST = 4;

  private record Key(long roomId, String username) { }

  private static final class State {
    private boolean told;
    private boolean wanted;
    private long heard;
    private int spent;
  }

  private final Bus bus;
  private final Deliverer deliverer;
  private final Function<Long, LiveRoom> rooms;
  private final Map<Key, State> states = new HashMap<>();

  Typists(Bus bus, Deliverer deliverer, Function<Long, LiveRoom> rooms) {
    this.bus = bus;
    this.deliverer = deliverer;
    this.rooms = rooms;
  }

  void hear(Typing told) {
    Key key = new Key(told.roomId(), told.username());
    State state = states.get(key);
    if (state == null) {
      if (!told.isTyping()) {
        return;
      }
      state = new State();
      states.put(key, state);
    }
    state.wanted = told.isTyping();
    state.heard = System.nanoTime();
    if (state.spent < BURST) {
      tell(key, state);
    }
  }

  /** Somebody's chat is out: they have stopped until they say otherwise. */
  void said(long roomId, String username) {
    Key key = new Key(roomId, username);
    State state = states.get(key);
    if (state != null) {
      state.wanted = false;
      tell(key, state);
    }
  }

  /** What was held back or has expired; each state gets one more change. To be called about every second. */
  void everySecond() {
    long now = System.nanoTime();
    states.entrySet().removeIf(entry -> {
      State state = entry.getValue();
      if (state.spent > 0) {
        state.spent--;
      }
      if (now - state.heard >= EXPIRY_NANOS) {
        state.wanted = false;
      }
      tell(entry.getKey(), state);
      return !state.told && state.spent == 0;
    });
  }

  private void tell(Key key, State state) {
    if (state.wanted == state.told) {
      return;
    }
    state.told = state.wanted;
    state.spent++;
    LiveRoom room = rooms.apply(key.roomId());
    if (room != null) {
      byte[] json = EphemeralJson.typing(room.name(), key.username(), state.told);
      deliverer.deliver(room, json);
      bus.tell(BridgeApi.PUBLISH, new PublishAll(List.of(new Publish(room.name(), room.id, 0, json))));
    }
  }
}
