package io.fastroom.torture;

import io.fastroom.torture.Entry.Acknowledged;
import io.fastroom.torture.Entry.Joined;
import io.fastroom.torture.Entry.Kind;
import io.fastroom.torture.Entry.Out;
import io.fastroom.torture.Entry.Seen;
import io.fastroom.torture.Entry.Shown;
import io.fastroom.torture.Truth.Event;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds what clients saw against what is committed. Not thread-safe. */
public final class Checker {
  private final Truth truth;
  private final Verdict verdict = new Verdict();
  private final Map<String, Event> byClientId = new HashMap<>();

  public Checker(Truth truth) {
    this.truth = truth;
    truth.twice().forEach(event -> verdict.doubled("two events at one place: " + event));
    truth.logs().forEach(this::checkRoom);
  }

  /** The room's own log: no holes, time in order, nothing written by whoever might not write. */
  private void checkRoom(List<Event> log) {
    Set<Long> silenced = new HashSet<>();
    long expected = 1;
    Instant last = Instant.MIN;
    for (Event event : log) {
      if (event.seq() != expected) {
        verdict.lost(event.seq() - expected, "a hole in the database before " + event);
      }
      expected = event.seq() + 1;
      if (event.ts().isBefore(last)) {
        verdict.reordered("time runs backwards in the database at " + event);
      }
      last = event.ts();
      if (event.kind() == Kind.MEMBER_UPDATE) {
        if (event.mayWrite()) {
          silenced.remove(event.user());
        } else {
          silenced.add(event.user());
        }
      } else if (event.kind() == Kind.CHAT) {
        if (silenced.contains(event.user())) {
          verdict.unauthorised("committed for one who may not write: " + event);
        }
        if (event.clientId() != null && byClientId.put(event.user() + " " + event.clientId(), event) != null) {
          verdict.doubled("a client_id twice in the database: " + event);
        }
      }
    }
  }

  /** @param finished whether the client was connected to the end and had time to see all */
  public void check(String name, long user, Iterable<Entry> log, boolean finished) {
    Map<Long, Stream> streams = new HashMap<>();
    for (Entry entry : log) {
      if (entry instanceof Joined joined) {
        close(streams.get(joined.room()));
        streams.put(joined.room(), open(name, user, joined));
      } else if (entry instanceof Out out) {
        Stream stream = streams.remove(out.room());
        if (stream != null && out.putOut()) {
          reachesItsFence(stream);
        }
        close(stream);
      } else if (entry instanceof Seen seen) {
        seen(name, streams.get(seen.room()), seen);
      } else if (entry instanceof Shown shown) {
        shown(name, streams.get(shown.room()), shown);
      } else if (entry instanceof Acknowledged acknowledged) {
        acknowledged(name, user, acknowledged);
      }
    }
    streams.forEach((room, stream) -> {
      long end = Math.min(stream.fence, truth.head(room));
      if (finished && stream.last < end) {
        verdict.lost(end - stream.last, name + " in room " + room + " ends at " + stream.last + " of " + end);
      }
      close(stream);
    });
  }

  public Verdict verdict() {
    return verdict;
  }

  /** One stay in a room. {@code fence} is the first decision after the join that put the user out. */
  private static final class Stream {
    private final String where;
    private final long fence;
    private final long joinedAt;
    private final Set<Long> missing = new HashSet<>();
    private final Set<Long> answers = new HashSet<>();
    private long last;
    private long shown;

    Stream(String where, long joinedAt, long last, long fence) {
      this.where = where;
      this.joinedAt = joinedAt;
      this.last = last;
      this.fence = fence;
    }
  }

  private Stream open(String name, long user, Joined joined) {
    String where = name + " in room " + joined.room() + " joined at " + joined.seq() + " since " + joined.since();
    if (joined.since() >= 0 && !joined.resumed()) {
      verdict.lost(1, where + ": was not resumed");
    }
    boolean mayRead = true;
    long fence = Long.MAX_VALUE;
    for (Event decision : truth.decisions(joined.room(), user)) {
      if (decision.seq() <= joined.seq()) {
        mayRead = decision.mayRead();
      } else if (!decision.mayRead()) {
        fence = Math.min(fence, decision.seq());
      }
    }
    if (!mayRead) {
      verdict.unauthorised(where + ": let in though put out before");
    }
    return new Stream(where, joined.seq(), joined.resumed() ? joined.since() : joined.seq(), fence);
  }

  private void reachesItsFence(Stream stream) {
    if (stream.fence == Long.MAX_VALUE) {
      verdict.phantom(stream.where + ": was put out though no decision says so");
    } else if (stream.last < stream.fence) {
      verdict.lost(stream.fence - stream.last, stream.where + ": was put out at " + stream.last
          + " before the fence at " + stream.fence);
    }
  }

  private void close(Stream stream) {
    if (stream != null && !stream.missing.isEmpty()) {
      verdict.lost(stream.missing.size(), stream.where + ": " + stream.missing.stream().sorted().limit(10).toList());
    }
  }

  private void seen(String name, Stream stream, Seen seen) {
    Event event = truth.at(seen.room(), seen.seq());
    if (event == null || event.kind() != seen.kind() || event.subject() != seen.subject()) {
      verdict.phantom(name + " saw " + seen + ", committed is " + event);
      return;
    }
    if (seen.retry() && (stream == null || seen.seq() != stream.last + 1)) {
      return;
    }
    if (stream == null) {
      verdict.unauthorised(name + " saw " + seen + " outside the room");
      return;
    }
    if (seen.seq() > stream.fence) {
      verdict.unauthorised(stream.where + ": saw " + seen + " beyond the fence at " + stream.fence);
    }
    if (stream.missing.remove(seen.seq())) {
      verdict.reordered(stream.where + ": " + seen + " came after " + stream.last);
    } else if (seen.seq() <= stream.last) {
      // The answer to a retry took this place before its own broadcast came.
      if (!stream.answers.remove(seen.seq())) {
        verdict.doubled(stream.where + ": " + seen + " again, after " + stream.last);
      }
    } else {
      for (long hole = stream.last + 1; hole < seen.seq(); hole++) {
        stream.missing.add(hole);
      }
      stream.last = seen.seq();
      if (seen.retry()) {
        stream.answers.add(seen.seq());
      }
    }
  }

  private void shown(String name, Stream stream, Shown shown) {
    Event event = truth.at(shown.room(), shown.seq());
    if (event == null || event.kind() != Kind.CHAT || event.subject() != shown.message()) {
      verdict.phantom(name + " was shown " + shown + ", committed is " + event);
    } else if (stream == null) {
      verdict.unauthorised(name + " was shown " + shown + " outside the room");
    } else if (shown.seq() <= stream.shown || shown.seq() > stream.joinedAt) {
      verdict.reordered(stream.where + ": was shown " + shown + " after " + stream.shown);
    } else {
      stream.shown = shown.seq();
    }
  }

  private void acknowledged(String name, long user, Acknowledged acknowledged) {
    Event event = byClientId.get(user + " " + acknowledged.clientId());
    if (event == null) {
      verdict.lost(1, name + " was told of " + acknowledged + ", which is not committed");
    } else if (event.seq() != acknowledged.seq() || event.room() != acknowledged.room()) {
      verdict.doubled(name + " was told of " + acknowledged + ", committed is " + event);
    }
  }
}
