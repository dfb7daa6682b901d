package io.fastroom.torture;

import static io.fastroom.torture.Verdict.Fault.DOUBLED;
import static io.fastroom.torture.Verdict.Fault.GHOST;
import static io.fastroom.torture.Verdict.Fault.LOST;
import static io.fastroom.torture.Verdict.Fault.PHANTOM;
import static io.fastroom.torture.Verdict.Fault.REORDERED;
import static io.fastroom.torture.Verdict.Fault.UNAUTHORISED;

import io.fastroom.torture.Entry.Acknowledged;
import io.fastroom.torture.Entry.Joined;
import io.fastroom.torture.Entry.Kind;
import io.fastroom.torture.Entry.Out;
import io.fastroom.torture.Entry.Seen;
import io.fastroom.torture.Truth.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds what clients saw against what is committed. Where a log was taken back, what a client saw before may be over the
 * one that is gone; then it must start over, and from then on see nothing of the old one. Not thread-safe.
 */
public final class Checker {
  private final Truth truth;
  /** The log as it stands, then those that were taken back, the last one first. */
  private final List<Truth> logs = new ArrayList<>();
  private final Verdict verdict = new Verdict();

  public Checker(Truth truth) {
    this(truth, List.of());
  }

  /** @param gone the logs as they were before each time they were taken back, in the order of the times */
  public Checker(Truth truth, List<Truth> gone) {
    this.truth = truth;
    logs.add(truth);
    gone.forEach(log -> logs.add(1, log));
    truth.twice().forEach(event -> verdict.add(DOUBLED, "two events at one place: " + event));
    truth.doubledClientIds().forEach(event -> verdict.add(DOUBLED, "a client_id twice in the database: " + event));
    truth.logs().forEach(this::checkRoom);
  }

  /** No two messages, also of logs that are gone, have one id. */
  public void checkIds() {
    Map<Long, Event> messages = new HashMap<>();
    for (Truth log : logs) {
      for (List<Event> room : log.logs()) {
        for (Event event : room) {
          Event other = event.kind() == Kind.CHAT ? messages.putIfAbsent(event.subject(), event) : null;
          if (other != null && (other.room() != room.get(0).room() || !other.ts().equals(event.ts()))) {
            verdict.add(DOUBLED, "one id for two messages: " + event + ", " + other);
          }
        }
      }
    }
  }

  /** The room's own log: no holes, time in order, nothing written by whoever might not write. */
  private void checkRoom(List<Event> log) {
    Set<Long> silenced = new HashSet<>();
    long expected = 1;
    Instant last = Instant.MIN;
    for (Event event : log) {
      if (event.seq() != expected) {
        verdict.add(LOST, event.seq() - expected, "a hole in the database before " + event);
      }
      expected = event.seq() + 1;
      if (event.ts().isBefore(last)) {
        verdict.add(REORDERED, "time runs backwards in the database at " + event);
      }
      last = event.ts();
      if (event.kind() == Kind.MEMBER_UPDATE) {
        if (event.mayWrite()) {
          silenced.remove(event.user());
        } else {
          silenced.add(event.user());
        }
      } else if (event.kind() == Kind.CHAT && silenced.contains(event.user())) {
        verdict.add(UNAUTHORISED, "committed for one who may not write: " + event);
      }
    }
  }

  /** @param finished whether the client was connected to the end and had time to see all */
  public void check(String name, long user, Iterable<Entry> log, boolean finished) {
    Map<Long, Stretch> open = new HashMap<>();
    Map<Long, Stretch> ended = new HashMap<>();
    Map<Long, Visitor> visitors = new HashMap<>();
    for (Entry entry : log) {
      Stretch stretch = open.get(entry.room());
      Visitor visitor = visitors.computeIfAbsent(entry.room(), room -> new Visitor());
      if (entry instanceof Joined joined) {
        visitor.judge(stretch == null ? ended.remove(joined.room()) : stretch, joined);
        open.put(joined.room(), new Stretch(name, user, joined));
      } else if (entry instanceof Out out) {
        if (stretch != null && out.putOut()) {
          stretch.endByNode();
        }
        if (stretch != null) {
          ended.put(out.room(), open.remove(out.room()));
        }
      } else if (entry instanceof Acknowledged acknowledged) {
        acknowledged(name, user, acknowledged);
      } else if (stretch != null) {
        stretch.add(entry);
      } else {
        outside(name, entry);
      }
    }
    open.forEach((room, stretch) -> {
      if (finished) {
        stretch.lastToTheEnd();
      }
      visitors.get(room).judge(stretch, null);
    });
    ended.forEach((room, stretch) -> visitors.get(room).judge(stretch, null));
  }

  /**
   * @param begun by room, the seq after which everything of these kinds has to come to the receiver of this hook
   * @param finished whether it had time to get all
   */
  public void checkHook(String name, Map<Long, Long> begun, Set<Kind> kinds, Iterable<Entry> log, boolean finished) {
    List<Truth> eras = new ArrayList<>(logs);
    Collections.reverse(eras);
    HookJudge judge = new HookJudge(name, begun, kinds, eras);
    log.forEach(entry -> judge.add((Entry.Delivered) entry));
    verdict.addAll(judge.end(finished));
  }

  /** One client in one room over all its stretches. */
  private final class Visitor {
    /** Logs that are gone and that it was told to leave. */
    private final Set<Truth> left = new HashSet<>();
    private Truth over = truth;

    /** @param stretch null for none; @param next null for none */
    void judge(Stretch stretch, Joined next) {
      if (stretch == null) {
        return;
      }
      if (next != null && next.startsOver()) {
        stretch.toldAfterwards();
      }
      if (stretch.joined().startsOver() && over != truth) {
        left.add(over);
      }
      if (stretch.joined().told() && logs.stream().noneMatch(log -> log.differs(truth, stretch.joined().room()))) {
        verdict.add(LOST, stretch + ", though the log was never taken back");
      }
      Verdict best = null;
      for (Truth log : logs) {
        Verdict found = StretchJudge.judge(stretch, log, logs);
        if (log != truth && left.contains(log)) {
          found.add(GHOST, stretch + ": had been told to leave that log");
        }
        if (log != truth && stretch.toTheEnd()) {
          found.add(GHOST, stretch + ": ends over a log that was taken back");
        }
        if (best == null || found.total() < best.total()) {
          best = found;
          over = log;
        }
      }
      verdict.addAll(best);
    }
  }

  private void outside(String name, Entry entry) {
    if (entry instanceof Seen seen && seen.retry() && logs.stream().anyMatch(log -> log.holds(seen))) {
      return;
    }
    if (entry instanceof Seen seen && logs.stream().noneMatch(log -> log.holds(seen))) {
      verdict.add(PHANTOM, name + " saw " + seen + ", committed is " + truth.at(seen.room(), seen.seq()));
    } else {
      verdict.add(UNAUTHORISED, name + " got " + entry + " outside the room");
    }
  }

  private void acknowledged(String name, long user, Acknowledged acknowledged) {
    List<Event> events = logs.stream().map(log -> log.said(acknowledged.room(), user, acknowledged.clientId()))
        .filter(java.util.Objects::nonNull).toList();
    if (events.isEmpty()) {
      verdict.add(LOST, name + " was told of " + acknowledged + ", which is not committed");
    } else if (events.stream().noneMatch(event -> event.seq() == acknowledged.seq()
        && event.room() == acknowledged.room())) {
      verdict.add(DOUBLED, name + " was told of " + acknowledged + ", committed is " + events);
    }
  }

  public Verdict verdict() {
    return verdict;
  }
}
