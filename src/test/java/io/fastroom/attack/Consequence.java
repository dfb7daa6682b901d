package io.fastroom.attack;

import io.fastroom.support.NodeProcess;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a defence does to those who attack, and nothing else does: who has so much of a machine that nobody else suffers
 * may have met no defence at all.
 */
@FunctionalInterface
interface Consequence {
  /** What has been seen of one attack. */
  @FunctionalInterface
  interface Verdict {
    /** @return null once it has come about, else what was seen instead */
    String missing(Watch watch);

    default boolean isMet(Watch watch) {
      return missing(watch) == null;
    }
  }

  /** To be asked before the attack. */
  Verdict expect(NodeProcess node);

  /** What is counted where somebody is refused or closed. */
  static Consequence counted(String metric) {
    return node -> {
      double before = node.metric(metric);
      return watch -> node.metric(metric) > before ? null : metric + " has not grown";
    };
  }

  /** They had to wait for one another. */
  static Consequence queued(String metric) {
    return node -> watch -> watch.most(metric) > 0 ? null : "nobody waited by " + metric;
  }

  /** What is kept for them stays below a bound. */
  static Consequence atMost(String metric, double bound) {
    return node -> watch -> watch.most(metric) <= bound ? null
        : String.format("%s was %.0f, more than %.0f", metric, watch.most(metric), bound);
  }

  /** @param wrong what the attack has found out itself, null when it is as it should be */
  static Consequence of(Supplier<String> wrong) {
    return node -> watch -> wrong.get();
  }

  /** All of them. */
  static Consequence all(Consequence... parts) {
    return node -> {
      Verdict[] verdicts = Stream.of(parts).map(part -> part.expect(node)).toArray(Verdict[]::new);
      return watch -> Stream.of(verdicts).map(verdict -> verdict.missing(watch)).filter(missing -> missing != null)
          .findFirst().orElse(null);
    };
  }
}
