package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.LastMessage;
import io.fastroom.model.ListedRoom;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What members have read and what they have not. Each question is one statement, for many users or rooms at once; it
 * fails with UNAVAILABLE only.
 */
public final class UnreadApi {
  /** Unread messages are counted up to this number. */
  public static final int MOST = 99;
  /** Only so many of a room's last messages are looked at to count them, and of its last ones that mention anybody. */
  public static final int FAR = 10_000;

  private UnreadApi() { }

  /** A member has read a room up to {@code seq}. */
  public record Mark(long userId, long roomId, long seq) { }

  /** Each user and room once. */
  public record MarkRead(List<Mark> marks) { }

  /**
   * @param refused null, or ROOM_NOT_FOUND, NOT_IN_ROOM, BANNED
   * @param room its name
   * @param seq where the mark is now
   * @param version that of the user when the mark has moved, else 0
   */
  public record Marked(Problem refused, String room, long seq, long version) {
    /** It has not moved: another transaction holds its row, or its user's, for a moment or for longer. */
    public static final Marked HELD = new Marked(null, null, 0, 0);
  }

  /** In the order of the question. */
  public static final Address<MarkRead, List<Marked>> MARK_READ = new Address<>("persistence.unread.mark");

  public record ListPlaces(long userId) { }

  /**
   * @param changedSeq of the event that made the user a member, or of a later one about them
   * @param readSeq how far they have read, where they joined at least
   */
  public record Place(long roomId, long changedSeq, long readSeq) { }

  /** @param version grows with every change of the places */
  public record Places(long version, List<Place> places) { }

  /** The rooms that a user is a member of, ascending. */
  public static final Address<ListPlaces, Places> LIST_PLACES = new Address<>("persistence.unread.places");

  public record ListRoomsOf(long userId, List<Long> roomIds) { }

  /** Only those that the user is a member of, ascending. */
  public static final Address<ListRoomsOf, List<ListedRoom>> LIST_ROOMS_OF = new Address<>("persistence.unread.rooms");

  /** Why rooms are not among the user's any more. */
  public record ExplainLoss(long userId, List<Long> roomIds) { }

  public enum Loss { LEFT, REMOVED, BANNED, DELETED }

  /** By room; one that is still the user's is absent. */
  public static final Address<ExplainLoss, Map<Long, Loss>> EXPLAIN_LOSS = new Address<>("persistence.unread.loss");

  /**
   * @param seq what has happened after it
   * @param from which messages are wanted: those after it; -1 for the last ones of all
   */
  public record Since(long roomId, long seq, long from) { }

  /** @param window so many messages at most */
  public record ListChanges(List<Since> rooms, int window) { }

  /**
   * @param wasTs the time of the event at the seq of the question, null when there is none
   * @param mentions whether somebody was mentioned
   * @param seqs of the last messages, oldest first, and their authors
   * @param gone the seqs of messages that were deleted
   * @param lost by user, the seq of the event that took the right to the room from them
   */
  public record Changes(Room room, long head, Instant headTs, Instant wasTs, boolean mentions, long[] seqs, long[] authors,
                        long[] gone, Map<Long, Long> lost, LastMessage last) { }

  /** In the order of the question; null for a room that is no more. */
  public static final Address<ListChanges, List<Changes>> LIST_CHANGES = new Address<>("persistence.unread.changes");

  /** Of a room, after {@code from} and up to {@code to}. */
  public record ListMentions(long roomId, long from, long to) { }

  /** @param userIds who is mentioned */
  public record Mention(long seq, LastMessage message, long[] userIds) { }

  public static final int MENTIONS_A_PAGE = 50;

  /** The first {@link #MENTIONS_A_PAGE} of them, oldest first. */
  public static final Address<ListMentions, List<Mention>> LIST_MENTIONS = new Address<>("persistence.unread.mentions");

  /** @param to the seq up to which messages count */
  public record CountUnread(long roomId, List<Long> userIds, List<Long> readSeqs, long to) { }

  /** In the order of the question. */
  public static final Address<CountUnread, List<Integer>> COUNT_UNREAD = new Address<>("persistence.unread.count");

  /** @param ts of the last event known, null when there is none */
  public record Known(long roomId, long seq, Instant ts) { }

  /** @param versions known, by user */
  public record Compare(List<Known> rooms, Map<Long, Long> versions) { }

  /**
   * What is not as it was known.
   *
   * @param rooms whose log ends elsewhere, or which are no more
   * @param versions what they are, by user
   */
  public record Compared(Set<Long> rooms, Map<Long, Long> versions) { }

  public static final Address<Compare, Compared> COMPARE = new Address<>("persistence.unread.compare");

  /** The rooms of these users are others now, by something that is no event: a room made, a public room joined. */
  public record Moved(List<Long> userIds) { }

  /** Announced after the commit. */
  public static final Address<Moved, Void> MOVED = new Address<>("persistence.unread.moved");

  /** Messages of the room up to {@code seq} are gone, since they are not kept for longer. */
  public record Thinned(long roomId, long seq) { }

  /** Announced after the commit. */
  public static final Address<Thinned, Void> THINNED = new Address<>("persistence.unread.thinned");
}
