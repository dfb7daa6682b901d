package io.fastroom.watch;

import java.util.Arrays;

/** A column of numbers, of four bytes each while all of them fit, as ids and seqs nearly always do. Thread: its owner's. */
final class Numbers {
  private int[] narrow = new int[0];
  /** Null while all fit. */
  private long[] wide;

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

  /** Moves {@code count} of them. */
  void move(int from, int to, int count) {
    Object column = wide == null ? narrow : wide;
    System.arraycopy(column, from, column, to, count);
  }

  /** The index of one of the first {@code size}, which ascend; else where it belongs, negated, less one. */
  int find(long value, int size) {
    if (wide != null) {
      return Arrays.binarySearch(wide, 0, size, value);
    }
    return value == (int) value ? Arrays.binarySearch(narrow, 0, size, (int) value) : value > 0 ? -size - 1 : -1;
  }
}
