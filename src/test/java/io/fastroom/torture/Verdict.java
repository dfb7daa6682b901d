package io.fastroom.torture;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the checker found; all counts must be 0. Not thread-safe. */
public final class Verdict {
  private static final int DETAILS = 40;

  /** What can go wrong. */
  enum Fault {
    /** Committed and not delivered, or acknowledged and not committed. */
    LOST,
    /** Came twice. */
    DOUBLED,
    /** Came out of its order. */
    REORDERED,
    /** Was never committed. */
    PHANTOM,
    /** Came to somebody who must not have it. */
    UNAUTHORISED,
    /** Went with a log that was taken back, and was shown on. */
    GHOST,
    /** Came too late after the last blow. */
    SILENT
  }

  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
  private final List<String> details = new ArrayList<>();

  void add(Fault fault, long count, String detail) {
    counts.merge(fault, count, Long::sum);
    if (details.size() < DETAILS) {
      details.add(fault.name().toLowerCase(Locale.ROOT) + ": " + detail);
    }
  }

  void add(Fault fault, String detail) {
    add(fault, 1, detail);
  }

  void addAll(Verdict other) {
    other.counts.forEach((fault, count) -> counts.merge(fault, count, Long::sum));
    other.details.stream().limit(DETAILS - details.size()).forEach(details::add);
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  public boolean clean() {
    return total() == 0;
  }

  /** The first faults, one a line. */
  public List<String> details() {
    return List.copyOf(details);
  }

  @Override
  public String toString() {
    return Stream.of(Fault.values())
        .map(fault -> fault.name().toLowerCase(Locale.ROOT) + "=" + counts.getOrDefault(fault, 0L))
        .collect(Collectors.joining(" "));
  }
}
