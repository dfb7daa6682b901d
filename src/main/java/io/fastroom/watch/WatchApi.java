package io.fastroom.watch;

import io.fastroom.bus.Address;
import io.fastroom.model.ListedRoom;
import java.util.List;
import java.util.Set;

/** What may be asked about the rooms of a user. One WatchVerticle a node answers. */
public final class WatchApi {
  private WatchApi() { }

  /** A socket wants to know of all rooms of its user, until {@link Unwatch}. */
  public record Watch(String connId, long userId) { }

  /** Answered with the ids of the rooms, ascending, which are then asked for by {@link #LIST}. Refused: UNAVAILABLE. */
  public static final Address<Watch, List<Long>> WATCH = new Address<>("watch.begin");

  public record Unwatch(String connId, long userId) { }

  public static final Address<Unwatch, Void> UNWATCH = new Address<>("watch.end");

  /** Some of the rooms of a user one of whose sockets watches; from then on what happens in them is told. */
  public record ListRooms(long userId, List<Long> roomIds) { }

  /** Only those that are still the user's. Refused: UNAVAILABLE. */
  public static final Address<ListRooms, List<ListedRoom>> LIST = new Address<>("watch.list");

  /**
   * A user has read a room up to {@code seq}.
   *
   * @param connId the socket that says so, which is not told; null for none
   */
  public record Read(long userId, long roomId, long seq, String connId) { }

  /** @param seq where the mark is now */
  public record Marked(String room, long seq) { }

  /** Answered once it is committed. Refused: ROOM_NOT_FOUND, NOT_IN_ROOM, BANNED, BUSY, UNAVAILABLE. */
  public static final Address<Read, Marked> READ = new Address<>("watch.read");

  /**
   * A frame for the sockets of a user.
   *
   * @param besides only for sockets that are not in this room, 0 for any
   * @param watching only for sockets that watch
   * @param except connections that are not told
   */
  public record Tell(long userId, byte[] json, long besides, boolean watching, Set<String> except) { }

  /** What hubs get in one bus message, in order. */
  public record Told(List<Tell> tells) { }

  /** Announced to every hub of the node. */
  public static final Address<Told, Void> TOLD = new Address<>("watch.told");
}
