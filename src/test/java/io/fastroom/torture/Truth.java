package io.fastroom.torture;

import io.fastroom.support.RoomRef;
import io.fastroom.torture.Entry.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The log of every room as it stands committed. Not thread-safe. */
public final class Truth {
  private static final Kind[] KINDS =
      {null, Kind.MESSAGE_UPDATED, Kind.MESSAGE_DELETED, Kind.MEMBER_UPDATE, Kind.ROOM_UPDATED};

  private final Map<Long, TreeMap<Long, Event>> rooms = new HashMap<>();
  private final List<Event> twice = new ArrayList<>();
  private final Map<String, Event> said = new HashMap<>();
  private final List<Event> saidTwice = new ArrayList<>();

  /**
   * @param subject the message, or the user of a member_update
   * @param user the author of a chat, or the user of a member_update
   * @param clientId of a chat that has one
   * @param mayRead of a member_update: whether the user may from then on see the room
   * @param mayWrite of a member_update: whether the user may from then on write
   */
  record Event(long room, long seq, Kind kind, long subject, long user, String clientId, Instant ts, boolean mayRead,
               boolean mayWrite) {

    long micros() {
      return Truth.micros(ts);
    }
  }

  static long micros(Instant ts) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, ts);
  }

  void add(Event event) {
    Event before = rooms.computeIfAbsent(event.room(), id -> new TreeMap<>()).put(event.seq(), event);
    if (before != null) {
      twice.add(event);
    }
    if (event.clientId() != null && said.put(key(event.room(), event.user(), event.clientId()), event) != null) {
      saidTwice.add(event);
    }
  }

  static Truth read(Connection database, List<RoomRef> rooms) throws SQLException {
    Truth truth = new Truth();
    String there = rooms.stream().map(room -> "" + room.id()).collect(Collectors.joining(",", " WHERE room_id IN (", ")"));
    try (Statement statement = database.createStatement()) {
      ResultSet m = statement.executeQuery("SELECT room_id, seq, id, user_id, client_id, created_at FROM messages"
          + there);
      while (m.next()) {
        truth.add(new Event(m.getLong(1), m.getLong(2), Kind.CHAT, m.getLong(3), m.getLong(4), m.getString(5),
            m.getTimestamp(6).toInstant(), true, true));
      }
      ResultSet e = statement.executeQuery("SELECT room_id, seq, kind, message_id, user_id, ts, is_member, is_banned,"
          + " is_muted FROM room_events" + there);
      while (e.next()) {
        Kind kind = KINDS[e.getInt(3)];
        boolean mayRead = e.getBoolean(7) && !e.getBoolean(8);
        truth.add(new Event(e.getLong(1), e.getLong(2), kind, kind == Kind.MEMBER_UPDATE ? e.getLong(5) : e.getLong(4),
            e.getLong(5), null, e.getTimestamp(6).toInstant(), mayRead, mayRead && !e.getBoolean(9)));
      }
    }
    return truth;
  }

  /** What is unique is unique within its room. */
  private static String key(long room, long user, String clientId) {
    return room + " " + user + " " + clientId;
  }

  /** Null when there is no such event. */
  Event at(long room, long seq) {
    return rooms.getOrDefault(room, new TreeMap<>()).get(seq);
  }

  /** Whether it has this event at its place; times count where both are known. */
  boolean holds(Entry.Seen seen) {
    Event event = at(seen.room(), seen.seq());
    return event != null && event.kind() == seen.kind() && event.subject() == seen.subject()
        && (seen.ts() == Entry.UNKNOWN || seen.ts() == event.micros());
  }

  /** Whether this is a position of it; 0 always is. */
  boolean bears(long room, long seq, long ts) {
    Event event = at(room, seq);
    return seq == 0 || event != null && (ts == Entry.UNKNOWN || ts == event.micros());
  }

  /** Whether it has an event in the room that the other has not. */
  boolean differs(Truth other, long room) {
    return rooms.getOrDefault(room, new TreeMap<>()).values().stream()
        .anyMatch(event -> !event.equals(other.at(room, event.seq())));
  }

  /** The chat of a user by its client_id; null when there is none. */
  Event said(long room, long user, String clientId) {
    return said.get(key(room, user, clientId));
  }

  /** Chats whose client_id their author had used before. */
  List<Event> doubledClientIds() {
    return saidTwice;
  }

  long head(long room) {
    TreeMap<Long, Event> log = rooms.get(room);
    return log == null ? 0 : log.lastKey();
  }

  /** All events in order, room by room. */
  Iterable<List<Event>> logs() {
    return rooms.values().stream().map(log -> List.copyOf(log.values())).toList();
  }

  /** The events after one seq up to another, in order. */
  Iterable<Event> between(long room, long after, long to) {
    return to <= after ? List.of() : rooms.getOrDefault(room, new TreeMap<>()).subMap(after, false, to, true).values();
  }

  /** Places that were given out twice. */
  List<Event> twice() {
    return twice;
  }

  /** What was decided about a user in a room, in order. */
  List<Event> decisions(long room, long user) {
    return rooms.getOrDefault(room, new TreeMap<>()).values().stream()
        .filter(event -> event.kind() == Kind.MEMBER_UPDATE && event.user() == user).toList();
  }
}
