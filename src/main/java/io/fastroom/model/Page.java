package io.fastroom.model;

import java.util.List;

/** One page of a listing; {@code total} counts the whole of it. */
public record Page<T>(List<T> items, long total, int limit, long offset) {
  public Page {
    items = List.copyOf(items);
  }

  public boolean hasMore() {
    return offset + items.size() < total;
  }
}
