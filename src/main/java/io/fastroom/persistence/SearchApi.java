package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.Message;
import io.fastroom.model.SearchQuery;
import java.time.Instant;
import java.util.List;

/** What may be asked of persistence about messages of all rooms. The rules of {@link PersistenceApi} hold. */
public final class SearchApi {
  private SearchApi() { }

  /**
   * The newest messages that the actor may read, the newest first. Refused: BANNED, ROOM_NOT_FOUND.
   *
   * @param roomId 0 for all rooms
   * @param author the normalised username, null for any
   * @param after the messages are later, null for any
   * @param before the messages are earlier, null for any
   * @param below their ids are lower
   */
  public record Search(long actorId, SearchQuery query, long roomId, String author, Instant after, Instant before,
                       int limit, long below) { }

  /** @param room its present name */
  public record Found(Message message, long roomId, String room) { }

  /**
   * May be short, even empty, where there is more: there is a limit to the time a search takes.
   *
   * @param below where it goes on, null when that was all
   */
  public record FoundPage(List<Found> items, Long below) {
    public FoundPage {
      items = List.copyOf(items);
    }
  }

  public static final Address<Search, FoundPage> SEARCH = new Address<>("persistence.message.search");
}
