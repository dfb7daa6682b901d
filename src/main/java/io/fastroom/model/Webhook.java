package io.fastroom.model;

import java.time.Instant;
import java.util.List;

/**
 * A receiver of the events of a room, or of all rooms.
 *
 * @param roomId 0 for all rooms
 * @param events the types it gets; empty for all
 * @param lag events that it has not got yet
 * @param lastStatus that of the last answer, null when there was none
 * @param lastError why the last try failed, null when it did not
 * @param lastAt when it was tried last, null for never
 */
public record Webhook(long id, long roomId, String url, List<String> events, State state, long lag, Integer lastStatus,
                      String lastError, Instant lastAt) {
  /** Whether events are delivered, tried again, or not even tried. */
  public enum State {
    ACTIVE, FAILING, DISABLED;

    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    public static State of(String text) {
      return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }
  }
}
