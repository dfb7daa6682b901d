package io.fastroom.model;

import java.util.List;

/**
 * A part of a list.
 *
 * @param total how long the whole is: kept, or counted up to a bound and no further
 * @param offset 0 when it was asked for by its place behind an entry
 * @param more whether anything comes after it
 */
public record Listing<T>(List<T> items, long total, int limit, long offset, boolean more) {
  public Listing {
    items = List.copyOf(items);
  }
}
