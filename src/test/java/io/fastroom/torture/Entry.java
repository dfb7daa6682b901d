package io.fastroom.torture;

/** A line of a client's log: what it did and what it saw, in the order it happened to it. Times are microseconds. */
public sealed interface Entry {
  /** Where a time is not known. */
  long UNKNOWN = -1;

  /** The kinds of durable events; {@code subject} of an event is the message's id, or the user's for a member_update. */
  enum Kind { CHAT, MESSAGE_UPDATED, MESSAGE_DELETED, MEMBER_UPDATE, ROOM_UPDATED }

  /**
   * Let into a room, or told to start over in it.
   *
   * @param seq where the node says the room stands
   * @param ts of the event at {@code seq}
   * @param since what the client asked to go on from, -1 for nothing
   * @param sinceTs of the event at {@code since}
   * @param resumed whether the node goes on from there
   * @param told whether the node said so unasked
   */
  record Joined(long room, long seq, long ts, long since, long sinceTs, boolean resumed, boolean told)
      implements Entry {

    /** The client has to give up what it has held before. */
    boolean startsOver() {
      return told || since >= 0 && !resumed;
    }
  }

  /**
   * A durable event, live or replayed after {@code since}.
   *
   * @param retry whether it answers a chat the client had sent before, so that it may come out of turn
   */
  record Seen(long room, long seq, Kind kind, long subject, long ts, boolean retry) implements Entry { }

  /** A message among the last ones that a join without {@code since} gives. */
  record Shown(long room, long seq, long message, long ts) implements Entry { }

  /**
   * Out of the room.
   *
   * @param putOut by the node, which said so; else the client left or the socket is gone
   */
  record Out(long room, boolean putOut) implements Entry { }

  /** A chat of this client's was answered by a chat. */
  record Acknowledged(long room, String clientId, long seq) implements Entry { }

  /**
   * An event that a webhook's receiver was sent.
   *
   * @param id the {@code webhook-id}
   * @param signed whether the signature is the hook's
   * @param taken whether the receiver said so; what it refused is still due
   */
  record Delivered(long room, long seq, Kind kind, long subject, long ts, String id, boolean signed, boolean taken)
      implements Entry {

    Seen seen() {
      return new Seen(room, seq, kind, subject, ts, false);
    }
  }

  long room();

  default String line() {
    if (this instanceof Joined e) {
      return "J " + e.room + " " + e.seq + " " + e.ts + " " + e.since + " " + e.sinceTs + " " + e.resumed + " " + e.told;
    } else if (this instanceof Seen e) {
      return "S " + e.room + " " + e.seq + " " + e.kind + " " + e.subject + " " + e.ts + " " + e.retry;
    } else if (this instanceof Shown e) {
      return "H " + e.room + " " + e.seq + " " + e.message + " " + e.ts;
    } else if (this instanceof Out e) {
      return "O " + e.room + " " + e.putOut;
    } else if (this instanceof Delivered e) {
      return "D " + e.room + " " + e.seq + " " + e.kind + " " + e.subject + " " + e.ts + " " + e.id + " " + e.signed
          + " " + e.taken;
    }
    Acknowledged e = (Acknowledged) this;
    return "A " + e.room + " " + e.clientId + " " + e.seq;
  }

  static Entry parse(String line) {
    String[] f = line.split(" ");
    long room = Long.parseLong(f[1]);
    return switch (f[0]) {
      case "J" -> new Joined(room, Long.parseLong(f[2]), Long.parseLong(f[3]), Long.parseLong(f[4]),
          Long.parseLong(f[5]), Boolean.parseBoolean(f[6]), Boolean.parseBoolean(f[7]));
      case "S" -> new Seen(room, Long.parseLong(f[2]), Kind.valueOf(f[3]), Long.parseLong(f[4]), Long.parseLong(f[5]),
          Boolean.parseBoolean(f[6]));
      case "H" -> new Shown(room, Long.parseLong(f[2]), Long.parseLong(f[3]), Long.parseLong(f[4]));
      case "O" -> new Out(room, Boolean.parseBoolean(f[2]));
      case "D" -> new Delivered(room, Long.parseLong(f[2]), Kind.valueOf(f[3]), Long.parseLong(f[4]),
          Long.parseLong(f[5]), f[6], Boolean.parseBoolean(f[7]), Boolean.parseBoolean(f[8]));
      case "A" -> new Acknowledged(room, f[2], Long.parseLong(f[3]));
      default -> throw new IllegalArgumentException(line);
    };
  }
}
