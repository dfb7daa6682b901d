package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A person who chats in some rooms, repeats every chat until it is answered, and comes back to any node with
 * {@code since} whenever the connection is gone.
 *
 * <p>Thread: the one that runs it; the socket's reader enters through {@link Stay}, under this object's lock.
 */
final class TortureClient implements Witness {
  private static final long PATIENCE = 3_000_000_000L;
  private static final long RETRY_MILLIS = 1_500;
  /** How long a node may say nothing before the client tries another one. */
  private static final long DEAF = 6_000_000_000L;

  private final Random random;
  private final Person person;
  private final List<NodeProcess> nodes;
  private final Map<String, Stay> rooms = new HashMap<>();
  private final List<Stay> stays = new ArrayList<>();
  private final Map<String, Pending> pending = new HashMap<>();
  private final Diary diary;
  private Ws ws;
  private int connection;
  private long heardAt;
  private int said;
  private int acknowledged;
  private volatile boolean chatting = true;
  private volatile boolean stopped;

  /** A chat that has not been answered. */
  private static final class Pending {
    private final Stay stay;
    private int attempt;
    private long sentAt;

    Pending(Stay stay) {
      this.stay = stay;
    }
  }

  TortureClient(long seed, Person person, List<NodeProcess> nodes, List<RoomRef> rooms, Diary diary) {
    random = new Random(seed);
    this.person = person;
    this.nodes = nodes;
    this.diary = diary;
    for (RoomRef room : rooms) {
      Stay stay = new Stay(room, person, diary, RETRY_MILLIS);
      this.rooms.put(room.name(), stay);
      stays.add(stay);
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        turn();
      } catch (UncheckedIOException | AssertionError broken) {
        disconnected();
        Until.pause(50 + random.nextInt(200));
      }
      Until.pause(40 + random.nextInt(160));
    }
  }

  private void turn() {
    if (ws == null || !ws.isOpen()) {
      disconnected();
      connect();
    }
    long now = System.nanoTime();
    synchronized (this) {
      if (chatting && now - heardAt > DEAF) {
        throw new UncheckedIOException(new IOException("the node says nothing"));
      }
      for (Stay stay : stays) {
        JsonObject join = stay.ask(now);
        if (join != null) {
          ws.send(join);
        }
      }
      for (Map.Entry<String, Pending> each : List.copyOf(pending.entrySet())) {
        if (now - each.getValue().sentAt > PATIENCE) {
          send(each.getKey(), each.getValue(), now);
        }
      }
      Stay stay = stays.get(random.nextInt(stays.size()));
      if (chatting && stay.inside() && pending.size() < 8) {
        Pending chat = new Pending(stay);
        String clientId = person.id() + "-" + ++said;
        pending.put(clientId, chat);
        send(clientId, chat, now);
      }
    }
    int whim = chatting ? random.nextInt(120) : -1;
    if (whim == 0) {
      ws.abandon();
    } else if (whim == 1) {
      ws.close();
    } else if (whim == 2) {
      ws.send("leave", "room", stays.get(random.nextInt(stays.size())).room().name());
    }
  }

  private void connect() {
    Ws fresh = Ws.connect(nodes.get(random.nextInt(nodes.size())), person.access());
    synchronized (this) {
      ws = fresh;
      heardAt = System.nanoTime();
      int mine = ++connection;
      fresh.listen(frame -> {
        synchronized (this) {
          if (mine == connection) {
            hear(frame);
          }
        }
      });
    }
  }

  private synchronized void disconnected() {
    connection++;
    stays.forEach(Stay::out);
    if (ws != null) {
      ws.abandon();
      ws = null;
    }
  }

  private void send(String clientId, Pending chat, long now) {
    chat.attempt++;
    chat.sentAt = now;
    ws.send("chat", "room", chat.stay.room().name(), "message", person.name() + " says " + clientId,
        "client_id", clientId, "ref", clientId + "/" + chat.attempt);
  }

  private void hear(JsonObject frame) {
    heardAt = System.nanoTime();
    Stay stay = rooms.get(frame.getString("room", ""));
    String ref = frame.getString("ref", "");
    String clientId = ref.contains("/") ? ref.substring(0, ref.indexOf('/')) : null;
    if (stay != null) {
      stay.hear(frame, clientId != null && !ref.endsWith("/1"));
    }
    if (clientId == null) {
      return;
    }
    if (Ws.type(frame, "chat")) {
      diary.write(new Entry.Acknowledged(stay.room().id(), clientId, frame.getLong("seq")));
      acknowledged += pending.remove(clientId) == null ? 0 : 1;
    } else if (Ws.type(frame, "error")) {
      switch (frame.getString("code")) {
        case "muted", "banned", "room_not_found" -> pending.remove(clientId);
        case "not_in_room" -> {
          Pending refused = pending.remove(clientId);
          if (refused != null) {
            refused.stay.out();
          }
        }
        default -> { }
      }
    }
  }

  @Override
  public void hush() {
    chatting = false;
  }

  @Override
  public void stop() {
    stopped = true;
    synchronized (this) {
      connection++;
      if (ws != null) {
        ws.abandon();
      }
    }
  }

  @Override
  public synchronized boolean settled(Heads heads) {
    return pending.isEmpty() && stays.stream().allMatch(stay -> stay.at(heads.of(stay.room().id())));
  }

  @Override
  public synchronized List<String> behind(Heads heads, long millis) {
    return stays.stream().filter(stay -> stay.behind(heads.of(stay.room().id()), millis))
        .map(stay -> person.name() + " " + stay + ", which stood at " + heads.of(stay.room().id())).toList();
  }

  @Override
  public synchronized String state(Heads heads) {
    StringBuilder state = new StringBuilder(person.name() + " unanswered=" + pending.keySet());
    stays.stream().filter(stay -> !stay.at(heads.of(stay.room().id())))
        .forEach(stay -> state.append(" ").append(stay).append(" of ").append(heads.of(stay.room().id())));
    return state.toString();
  }

  /** Who is in the room as far as it has been told; null while it is not in there itself. */
  synchronized Set<String> there(RoomRef room) {
    Stay stay = rooms.get(room.name());
    return stay == null || !stay.inside() ? null : stay.there();
  }

  synchronized int acknowledged() {
    return acknowledged;
  }

  Person person() {
    return person;
  }

  @Override
  public void testify(Checker checker) {
    checker.check(person.name(), person.id(), () -> diary.entries(), true);
  }
}
