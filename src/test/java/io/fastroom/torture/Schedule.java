package io.fastroom.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** What will be broken and when: the same for the same seed, duration and set of faults. */
record Schedule(List<Blow> blows) {
  /** Longer than every timeout that a node has for a question or an answer. */
  private static final int LONG_MILLIS = 12_000;
  private static final int SHORT_MILLIS = 100;

  /** What can break. On the command line in small letters, with hyphens. */
  enum What {
    KILL_NODE(3), FREEZE_NODE(1), FREEZE_NODE_LONG(1),
    KILL_REDIS(1), KILL_REDIS_LOSING_ALL(1), FLUSHALL(2), FREEZE_REDIS(1), FREEZE_REDIS_LONG(1),
    /** A replica becomes the master, and the master its replica, behind the same address. */
    DEMOTE_REDIS(1),
    /** The master is killed and a replica, which may lack its last writes, takes over behind the same address. */
    FAILOVER_REDIS(1),
    /** The wall clock of Redis steps, by up to ten minutes either way. */
    STEP_REDIS_CLOCK(2),
    KILL_POSTGRES(1), FREEZE_POSTGRES(1), FREEZE_POSTGRES_LONG(1),
    /** A standby that has everything takes over. */
    PROMOTE(2),
    /** A standby that lacks the last commits takes over. */
    PROMOTE_LOSING(2),
    /** The nodes reach PostgreSQL through one, in transaction mode, which is restarted. */
    RESTART_PGBOUNCER(1),
    /** A node stops as for a rolling restart and comes back. */
    RESTART_NODE(1),
    /** Nobody takes what webhooks deliver. */
    STOP_RECEIVER(1),
    /** The links of one node to PostgreSQL or Redis: refused, or open with nothing coming through. */
    CUT_POSTGRES_LINK(1), HOLE_POSTGRES_LINK(1), CUT_REDIS_LINK(1), HOLE_REDIS_LINK(1),
    /** A firewall has forgotten the connections of one node: nothing comes through them any more; new ones work. */
    FORGET_POSTGRES_LINK(1), FORGET_REDIS_LINK(1),
    /** An operator takes back the last chats of a room, under live nodes. */
    TAKE_BACK_LOG(1);

    private final int weight;

    What(int weight) {
      this.weight = weight;
    }

    static What of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private boolean isLong() {
      return name().endsWith("_LONG");
    }
  }

  /**
   * @param at milliseconds after the start
   * @param node which one, for blows at nodes and their links
   * @param millis how long it stays down
   */
  record Blow(long at, What what, int node, int millis) { }

  /** Those that the suite has time for and that need nothing but what the tests bring. */
  static final Set<What> USUAL = EnumSet.of(What.KILL_NODE, What.FREEZE_NODE, What.KILL_REDIS,
      What.KILL_REDIS_LOSING_ALL, What.FLUSHALL, What.FREEZE_REDIS, What.KILL_POSTGRES, What.FREEZE_POSTGRES,
      What.PROMOTE, What.CUT_POSTGRES_LINK, What.HOLE_POSTGRES_LINK, What.CUT_REDIS_LINK, What.HOLE_REDIS_LINK);

  static Schedule of(long seed, Duration duration, int nodes, Collection<What> faults) {
    List<What> lots = new ArrayList<>();
    for (What what : EnumSet.copyOf(faults)) {
      for (int i = 0; i < what.weight; i++) {
        lots.add(what);
      }
    }
    Random random = new Random(seed);
    List<Blow> blows = new ArrayList<>();
    long at = 2_000;
    while (at < duration.toMillis()) {
      What what = lots.get(random.nextInt(lots.size()));
      int millis = (what.isLong() ? LONG_MILLIS : SHORT_MILLIS) + random.nextInt(2_500);
      blows.add(new Blow(at, what, random.nextInt(nodes), millis));
      at += 2_000 + random.nextInt(4_000) + (what.isLong() ? LONG_MILLIS : 0);
    }
    return new Schedule(List.copyOf(blows));
  }
}
