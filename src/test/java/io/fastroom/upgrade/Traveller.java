package io.fastroom.upgrade;

import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Somebody in a room who says something again and again, repeats it until it is answered, and comes back to any node with
 * the position of the last event whenever the socket is closed.
 *
 * <p>Thread: the one that runs it; what it has seen is read after its end.
 */
final class Traveller implements Runnable {
  private static final long PACE_MILLIS = 100;

  private final Person person;
  private final RoomRef room;
  private final List<NodeProcess> nodes;
  /** What was told of each seq, and what was not as it should be. */
  private final TreeMap<Long, JsonObject> seen = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private final List<Integer> closeCodes = new ArrayList<>();
  private Ws ws;
  private int read;
  private volatile int said;
  private volatile boolean hushed;
  private volatile boolean answered;
  private volatile boolean stopped;
  private volatile long goal = Long.MAX_VALUE;
  private volatile long last;
  /** The seq that only the answer to a repeated chat has told so far. */
  private long early;

  /** @param nodes those that a balancer would know now; another thread changes it */
  Traveller(Person person, RoomRef room, List<NodeProcess> nodes) {
    this.person = person;
    this.room = room;
    this.nodes = nodes;
  }

  @Override
  public void run() {
    String unanswered = null;
    int attempt = 0;
    while (!stopped && (last < goal || unanswered != null)) {
      try {
        if (ws == null) {
          connect();
        }
        if (unanswered == null && !hushed) {
          unanswered = person.name() + " says " + ++said;
          attempt = 0;
        }
        if (unanswered != null) {
          say(unanswered, said + "/" + ++attempt);
          unanswered = null;
        }
        answered = hushed;
        look();
        if (!ws.isOpen()) {
          leave();
        }
      } catch (UncheckedIOException | AssertionError away) {
        leave();
      }
      Until.pause(PACE_MILLIS);
    }
    leave();
  }

  private void connect() {
    ws = Ws.connect(nodes.get(ThreadLocalRandom.current().nextInt(nodes.size())), person.access());
    read = 0;
    JsonObject held = seen.isEmpty() ? null : seen.lastEntry().getValue();
    Joined answer = held == null ? ws.join(room.name(), 0L)
        : ws.join(room.name(), held.getLong("seq"), held.getString("ts"));
    if (answer.error() != null) {
      throw new AssertionError("not let in: " + answer.error());
    }
    if (!answer.resumed()) {
      faults.add("does not resume at " + held);
    }
  }

  private void say(String text, String ref) {
    ws.send("chat", "room", room.name(), "message", text, "client_id", text, "ref", ref);
    JsonObject answer = ws.await("the answer to a chat", f -> ref.equals(f.getString("ref")));
    if (!Ws.type(answer, "chat")) {
      throw new AssertionError("not taken: " + answer);
    }
  }

  private void leave() {
    if (ws != null) {
      look();
      if (!ws.isOpen()) {
        closeCodes.add(ws.awaitClose());
      }
      ws.abandon();
      ws = null;
    }
  }

  /** Goes through the frames that have come since it last did. */
  private void look() {
    List<Ws.Received> all = ws.received();
    for (; read < all.size(); read++) {
      JsonObject frame = all.get(read).json();
      if (Ws.type(frame, "history")) {
        frame.getJsonArray("messages").forEach(entry -> event((JsonObject) entry));
      } else if (frame.containsKey("seq") && !Ws.type(frame, "joined")) {
        event(frame);
      }
    }
  }

  private void event(JsonObject event) {
    long seq = event.getLong("seq");
    boolean repeated = !event.getString("ref", "/1").endsWith("/1");
    if (seq == last + 1) {
      seen.put(seq, event);
      last = seq;
      early = repeated ? seq : 0;
    } else if (!repeated && seq != early) {
      faults.add(event + " after " + last);
    }
  }

  /** Says nothing new from now on. */
  void hush() {
    hushed = true;
  }

  /** Ends, whatever is still unanswered. */
  void stop() {
    stopped = true;
  }

  /** Ends when all is answered and the room's log has been seen up to there. */
  void endAt(long head) {
    goal = head;
  }

  /** Has been told to say nothing new, and all that was said is answered. */
  boolean isAnswered() {
    return answered;
  }

  long last() {
    return last;
  }

  int said() {
    return said;
  }

  Person person() {
    return person;
  }

  RoomRef room() {
    return room;
  }

  Map<Long, JsonObject> seen() {
    return seen;
  }

  List<String> faults() {
    return faults;
  }

  List<Integer> closeCodes() {
    return closeCodes;
  }
}
