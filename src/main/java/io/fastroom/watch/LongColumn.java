package io.fastroom.watch;

import java.util.Arrays;

/**
 * A column of longs that takes half the memory while all of them fit into an int, as ids and seqs nearly always do.
 * Thread: its owner's.
 */
final class LongColumn {
  /** One of the two is null. */
  private int[] narrow = new int[0];
  private long[] wide;

  /** How many rows there is room for. */
  int length() {
    return wide == null ? narrow.length : wide.length;
  }

  void resize(int length) {
    if (wide == null) {
      narrow = Arrays.copyOf(narrow, length);
    } else {
      wide = Arrays.copyOf(wide, length);
    }
  }

  long get(int at) {
    return wide == null ? narrow[at] : wide[at];
  }

  void set(int at, long value) {
    if (wide == null && value != (int) value) {
      wide = Arrays.stream(narrow).asLongStream().toArray();
      narrow = null;
    }
    if (wide == null) {
      narrow[at] = (int) value;
    } else {
      wide[at] = value;
    }
  }

  /** Moves so many rows. */
  void move(int from, int to, int count) {
    Object rows = wide == null ? narrow : wide;
    System.arraycopy(rows, from, rows, to, count);
  }

  /** Of the first {@code size} rows, which ascend. @return as {@link Arrays#binarySearch(long[], long)} */
  int find(long value, int size) {
    if (wide != null) {
      return Arrays.binarySearch(wide, 0, size, value);
    }
    return value == (int) value ? Arrays.binarySearch(narrow, 0, size, (int) value) : value < 0 ? -1 : -size - 1;
  }

  long[] copy(int size) {
    return wide == null ? Arrays.stream(narrow, 0, size).asLongStream().toArray() : Arrays.copyOf(wide, size);
  }
}
