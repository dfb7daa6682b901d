package io.fastroom.websocket;

import io.fastroom.bus.Refused;
import io.fastroom.model.Message;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.room.RoomApi.Who;
import io.fastroom.wire.EncodedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What sockets answer. Frames of rooms are encoded by {@code wire.EventJson} and {@code wire.EphemeralJson}.
 * {@code ref} is that of the frame being answered, null when it had none.
 */
sealed interface ServerFrame {
  /** Where in the log its reader is after it; null when it does not move. */
  default Position at() {
    return null;
  }

  /** The first frame of every socket. */
  record Banner(String message, long heartbeatInterval, String presenceMode, String serverId, String connId)
      implements ServerFrame { }

  /**
   * @param seq of the last event of the room, 0 when there is none
   * @param ts that event's time, or when the room was created
   */
  record Joined(String ref, String room, long roomId, long seq, Instant ts) implements ServerFrame { }

  record Left(String ref, String room) implements ServerFrame { }

  /** @param present sorted; not all of a large room */
  record PresenceState(String room, Who present) implements ServerFrame { }

  /**
   * @param resumed null unless the client asked with {@code since}, or is told to start over
   * @param more whether another part follows; null when there is but one and the client has not asked with {@code since}
   * @param mine the emojis with which the reader reacts, by message
   */
  record History(String room, List<EncodedEvent> messages, Boolean resumed, Boolean more, Position at,
                 Map<Long, Set<String>> mine) implements ServerFrame {
    History(String room, List<EncodedEvent> messages, Boolean resumed, Boolean more) {
      this(room, messages, resumed, more, null, Map.of());
    }
  }

  /** @param messages chronological */
  record HistoryPage(String ref, String room, List<Message> messages, boolean more) implements ServerFrame { }

  record Pong(String ref, Instant ts) implements ServerFrame { }

  /** @param expiresIn seconds */
  record Authenticated(String ref, long expiresIn) implements ServerFrame { }

  /**
   * @param room null when the error is about none
   * @param retryAfterMillis 0 when that is not known
   */
  record ErrorFrame(Problem problem, String message, String ref, String room, long retryAfterMillis)
      implements ServerFrame {
    public static ErrorFrame of(Refused refused, String ref, String room) {
      return new ErrorFrame(refused.problem(), refused.getMessage(), ref, room, refused.retryAfterMillis());
    }

    public static ErrorFrame of(Problem problem, String ref, String room) {
      return new ErrorFrame(problem, problem.title(), ref, room, 0);
    }
  }
}
