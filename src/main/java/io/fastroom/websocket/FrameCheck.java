package io.fastroom.websocket;

import io.fastroom.model.Problem;
import io.fastroom.room.RoomApi.Who;
import io.fastroom.websocket.ServerFrame.Authenticated;
import io.fastroom.websocket.ServerFrame.Banner;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.fastroom.websocket.ServerFrame.History;
import io.fastroom.websocket.ServerFrame.HistoryPage;
import io.fastroom.websocket.ServerFrame.Joined;
import io.fastroom.websocket.ServerFrame.Left;
import io.fastroom.websocket.ServerFrame.Pong;
import io.fastroom.websocket.ServerFrame.PresenceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the node answers frames: every edge reads and writes one of each kind on its event loop every second. One for
 * all edges. Thread: any.
 */
public final class FrameCheck {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");
  private static final List<String> RECEIVED = List.of(
      "{\"type\":\"join\",\"room\":\"a room\",\"ref\":\"r\"}", "{\"type\":\"leave\",\"room\":\"a room\"}",
      "{\"type\":\"chat\",\"room\":\"a room\",\"message\":\"é🙂\",\"client_id\":\"c\",\"reply_to\":1}",
      "{\"type\":\"react\",\"room\":\"a room\",\"message_id\":1,\"emoji\":\"🙂\",\"on\":true}",
      "{\"type\":\"history_more\",\"room\":\"a room\",\"before_id\":1}",
      "{\"type\":\"typing\",\"room\":\"a room\",\"isTyping\":true}", "{\"type\":\"ping\",\"ref\":\"r\"}",
      "{\"type\":\"auth\",\"access_token\":\"t\"}");
  private static final List<ServerFrame> SENT = List.of(new Banner("", 1, "", "", ""), new Joined("r", "a room", 1, 1,
      Instant.EPOCH),
      new Left("r", "a room"), new PresenceState("a room", new Who(List.of("é"), 1, false)), new History("a room",
          List.of(), true, false),
      new HistoryPage("r", "a room", List.of(), false), new Pong("r", Instant.EPOCH), new Authenticated("r", 1),
      new ErrorFrame(Problem.UNAVAILABLE, "", "r", "a room", 1));

  /** When each edge last did it, by {@link System#nanoTime}. */
  private final Map<Object, Long> done = new ConcurrentHashMap<>();
  private volatile boolean failing;

  /** To be called on the edge's event loop. */
  void beat(Object edge) {
    try {
      for (String text : RECEIVED) {
        FrameCodec.decode(text);
      }
      SENT.forEach(FrameCodec::encode);
      done.put(edge, System.nanoTime());
      failing = false;
    } catch (BadFrame | RuntimeException | LinkageError e) {
      done.putIfAbsent(edge, System.nanoTime() - 2 * PATIENCE_NANOS);
      if (!failing) {
        failing = true;
        LOG.error("frames cannot be read or written", e);
      }
    }
  }

  /** An edge that is no more has nothing to answer. */
  void forget(Object edge) {
    done.remove(edge);
  }

  public boolean holds() {
    long now = System.nanoTime();
    return !done.isEmpty() && done.values().stream().allMatch(at -> now - at < PATIENCE_NANOS);
  }
}
