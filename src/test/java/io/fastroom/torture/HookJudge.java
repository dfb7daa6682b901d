package io.fastroom.torture;

import static io.fastroom.torture.Verdict.Fault.DOUBLED;
import static io.fastroom.torture.Verdict.Fault.GHOST;
import static io.fastroom.torture.Verdict.Fault.LOST;
import static io.fastroom.torture.Verdict.Fault.PHANTOM;
import static io.fastroom.torture.Verdict.Fault.REORDERED;
import static io.fastroom.torture.Verdict.Fault.UNAUTHORISED;

import io.fastroom.torture.Entry.Delivered;
import io.fastroom.torture.Entry.Kind;
import io.fastroom.torture.Truth.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a webhook's receiver was sent: everything, in the order of each room, at least once. What comes again has to bear
 * the id that it had, by which a receiver knows it. A receiver is not told that a log was taken back, but once it has had
 * something of the one that followed, nothing comes of the old one. Not thread-safe.
 */
final class HookJudge {
  private final String name;
  private final Map<Long, Long> begun;
  private final Set<Kind> kinds;
  private final List<Truth> eras;
  private final Map<Long, Course> rooms = new HashMap<>();
  private final Map<String, Place> ids = new HashMap<>();
  private final Verdict verdict = new Verdict();

  private record Place(long room, long seq, long micros) {
    static Place of(Event event) {
      return new Place(event.room(), event.seq(), event.micros());
    }
  }

  /**
   * @param begun by room, the seq after which everything has to come
   * @param kinds of events that have to come, and nothing else
   * @param eras the logs that were taken back, in the order of the times, and the one that stands
   */
  HookJudge(String name, Map<Long, Long> begun, Set<Kind> kinds, List<Truth> eras) {
    this.name = name;
    this.begun = begun;
    this.kinds = kinds;
    this.eras = eras;
  }

  void add(Delivered one) {
    if (!one.signed()) {
      verdict.add(PHANTOM, name + " got " + one + ", which is not signed by its secret");
    } else if (!begun.containsKey(one.room()) || one.seq() <= begun.get(one.room()) || !kinds.contains(one.kind())) {
      verdict.add(UNAUTHORISED, name + " got " + one + ", which is not for it");
    } else {
      rooms.computeIfAbsent(one.room(), Course::new).add(one);
    }
  }

  /** @param finished whether it had time to get all */
  Verdict end(boolean finished) {
    begun.keySet().forEach(room -> rooms.computeIfAbsent(room, Course::new).end(finished));
    return verdict;
  }

  /** Of one room. */
  private final class Course {
    private final long room;
    private final Map<Place, String> had = new HashMap<>();
    private final Set<Place> skipped = new HashSet<>();
    private final Set<Place> taken = new HashSet<>();
    private int era;
    /** In the present era all up to here has been taken or is among the skipped. */
    private long looked;

    Course(long room) {
      this.room = room;
      this.looked = begun.get(room);
    }

    void add(Delivered one) {
      int first = -1;
      int last = -1;
      for (int i = 0; i < eras.size(); i++) {
        if (eras.get(i).holds(one.seen())) {
          first = first < 0 ? i : first;
          last = i;
        }
      }
      if (last < 0) {
        verdict.add(PHANTOM, name + " got " + one + ", committed is " + eras.get(eras.size() - 1).at(room, one.seq()));
      } else if (last < era) {
        verdict.add(GHOST, name + " got " + one + " though it had had something of the log that followed");
      } else {
        if (first > era) {
          era = first;
          looked = begun.get(room);
        }
        known(new Place(room, one.seq(), one.ts()), one);
      }
    }

    private void known(Place place, Delivered one) {
      String before = had.putIfAbsent(place, one.id());
      if (before != null && !before.equals(one.id())) {
        verdict.add(DOUBLED, name + " got " + one + " as another event than " + before);
      }
      Place other = ids.putIfAbsent(one.id(), place);
      if (other != null && !other.equals(place)) {
        verdict.add(LOST, name + " got " + one + " under the id of " + other);
      }
      for (Event event : eras.get(era).between(room, looked, one.seq() - 1)) {
        if (isDue(event)) {
          skipped.add(Place.of(event));
        }
      }
      looked = Math.max(looked, one.seq() - 1);
      if (skipped.remove(place)) {
        verdict.add(REORDERED, name + " got " + one + " after what came later");
      }
      if (one.taken()) {
        taken.add(place);
      }
    }

    private boolean isDue(Event event) {
      return kinds.contains(event.kind()) && !taken.contains(Place.of(event));
    }

    void end(boolean finished) {
      Truth truth = eras.get(eras.size() - 1);
      for (Event event : truth.between(room, begun.get(room), finished ? truth.head(room) : looked)) {
        if (isDue(event)) {
          verdict.add(LOST, name + " never got " + event);
        }
      }
    }
  }
}
