package io.fastroom.persistence;

import io.fastroom.bus.Address;
import java.util.List;
import java.util.Map;

/**
 * What may be asked of persistence about everything that is kept of somebody: page by page, none of which holds anything
 * open. The rules of {@link PersistenceApi} hold.
 */
public final class ExportApi {
  private ExportApi() { }

  /** In the order that they are written in. */
  public enum Section {
    ACCOUNT, IDENTITIES, SESSIONS, KNOWN_ADDRESSES, KEYS, LETTERS, LINKS, MEMBERSHIPS, ROOMS_MADE, INVITES, MESSAGES,
    REACTIONS, AUDIT;

    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Where a section goes on: behind an id; of messages and reactions in one room. */
  public record Mark(long roomId, long id) {
    public static final Mark BEGIN = new Mark(0, 0);
  }

  public record ReadSection(long userId, Section section, Mark after) { }

  /**
   * @param rows values by field name: numbers, truths, Instant, lists and maps of texts, null; may be empty although there
   *     is more
   * @param next null at the end of the section
   */
  public record Part(List<Map<String, Object>> rows, Mark next) { }

  public static final Address<ReadSection, Part> READ_SECTION = new Address<>("persistence.export.read");
}
