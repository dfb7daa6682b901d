package io.fastroom.watch;

import io.fastroom.persistence.UnreadApi;

/**
 * The last messages of a room that are not deleted: enough to count for anybody what they have not read, without asking the
 * database.
 *
 * <p>Thread: the WatchVerticle's. Limits: {@value #SIZE} messages, 16 bytes each.
 */
final class Window {
  static final int SIZE = 128;

  private final long[] seqs = new long[SIZE];
  private final long[] authors = new long[SIZE];
  private int size;
  /** Every message after it that is not deleted is here. */
  private long start;

  /** @param lastSeqs of the last {@value #SIZE} messages, or of all if there are fewer; oldest first */
  Window(long[] lastSeqs, long[] lastAuthors) {
    replace(lastSeqs, lastAuthors);
    start = size < SIZE ? 0 : start;
  }

  private void replace(long[] newSeqs, long[] newAuthors) {
    size = newSeqs.length;
    System.arraycopy(newSeqs, 0, seqs, 0, size);
    System.arraycopy(newAuthors, 0, authors, 0, size);
    start = size == 0 ? start : seqs[0] - 1;
  }

  /** What has been said since: all of it, unless there are {@value #SIZE}. */
  void add(long[] newSeqs, long[] newAuthors) {
    if (newSeqs.length == SIZE) {
      replace(newSeqs, newAuthors);
      return;
    }
    int over = Math.max(0, size + newSeqs.length - SIZE);
    if (over > 0) {
      start = seqs[over - 1];
      System.arraycopy(seqs, over, seqs, 0, size - over);
      System.arraycopy(authors, over, authors, 0, size - over);
      size -= over;
    }
    System.arraycopy(newSeqs, 0, seqs, size, newSeqs.length);
    System.arraycopy(newAuthors, 0, authors, size, newAuthors.length);
    size += newSeqs.length;
  }

  /** The message at {@code seq} was deleted. */
  void remove(long seq) {
    for (int i = size - 1; i >= 0 && seqs[i] >= seq; i--) {
      if (seqs[i] == seq) {
        System.arraycopy(seqs, i + 1, seqs, i, size - i - 1);
        System.arraycopy(authors, i + 1, authors, i, size - i - 1);
        size--;
        return;
      }
    }
  }

  /** How many messages of others come after {@code readSeq}, 99 at most; -1 when that cannot be said from here. */
  int count(long userId, long readSeq) {
    int unread = 0;
    for (int i = size - 1; i >= 0 && seqs[i] > readSeq; i--) {
      if (authors[i] != userId && ++unread == UnreadApi.MOST) {
        return unread;
      }
    }
    return readSeq >= start || size > 0 && seqs[0] <= readSeq ? unread : -1;
  }
}
