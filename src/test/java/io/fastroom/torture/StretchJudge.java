package io.fastroom.torture;

import static io.fastroom.torture.Verdict.Fault.DOUBLED;
import static io.fastroom.torture.Verdict.Fault.GHOST;
import static io.fastroom.torture.Verdict.Fault.LOST;
import static io.fastroom.torture.Verdict.Fault.PHANTOM;
import static io.fastroom.torture.Verdict.Fault.REORDERED;
import static io.fastroom.torture.Verdict.Fault.UNAUTHORISED;

import io.fastroom.torture.Entry.Joined;
import io.fastroom.torture.Entry.Kind;
import io.fastroom.torture.Entry.Seen;
import io.fastroom.torture.Entry.Shown;
import io.fastroom.torture.Truth.Event;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Holds one stretch against one log. Not thread-safe. */
final class StretchJudge {
  /** Who was away for more events, banned perhaps, begins anew. */
  private static final long RESUMABLE = 10_000;

  private final Stretch stretch;
  private final Truth log;
  private final List<Truth> all;
  private final Verdict verdict = new Verdict();
  private final Set<Long> missing = new HashSet<>();
  private final Set<Long> answers = new HashSet<>();
  /** The first decision after the join that put the user out. */
  private final long fence;
  private long last;
  private long shown;

  private StretchJudge(Stretch stretch, Truth log, List<Truth> all) {
    this.stretch = stretch;
    this.log = log;
    this.all = all;
    Joined joined = stretch.joined();
    last = joined.resumed() ? joined.since() : joined.seq();
    fence = fence(joined);
  }

  /** @param log the one it is held against; @param all it may have been over instead, this one included */
  static Verdict judge(Stretch stretch, Truth log, List<Truth> all) {
    StretchJudge judge = new StretchJudge(stretch, log, all);
    judge.begin();
    for (Entry entry : stretch.entries()) {
      if (entry instanceof Seen seen) {
        judge.seen(seen);
      } else if (entry instanceof Shown each) {
        judge.shown(each);
      }
    }
    judge.end();
    return judge.verdict;
  }

  private long fence(Joined joined) {
    long first = Long.MAX_VALUE;
    boolean mayRead = true;
    for (Event decision : log.decisions(joined.room(), stretch.user())) {
      if (decision.seq() <= joined.seq()) {
        mayRead = decision.mayRead();
      } else if (!decision.mayRead()) {
        first = Math.min(first, decision.seq());
      }
    }
    if (!mayRead) {
      verdict.add(UNAUTHORISED, stretch + ": let in though put out before");
    }
    return first;
  }

  private void begin() {
    Joined joined = stretch.joined();
    if (joined.seq() > 0 && joined.ts() != Entry.UNKNOWN && !log.bears(joined.room(), joined.seq(), joined.ts())) {
      absent(all.stream().anyMatch(each -> each.bears(joined.room(), joined.seq(), joined.ts())),
          stretch + ": the log has another event there than the one of " + joined.ts());
    }
    if (joined.since() < 0) {
      return;
    }
    boolean known = log.bears(joined.room(), joined.since(), joined.sinceTs());
    if (joined.resumed() && !known) {
      verdict.add(GHOST, stretch + ": resumed, though the log at " + joined.since() + " is another");
    } else if (!joined.resumed() && known && joined.seq() - joined.since() <= RESUMABLE) {
      verdict.add(LOST, stretch + ": was not resumed");
    }
  }

  /** The logs that followed this one. */
  private Stream<Truth> later() {
    return all.stream().takeWhile(each -> each != log);
  }

  /** Whether what let the user in is gone from a log that followed. */
  private boolean isOutLater() {
    long room = stretch.joined().room();
    return later().filter(each -> each.differs(log, room)).anyMatch(each -> {
      boolean mayRead = true;
      boolean out = false;
      for (Event decision : each.decisions(room, stretch.user())) {
        mayRead = decision.seq() <= stretch.joined().seq() ? decision.mayRead() : mayRead;
        out |= decision.seq() > stretch.joined().seq() && !decision.mayRead();
      }
      return out || !mayRead;
    });
  }

  private void absent(boolean elsewhere, String detail) {
    verdict.add(elsewhere ? GHOST : PHANTOM, detail);
  }

  private void seen(Seen seen) {
    if (!log.holds(seen)) {
      // An answer to a retry is true of the log as it is by now. Of other events the first ones that fit by their seq may
      // come before the node knows, when all is given up in the next moment.
      if ((seen.retry() || stretch.givenUp()) && later().anyMatch(each -> each.holds(seen))) {
        return;
      }
      absent(all.stream().anyMatch(each -> each.holds(seen)), stretch.name() + " saw " + seen + ", that log has "
          + log.at(seen.room(), seen.seq()));
      return;
    }
    if (seen.retry() && seen.seq() != last + 1) {
      return;
    }
    if (seen.seq() > fence) {
      verdict.add(UNAUTHORISED, stretch + ": saw " + seen + " beyond the fence at " + fence);
    }
    if (missing.remove(seen.seq())) {
      verdict.add(REORDERED, stretch + ": " + seen + " came after " + last);
    } else if (seen.seq() <= last) {
      // The answer to a retry took this place before its own broadcast came.
      if (!answers.remove(seen.seq())) {
        verdict.add(DOUBLED, stretch + ": " + seen + " again, after " + last);
      }
    } else {
      for (long hole = last + 1; hole < seen.seq(); hole++) {
        missing.add(hole);
      }
      last = seen.seq();
      if (seen.retry()) {
        answers.add(seen.seq());
      }
    }
  }

  private void shown(Shown each) {
    if (!log.holds(new Seen(each.room(), each.seq(), Kind.CHAT, each.message(), each.ts(), false))) {
      Seen as = new Seen(each.room(), each.seq(), Kind.CHAT, each.message(), each.ts(), false);
      absent(all.stream().anyMatch(other -> other.holds(as)), stretch.name() + " was shown " + each + ", that log has "
          + log.at(each.room(), each.seq()));
    } else if (each.seq() <= shown || each.seq() > stretch.joined().seq()) {
      verdict.add(REORDERED, stretch + ": was shown " + each + " after " + shown);
    } else {
      shown = each.seq();
    }
  }

  private void end() {
    if (stretch.putOut() && fence == Long.MAX_VALUE) {
      if (!isOutLater()) {
        verdict.add(PHANTOM, stretch + ": was put out though no decision says so");
      }
    } else if (stretch.putOut() && last < fence) {
      verdict.add(LOST, fence - last, stretch + ": was put out at " + last + " before the fence at " + fence);
    }
    long end = Math.min(fence, log.head(stretch.joined().room()));
    if (stretch.toTheEnd() && last < end) {
      verdict.add(LOST, end - last, stretch + ": ends at " + last + " of " + end);
    }
    if (!missing.isEmpty()) {
      verdict.add(LOST, missing.size(), stretch + ": " + missing.stream().sorted().limit(10).toList());
    }
  }
}
