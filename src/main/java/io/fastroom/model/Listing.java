package io.fastroom.model;

import java.util.List;

/**
 * A page of a list.
 *
 * @param total the length of the whole list: kept, or counted up to a limit and no further
 * @param offset 0 when the page was asked for by the entry it begins after
 * @param more whether anything comes after it
 */
public record Listing<T>(List<T> items, long total, int limit, long offset, boolean more) {
  public Listing {
    items = List.copyOf(items);
  }
}
