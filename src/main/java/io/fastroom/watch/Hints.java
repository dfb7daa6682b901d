package io.fastroom.watch;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Hint;
import io.fastroom.bus.Bus;
import io.fastroom.wire.WatchHints;
import io.fastroom.wire.WatchHints.Read;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gathers what other nodes are to be told. They all hear one channel: what a node tells grows with the rooms in which
 * something happens, not with those who watch them, and a watched room needs no subscription of its own.
 *
 * <p>Thread: the WatchVerticle's. Limits: {@value #MOST} entries a message; there is one a tenth of a second otherwise.
 */
final class Hints {
  private static final int MOST = 2_000;

  private final Bus bus;
  private Map<Long, Long> heads = new HashMap<>();
  private Set<Long> users = new HashSet<>();
  private List<Read> reads = new ArrayList<>();
  private Map<Long, Long> thinned = new HashMap<>();

  Hints(Bus bus) {
    this.bus = bus;
  }

  void head(long roomId, long seq) {
    heads.merge(roomId, seq, Math::max);
    flushIf(MOST);
  }

  void user(long userId) {
    users.add(userId);
    flushIf(MOST);
  }

  void read(Read read) {
    reads.add(read);
    flushIf(MOST);
  }

  void thinned(long roomId, long seq) {
    thinned.merge(roomId, seq, Math::max);
    flushIf(MOST);
  }

  /** To be called several times a second. */
  void flush() {
    flushIf(1);
  }

  private void flushIf(int entries) {
    if (heads.size() + users.size() + reads.size() + thinned.size() >= entries) {
      bus.tell(BridgeApi.HINT, new Hint(new WatchHints(heads, users, reads, thinned)));
      heads = new HashMap<>();
      users = new HashSet<>();
      reads = new ArrayList<>();
      thinned = new HashMap<>();
    }
  }
}
