package io.fastroom.torture;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.fastroom.torture.Entry.Joined;
import io.fastroom.torture.Entry.Kind;
import io.fastroom.torture.Entry.Out;
import io.fastroom.torture.Entry.Seen;
import io.fastroom.torture.Entry.Shown;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** One client in one room: what it holds, and what it writes into its diary. Thread: under its client's lock. */
final class Stay {
  private static final long RETRY = 1_500_000_000L;
  private static final Map<String, Kind> KINDS = Map.of("chat", Kind.CHAT, "message_updated", Kind.MESSAGE_UPDATED,
      "message_deleted", Kind.MESSAGE_DELETED, "member_update", Kind.MEMBER_UPDATE, "room_updated", Kind.ROOM_UPDATED);

  private enum State { OUTSIDE, ASKED, ANSWERED, INSIDE }

  private final RoomRef room;
  private final Person person;
  private final Diary diary;
  private State state = State.OUTSIDE;
  private long askedAt;
  private long since;
  private long joinedSeq;
  /** The seq of the last event held, -1 for none. */
  private long held = -1;

  Stay(RoomRef room, Person person, Diary diary) {
    this.room = room;
    this.person = person;
    this.diary = diary;
  }

  RoomRef room() {
    return room;
  }

  boolean inside() {
    return state == State.INSIDE;
  }

  boolean at(long head) {
    return state == State.INSIDE && held >= head;
  }

  /** Asks to be let in when outside, and not too often. */
  void ask(Ws ws, long now) {
    boolean due = now - askedAt > RETRY;
    if (state == State.OUTSIDE && due || state == State.ASKED && now - askedAt > 3 * RETRY) {
      state = State.ASKED;
      askedAt = now;
      since = held;
      JsonObject join = new JsonObject().put("type", "join").put("room", room.name());
      ws.send(held < 0 ? join : join.put("since", held));
    }
  }

  void out() {
    if (state == State.INSIDE || state == State.ANSWERED) {
      diary.write(new Out(room.id()));
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
          diary.write(new Out(room.id()));
        }
        joinedSeq = frame.getLong("seq");
        state = State.ANSWERED;
      }
      case "history" -> history(frame);
      case "left" -> out();
      case "error" -> {
        // One with a ref answers a chat, which may be refused before the news of the ban has come.
        if (!frame.containsKey("ref") && ("banned".equals(frame.getString("code")) || state == State.ASKED)) {
          boolean inside = state == State.INSIDE;
          out();
          askedAt = inside ? 0 : System.nanoTime();
        }
      }
      default -> {
        if (KINDS.containsKey(type)) {
          event(frame, retry);
        }
      }
    }
  }

  private void history(JsonObject frame) {
    boolean resumed = frame.getBoolean("resumed", false);
    if (state == State.ANSWERED) {
      state = State.INSIDE;
      diary.write(new Joined(room.id(), joinedSeq, since, resumed));
      held = resumed ? since : joinedSeq;
    }
    for (Object each : frame.getJsonArray("messages")) {
      JsonObject entry = (JsonObject) each;
      if (resumed) {
        event(entry, false);
      } else {
        diary.write(new Shown(room.id(), entry.getLong("seq"), entry.getLong("message_id")));
      }
    }
  }

  private void event(JsonObject frame, boolean retry) {
    Kind kind = KINDS.get(frame.getString("type"));
    long seq = frame.getLong("seq");
    long subject = kind == Kind.MEMBER_UPDATE ? frame.getLong("user_id") : frame.getLong("message_id", 0L);
    diary.write(new Seen(room.id(), seq, kind, subject, retry));
    if (state == State.INSIDE && (!retry || seq == held + 1)) {
      held = Math.max(held, seq);
    }
    boolean mine = kind == Kind.MEMBER_UPDATE && subject == person.id();
    if (mine && state == State.INSIDE && seq > joinedSeq
        && (frame.getBoolean("is_banned") || !frame.getBoolean("is_member"))) {
      out();
    }
  }

  @Override
  public String toString() {
    return room.name() + " " + state + " at " + held;
  }
}
