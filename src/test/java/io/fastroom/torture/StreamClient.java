package io.fastroom.torture;

import io.fastroom.support.EventStream;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Somebody who reads a room as server-sent events and comes back to any node with the last id whenever the stream ends.
 *
 * <p>Thread: the one that runs it; the stream's reader enters through {@link #hear}, under this object's lock.
 */
final class StreamClient implements Witness {
  private static final long RETRY_MILLIS = 1_000;
  /** How long a node may send no event before the client tries another one. */
  private static final long DEAF = 6_000_000_000L;

  private final Random random;
  private final Person person;
  private final List<String> nodes;
  private final Diary diary;
  private final Stay stay;
  private EventStream stream;
  private int connection;
  private long heardAt;
  /** As the node gave it: whether it is the position of what was read shows in what comes after it. */
  private String lastId;
  private volatile boolean restless = true;
  private volatile boolean stopped;

  /** @param nodes their URLs */
  StreamClient(long seed, Person person, List<String> nodes, RoomRef room, Diary diary) {
    random = new Random(seed);
    this.person = person;
    this.nodes = nodes;
    this.diary = diary;
    stay = new Stay(room, person, diary, RETRY_MILLIS);
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        turn();
      } catch (IOException | UncheckedIOException | AssertionError broken) {
        disconnected();
      }
      Until.pause(40 + random.nextInt(160));
    }
    disconnected();
  }

  private void turn() throws IOException {
    JsonObject wish;
    long now = System.nanoTime();
    synchronized (this) {
      boolean deaf = now - heardAt > DEAF;
      if (stream == null || stream.ended() || restless && (deaf || random.nextInt(150) == 0)) {
        disconnected();
      }
      wish = stay.ask(now);
    }
    if (wish != null) {
      open(wish);
    }
  }

  private void open(JsonObject wish) throws IOException {
    Map<String, String> headers = new HashMap<>(Map.of("Authorization", "Bearer " + person.access()));
    int mine;
    synchronized (this) {
      mine = ++connection;
      close();
      if (lastId != null) {
        headers.put("Last-Event-ID", lastId);
      }
    }
    String ref = wish.getString("ref");
    EventStream fresh = EventStream.open(nodes.get(random.nextInt(nodes.size())),
        stay.room().path() + "/events", headers, event -> hear(mine, ref, event));
    synchronized (this) {
      if (fresh.status() == 200) {
        stream = fresh;
        heardAt = System.nanoTime();
      } else {
        stay.hear(new JsonObject().put("type", "error").put("ref", ref), false);
        fresh.close();
      }
    }
  }

  private synchronized void hear(int from, String ref, EventStream.Event event) {
    if (from != connection) {
      return;
    }
    heardAt = System.nanoTime();
    JsonObject frame = event.data();
    if (Ws.type(frame, "joined") && stay.outside()) {
      // The first answers the request; any other tells to start over.
      frame.put("ref", ref);
    }
    stay.hear(frame, false);
    lastId = event.id() == null ? lastId : event.id();
  }

  private synchronized void disconnected() {
    connection++;
    stay.out();
    close();
  }

  private void close() {
    if (stream != null) {
      try {
        stream.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        stream = null;
      }
    }
  }

  @Override
  public void hush() {
    restless = false;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public synchronized boolean settled(Heads heads) {
    return stay.at(heads.of(stay.room().id()));
  }

  @Override
  public synchronized List<String> behind(Heads heads, long millis) {
    return stay.behind(heads.of(stay.room().id()), millis) ? List.of(state(heads)) : List.of();
  }

  @Override
  public synchronized String state(Heads heads) {
    return person.name() + " by stream " + stay + " of " + heads.of(stay.room().id()) + ", last id " + lastId;
  }

  @Override
  public void testify(Checker checker) {
    checker.check(person.name(), person.id(), () -> diary.entries(), true);
  }

  Person person() {
    return person;
  }
}
