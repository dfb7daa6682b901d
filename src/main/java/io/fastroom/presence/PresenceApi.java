package io.fastroom.presence;

import io.fastroom.bus.Address;
import java.util.List;
import java.util.Map;

/**
 * What may be asked of presence: one Redis call each, answered by any of its verticles, which keep no state (the
 * RoomVerticle knows which connections the node holds and when they are due). Refused UNAVAILABLE when Redis is away.
 *
 * <p>{@code version} orders the changes of presence as Redis made them, whatever its clock said: of two changes of one
 * user the one with the greater version is the present one, whichever road it came by.
 */
public final class PresenceApi {
  private PresenceApi() { }

  /** A connection in a room. */
  public record Entry(String room, String username, String connId) { }

  /**
   * Writes the heartbeat key. When it is the user's first connection in the room, cluster-wide, other nodes are told in
   * the same Redis call ({@code presence_diff} on the room's channel).
   */
  public record Join(long roomId, Entry entry) { }

  /** @param silent true tells nobody: the room was renamed, and the connection has a key of the new name */
  public record Leave(long roomId, Entry entry, boolean silent) { }

  /** @param changed whether it was the user's first (join) or last (leave) connection in the room */
  public record Change(boolean changed, long version) { }

  /**
   * Extends the keys of connections of one room. It brings nobody back: what it does not find may have left while it was
   * under way, so whoever asks looks again and then {@link Restore}s.
   */
  public record Refresh(long roomId, String room, List<Entry> entries) { }

  /** Several at once, which costs less; answered in their order. Few entries in all: it is one call. */
  public record RefreshAll(List<Refresh> rooms) { }

  /**
   * @param lost those that Redis does not know
   * @param quietUntil as in {@link Swept}, of the room
   */
  public record Refreshed(List<Entry> lost, long quietUntil) { }

  /** Writes connections of one room again that Redis has lost. */
  public record Restore(long roomId, String room, List<Entry> entries) { }

  /** @param joined users who were absent before this call; other nodes were told in the same Redis call */
  public record Restored(List<String> joined, long version) { }

  /** Looks for expired connections of these rooms; without any, only whether data was lost. */
  public record Sweep(List<RoomRef> rooms) { }

  public record RoomRef(long roomId, String room) { }

  /**
   * @param left what this call removed; no other node gets the same. Other nodes were told in the same Redis call
   * @param dataLost Redis has lost its data since the last sweep (restart, FLUSHALL): every connection is to be
   * rewritten
   * @param held nothing was removed, since Redis was away or stalled a moment ago
   * @param quietUntil by room: the {@code System.nanoTime} before which no connection expires, whoever comes or goes,
   * unless one is {@link Adopted} or data is lost; of the others that is not known
   */
  public record Swept(List<Left> left, boolean dataLost, boolean held, Map<Long, Long> quietUntil) { }

  public record Left(long roomId, String username, long version) { }

  /** Who is in a room by the heartbeat keys themselves. Expired connections are left out. */
  public record Snapshot(String room) { }

  /**
   * The same of several rooms, as far as nothing need be done in them, which costs less; answered in their order, with
   * null for a room of which a {@link Snapshot} has to be taken.
   */
  public record Glance(List<RoomRef> rooms) { }

  /**
   * @param users sorted, each once
   * @param version of the room when the look began, or older: some of what is missing may have come since
   * @param held as in {@link Swept}: what is missing may come back
   * @param evicting Redis deletes keys to make room: who is missing is gone only when missing for a heartbeat's TTL
   */
  public record Present(List<String> users, long version, boolean held, boolean evicting) { }

  /**
   * Takes a heartbeat key that another program wrote into account; all nodes are told on the room's channel, this one
   * too.
   *
   * @param key any key of Redis; one that is no living heartbeat changes nothing
   */
  public record Adopt(String key) { }

  /** A fact: a heartbeat key of the room was taken into account, which may end at any time. */
  public record Adopted(String room) { }

  public static final Address<Join, Change> JOIN = new Address<>("presence.join");
  public static final Address<Leave, Change> LEAVE = new Address<>("presence.leave");
  public static final Address<Refresh, Refreshed> REFRESH = new Address<>("presence.refresh");
  public static final Address<RefreshAll, List<Refreshed>> REFRESH_ALL = new Address<>("presence.refresh.all");
  public static final Address<Restore, Restored> RESTORE = new Address<>("presence.restore");
  public static final Address<Sweep, Swept> SWEEP = new Address<>("presence.sweep");
  public static final Address<Snapshot, Present> SNAPSHOT = new Address<>("presence.snapshot");
  public static final Address<Glance, List<Present>> GLANCE = new Address<>("presence.glance");
  public static final Address<Adopt, Void> ADOPT = new Address<>("presence.adopt");
  public static final Address<Adopted, Void> ADOPTED = new Address<>("presence.adopted");
}
