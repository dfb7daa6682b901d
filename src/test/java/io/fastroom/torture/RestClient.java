package io.fastroom.torture;

import io.fastroom.support.Answer;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;

/**
 * Somebody who says things by REST, each again and again, to any node, until it is answered. Thread: the one that runs
 * it.
 */
final class RestClient implements Witness {
  private static final int REFUSED = 400;
  private static final int TOO_MANY = 429;
  private static final int FAILED = 500;

  private final Random random;
  private final Person person;
  private final List<NodeProcess> nodes;
  private final RoomRef room;
  private final Diary diary;
  private int said;
  private volatile boolean waiting;
  private boolean talking = true;
  private volatile boolean stopped;

  RestClient(long seed, Person person, List<NodeProcess> nodes, RoomRef room, Diary diary) {
    random = new Random(seed);
    this.person = person;
    this.nodes = nodes;
    this.room = room;
    this.diary = diary;
  }

  @Override
  public void run() {
    while (!stopped) {
      begin();
      if (waiting) {
        say(person.id() + "-" + said);
      }
      Until.pause(50 + random.nextInt(200));
    }
  }

  private synchronized void begin() {
    if (talking && !waiting) {
      said++;
      waiting = true;
    }
  }

  private void say(String clientId) {
    try {
      Answer answer = person.on(nodes.get(random.nextInt(nodes.size()))).post(room.path() + "/messages",
          new JsonObject().put("content", person.name() + " says " + clientId).put("client_id", clientId));
      if (answer.status() < REFUSED) {
        diary.write(new Entry.Acknowledged(room.id(), clientId, answer.json().getLong("seq")));
      }
      waiting = answer.status() == TOO_MANY || answer.status() >= FAILED;
    } catch (UncheckedIOException unanswered) {
      // What became of it nobody knows, so it is said again.
      waiting = true;
    }
  }

  @Override
  public synchronized void hush() {
    talking = false;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public boolean settled(Heads heads) {
    return !waiting;
  }

  @Override
  public List<String> behind(Heads heads, long millis) {
    return List.of();
  }

  @Override
  public String state(Heads heads) {
    return person.name() + " by REST waits for an answer to " + said;
  }

  @Override
  public void testify(Checker checker) {
    checker.check(person.name(), person.id(), () -> diary.entries(), true);
  }
}
