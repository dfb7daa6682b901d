package io.fastroom.persistence;

import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MessageUpdated;
import java.util.List;

/**
 * How many events of a room's log are read at once: as many as take so many bytes, by those that were read last. What a
 * reading brings is in memory before anybody can say how much it is.
 *
 * <p>Thread: its owner's.
 */
public final class LogPageSize {
  /** What an event takes in a room of which nothing is known: of the longest it is still little that is read then. */
  private static final long UNKNOWN_BYTES = 8 << 10;
  /** What an event takes beside its text, twice: objects and places in maps. */
  private static final long EVENT_BYTES = 600;

  private final long bytes;
  private long eventBytes = UNKNOWN_BYTES;

  /** @param bytes of memory that a page may take, about */
  public LogPageSize(long bytes) {
    this.bytes = bytes;
  }

  /** Events, at least one and at most {@code most}. */
  public int atMost(int most) {
    return (int) Math.min(most, Math.max(1, bytes / eventBytes));
  }

  /** What so many events will take, about. */
  public long bytes(int events) {
    return events * eventBytes;
  }

  /** Sizes the next page by this one; an empty one tells nothing. */
  public void saw(List<RoomEvent> events) {
    if (!events.isEmpty()) {
      eventBytes = events.stream().mapToLong(LogPageSize::of).sum() / events.size();
    }
  }

  /** What an event and its frame take, before it is encoded, in bytes of memory. */
  public static long of(RoomEvent event) {
    String text = event instanceof Chat chat ? chat.message().content()
        : event instanceof MessageUpdated edit ? edit.content() : "";
    return 6L * text.length() + EVENT_BYTES;
  }
}
