package io.fastroom.torture;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.torture.Entry.Joined;
import io.fastroom.torture.Entry.Kind;
import io.fastroom.torture.Entry.Out;
import io.fastroom.torture.Entry.Seen;
import io.fastroom.torture.Entry.Shown;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One client in one room: what it holds, and what it writes into its diary. Thread: under its client's lock. */
final class Stay {
  /** What tells the answer to a join from the news of a ban, and an answer to a chat from both. */
  private static final String JOIN = "join#";
  private static final long PATIENCE = 4_500_000_000L;
  static final Map<String, Kind> KINDS = Map.of("chat", Kind.CHAT, "message_updated", Kind.MESSAGE_UPDATED,
      "message_deleted", Kind.MESSAGE_DELETED, "member_update", Kind.MEMBER_UPDATE, "room_updated", Kind.ROOM_UPDATED);

  private record Position(long seq, String ts) { }

  private enum State { OUTSIDE, ASKED, ANSWERED, INSIDE }

  private final RoomRef room;
  private final Person person;
  private final Diary diary;
  private final long retryNanos;
  private State state = State.OUTSIDE;
  private long askedAt;
  /** Where each join that was sent wants to go on from, by its ref: one may be answered after the next was sent. */
  private final Map<String, Position> asked = new HashMap<>();
  /** That of the join being answered; null when told to start over. */
  private Position since;
  private long insideSince;
  private long joinedSeq;
  private String joinedAt;
  /** Who is there, as the node has told. */
  private final Set<String> there = new TreeSet<>();
  /** The seq of the last event held, -1 for none, and its time as the node gave it. */
  private long held = -1;
  private String heldTs;

  /** @param retryMillis how long it waits before it asks again after it was refused */
  Stay(RoomRef room, Person person, Diary diary, long retryMillis) {
    this.room = room;
    this.person = person;
    this.diary = diary;
    this.retryNanos = retryMillis * 1_000_000;
  }

  RoomRef room() {
    return room;
  }

  boolean inside() {
    return state == State.INSIDE;
  }

  Set<String> there() {
    return Set.copyOf(there);
  }

  /** Neither inside nor being answered; it may have asked. */
  boolean outside() {
    return state == State.OUTSIDE || state == State.ASKED;
  }

  /** What it holds: the next time it comes as a stranger. */
  void forget() {
    hold(-1, null);
  }

  private void hold(long seq, String ts) {
    held = seq;
    heldTs = ts;
  }

  boolean at(long head) {
    return state == State.INSIDE && held == head;
  }

  /** Whether it has been inside for so long, and how far it has come is less than {@code head}. */
  boolean behind(long head, long millis) {
    return state == State.INSIDE && System.nanoTime() - insideSince > millis * 1_000_000 && held < head;
  }

  /** The wish to be let in, when outside and not too often; else null. */
  JsonObject ask(long now) {
    boolean due = now - askedAt > retryNanos;
    if (state == State.OUTSIDE && due || state == State.ASKED && now - askedAt > PATIENCE) {
      state = State.ASKED;
      askedAt = now;
      String ref = JOIN + asked.size();
      asked.put(ref, new Position(held, heldTs));
      JsonObject join = new JsonObject().put("type", "join").put("room", room.name()).put("ref", ref);
      if (held >= 0) {
        join.put("since", held);
        // A position; a node of before knows only the seq.
        if (heldTs != null) {
          join.put("since_ts", heldTs);
        }
      }
      return join;
    }
    return null;
  }

  void out() {
    out(false);
  }

  private void out(boolean putOut) {
    if (state == State.INSIDE || state == State.ANSWERED) {
      diary.write(new Out(room.id(), putOut));
    }
    state = State.OUTSIDE;
    askedAt = 0;
  }

  /** @param retry whether the frame bears the ref of a repeated chat */
  void hear(JsonObject frame, boolean retry) {
    String type = frame.getString("type");
    switch (type) {
      case "joined" -> {
        if (state == State.INSIDE) {
          diary.write(new Out(room.id(), false));
        }
        joinedSeq = frame.getLong("seq");
        // Unasked it tells to start over.
        since = asked.get(frame.getString("ref"));
        joinedAt = frame.getString("ts");
        state = State.ANSWERED;
      }
      case "history" -> history(frame);
      case "presence_state" -> {
        there.clear();
        names(frame, "users").forEach(there::add);
      }
      case "presence_diff" -> {
        names(frame, "join").forEach(there::add);
        names(frame, "leave").forEach(there::remove);
      }
      case "left" -> out();
      case "error" -> refused(frame.getString("ref"), frame.getString("code"));
      default -> {
        if (KINDS.containsKey(type)) {
          event(frame, retry);
        }
      }
    }
  }

  private static Stream<String> names(JsonObject frame, String field) {
    return frame.getJsonArray(field, new JsonArray()).stream().map(String.class::cast);
  }

  private void refused(String ref, String code) {
    if (asked.containsKey(ref) && state == State.ASKED) {
      state = State.OUTSIDE;
      askedAt = System.nanoTime();
    } else if (ref == null && "banned".equals(code) && !outside()) {
      out(true);
    }
  }

  private void history(JsonObject frame) {
    boolean resumed = frame.getBoolean("resumed", false);
    if (state == State.ANSWERED) {
      state = State.INSIDE;
      insideSince = System.nanoTime();
      diary.write(since == null
          ? new Joined(room.id(), joinedSeq, micros(joinedAt), -1, Entry.UNKNOWN, resumed, true)
          : new Joined(room.id(), joinedSeq, micros(joinedAt), since.seq, micros(since.ts), resumed, false));
      if (resumed && since != null) {
        hold(since.seq, since.ts);
      } else {
        hold(joinedSeq, joinedAt);
      }
    }
    for (Object each : frame.getJsonArray("messages")) {
      JsonObject entry = (JsonObject) each;
      if (resumed) {
        event(entry, false);
      } else {
        diary.write(new Shown(room.id(), entry.getLong("seq"), entry.getLong("message_id"),
            micros(entry.getString("ts"))));
      }
    }
  }

  private void event(JsonObject frame, boolean retry) {
    Kind kind = KINDS.get(frame.getString("type"));
    long seq = frame.getLong("seq");
    long subject = subject(kind, frame);
    String ts = frame.getString("ts");
    diary.write(new Seen(room.id(), seq, kind, subject, micros(ts), retry));
    if (state == State.INSIDE && seq > held && (!retry || seq == held + 1)) {
      hold(seq, ts);
    }
    boolean mine = kind == Kind.MEMBER_UPDATE && subject == person.id();
    if (mine && state == State.INSIDE && seq > joinedSeq
        && (frame.getBoolean("is_banned") || !frame.getBoolean("is_member"))) {
      out(true);
    }
  }

  static long subject(Kind kind, JsonObject event) {
    return kind == Kind.MEMBER_UPDATE ? event.getLong("user_id") : event.getLong("message_id", 0L);
  }

  static long micros(String ts) {
    return ts == null ? Entry.UNKNOWN : Truth.micros(Instant.parse(ts));
  }

  @Override
  public String toString() {
    return room.name() + " " + state + " at " + held;
  }
}
