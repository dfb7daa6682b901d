package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.Message;
import io.fastroom.model.Position;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import java.time.Instant;
import java.util.List;

/** What RoomVerticle asks of persistence about the logs of rooms; answered as all of {@link PersistenceApi} is. */
public final class LogApi {
  private LogApi() { }

  /**
   * What a node needs to make a room live: where its log stands, and the end of it.
   *
   * @param tailLimit how many of the last events to read
   */
  public record LoadRoom(long roomId, int tailLimit) { }

  /**
   * One snapshot of one room. {@code tail} holds the last events in order, all those after {@code tailStart} and up to
   * {@code head}; {@code lastMessages} the last 50 messages that are not deleted, chronological.
   *
   * @param head the last seq used; the log may end before it, with a hole
   */
  public record LoadedRoom(Room room, long head, long tailStart, List<RoomEvent> tail, List<Message> lastMessages) { }

  /**
   * The events after {@code afterSeq}, at most {@code limit}, in order.
   *
   * @param userId who is behind: users take turns; 0 for what the node itself needs, {@link #HOOKS} for receivers
   */
  public record ReadLog(long roomId, long afterSeq, int limit, long userId) {
    /** All receivers of webhooks together have the turns of one user. */
    public static final long HOOKS = -1;

    public ReadLog(long roomId, long afterSeq, int limit) {
      this(roomId, afterSeq, limit, 0);
    }
  }

  /**
   * One snapshot of a part of a log.
   *
   * @param base the last event at or before the seq asked for, or seq 0 and the time the room was created
   * @param events in order, all those from there {@code to}; what is missing between them is a hole
   * @param head the last seq used
   */
  public record LogPage(Position base, List<RoomEvent> events, long to, long head) { }

  /**
   * Asks where the log of a room stands at a seq, and what is in it after {@code from} and up to there.
   *
   * @param ts of the event at {@code seq} when that is taken to be the last one, which costs less to find true than an
   *     answer does; at 0 when the room was created; null to be answered in any case
   */
  public record LogQuestion(long roomId, long from, long seq, Instant ts) { }

  /** A room may be asked for several times. */
  public record ReadPositions(List<LogQuestion> questions) { }

  /**
   * @param createdAt when the room was created: with another time it is another room, whatever its id
   * @param head the last seq used
   * @param at the last event at or before the seq asked for, or seq 0 and {@code createdAt}
   * @param sum of the {@link Position#checksum} of the events after {@code from} and up to the seq asked for
   */
  public record LogState(Instant createdAt, long head, Position at, long sum) {
    /** The last event is the one that it was taken to be. */
    public static final LogState AS_EXPECTED = new LogState(null, -1, null, 0);
    /** There is no such room. */
    public static final LogState GONE = new LogState(null, -1, null, 0);
  }

  /** Refused: ROOM_NOT_FOUND. */
  public static final Address<LoadRoom, LoadedRoom> LOAD_ROOM = new Address<>("persistence.log.load");
  /** Refused: ROOM_NOT_FOUND; for a user also BUSY, and UNAVAILABLE after too long a wait. */
  public static final Address<ReadLog, LogPage> READ_LOG = new Address<>("persistence.log.read");
  /** In the order of the questions. */
  public static final Address<ReadPositions, List<LogState>> READ_POSITIONS = new Address<>("persistence.log.positions");
  /**
   * To be asked when a log has gone back: ensures that message ids used from now on have never been used before, not
   * even for messages that are lost.
   */
  public static final Address<RaiseIds, Void> RAISE_IDS = new Address<>("persistence.log.ids");

  public record RaiseIds() { }
}
