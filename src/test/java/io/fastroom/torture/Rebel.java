package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A socket of somebody who chats in a room and, when put out, asks to be let in again all the time.
 *
 * <p>Thread: the one that runs it; the socket's reader enters through {@link #hear}, under this object's lock.
 */
final class Rebel implements Runnable {
  private static final long RETRY_MILLIS = 10;

  private final Random random;
  private final Person person;
  private final Diary diary;
  private final Stay stay;
  private final Ws ws;
  private final List<String> faults = new ArrayList<>();
  /** The member_update that put it out was the last frame. */
  private boolean atFence;
  private int fences;
  private int entries;
  private int said;
  private volatile boolean chatting = true;
  private volatile boolean stopped;

  Rebel(long seed, Person person, NodeProcess node, RoomRef room, Diary diary) {
    this.random = new Random(seed);
    this.person = person;
    this.diary = diary;
    stay = new Stay(room, person, diary, RETRY_MILLIS);
    ws = person.connect(node);
    ws.listen(this::hear);
  }

  @Override
  public void run() {
    while (!stopped) {
      synchronized (this) {
        JsonObject join = stay.ask(System.nanoTime());
        if (join != null) {
          ws.send(join);
        }
        if (stay.inside() && chatting && random.nextInt(4) == 0) {
          ws.send("chat", "room", stay.room().name(), "message", "I said " + ++said, "ref", "chat");
        }
        if (!stay.inside() && random.nextInt(50) == 0) {
          stay.forget();
        }
      }
      Until.pause(5 + random.nextInt(20));
    }
  }

  private synchronized void hear(JsonObject frame) {
    String type = frame.getString("type");
    boolean ofRoom = stay.room().name().equals(frame.getString("room"));
    if (atFence && !("error".equals(type) && "banned".equals(frame.getString("code")) && !frame.containsKey("ref"))) {
      faults.add(person.name() + " got no error behind the fence but " + frame.encode());
    }
    if (ofRoom && stay.outside() && !"error".equals(type) && !"joined".equals(type)) {
      faults.add(person.name() + " is out and got " + frame.encode());
    }
    boolean inside = stay.inside();
    if (ofRoom) {
      stay.hear(frame, false);
    }
    atFence = inside && stay.outside() && "member_update".equals(type);
    fences += atFence ? 1 : 0;
    entries += !inside && stay.inside() ? 1 : 0;
  }

  void hush() {
    chatting = false;
  }

  void stop() {
    stopped = true;
    ws.abandon();
  }

  synchronized boolean settled(Heads heads) {
    return stay.at(heads.of(stay.room().id()));
  }

  /** What came after the fence but the error, and what came of the room while outside. */
  synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  /** How often it was put out. */
  synchronized int fences() {
    return fences;
  }

  /** How often it was let in. */
  synchronized int entries() {
    return entries;
  }

  Person person() {
    return person;
  }

  Diary diary() {
    return diary;
  }
}
