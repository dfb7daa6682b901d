package io.fastroom.torture;

import java.util.ArrayList;
import java.util.List;

/** What the checker found; all counts must be 0. Not thread-safe. */
public final class Verdict {
  private static final int DETAILS = 40;

  private final List<String> details = new ArrayList<>();
  private long lost;
  private long doubled;
  private long reordered;
  private long phantom;
  private long unauthorised;

  void lost(long count, String detail) {
    lost += count;
    note("lost", detail);
  }

  void doubled(String detail) {
    doubled++;
    note("doubled", detail);
  }

  void reordered(String detail) {
    reordered++;
    note("reordered", detail);
  }

  void phantom(String detail) {
    phantom++;
    note("phantom", detail);
  }

  void unauthorised(String detail) {
    unauthorised++;
    note("unauthorised", detail);
  }

  private void note(String what, String detail) {
    if (details.size() < DETAILS) {
      details.add(what + ": " + detail);
    }
  }

  public boolean clean() {
    return lost + doubled + reordered + phantom + unauthorised == 0;
  }

  /** The first faults, one a line. */
  public List<String> details() {
    return List.copyOf(details);
  }

  @Override
  public String toString() {
    return "lost=" + lost + " doubled=" + doubled + " reordered=" + reordered + " phantom=" + phantom
        + " unauthorised=" + unauthorised;
  }
}
