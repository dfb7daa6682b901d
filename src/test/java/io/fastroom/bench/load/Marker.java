package io.fastroom.bench.load;

/**
 * What a chat of the load carries: {@code @run:scheduled:sender:n@}, with the time in nanoseconds since the run began.
 *
 * <p>Thread: the loop's. An instance is a cursor over a frame; it remembers where the last marker was, since frames of
 * one server look alike and searching each would be the generator's greatest cost.
 */
final class Marker {
  private int usual;
  private byte[] bytes;
  private int at;
  private int end;

  int run;
  long scheduled;
  int sender;
  int n;

  static String text(int run, long scheduled, int sender, int n) {
    return "@" + run + ":" + scheduled + ":" + sender + ":" + n + "@";
  }

  /** Finds the first marker of a frame. */
  boolean find(byte[] frame, int from, int to) {
    bytes = frame;
    end = to;
    int guess = from + usual;
    if (guess < to && frame[guess] == '@' && read(guess)) {
      return true;
    }
    for (int i = from; i < to; i++) {
      if (frame[i] == '@' && read(i)) {
        usual = i - from;
        return true;
      }
    }
    return false;
  }

  private boolean read(int from) {
    at = from + 1;
    run = (int) number(':');
    scheduled = run < 0 ? -1 : number(':');
    sender = scheduled < 0 ? -1 : (int) number(':');
    n = sender < 0 ? -1 : (int) number('@');
    return n >= 0;
  }

  /** The digits up to a character; -1 when it is something else. */
  private long number(char stop) {
    long value = 0;
    int start = at;
    while (at < end) {
      int digit = bytes[at++] - '0';
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
      } else {
        return digit + '0' == stop && at > start + 1 ? value : -1;
      }
    }
    return -1;
  }
}
