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
  /** Of each kind. */
  private static final int DETAILS = 12;

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
    SILENT,
    /** A list of rooms shows another count, mark or message than the tables have. */
    UNREAD,
    /** Somebody in a room is not shown there, or somebody is who is not. */
    PRESENCE
  }

  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
  private final Map<Fault, List<String>> details = new EnumMap<>(Fault.class);

  void add(Fault fault, long count, String detail) {
    counts.merge(fault, count, Long::sum);
    List<String> those = details.computeIfAbsent(fault, first -> new ArrayList<>());
    if (those.size() < DETAILS) {
      those.add(fault.name().toLowerCase(Locale.ROOT) + ": " + detail);
    }
  }

  void add(Fault fault, String detail) {
    add(fault, 1, detail);
  }

  void addAll(Verdict other) {
    other.counts.forEach((fault, count) -> counts.merge(fault, count, Long::sum));
    other.details.forEach((fault, their) -> {
      List<String> ours = details.computeIfAbsent(fault, first -> new ArrayList<>());
      their.stream().limit(DETAILS - ours.size()).forEach(ours::add);
    });
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  public boolean clean() {
    return total() == 0;
  }

  /** The first faults, one a line. */
  public List<String> details() {
    return details.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public String toString() {
    return Stream.of(Fault.values())
        .map(fault -> fault.name().toLowerCase(Locale.ROOT) + "=" + counts.getOrDefault(fault, 0L))
        .collect(Collectors.joining(" "));
  }
}
