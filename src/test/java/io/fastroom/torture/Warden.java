package io.fastroom.torture;

import io.fastroom.support.Answer;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** The moderator of all rooms: mutes, bans, lifts, edits and deletes at random. Thread: the one that runs it. */
final class Warden implements Runnable {
  private static final int SENTENCES = 5;
  private static final int AWAY = 503;

  private final Random random;
  private final Person admin;
  private final List<NodeProcess> nodes;
  private final List<RoomRef> rooms;
  private final List<Person> people;
  private final Deque<String> lifts = new ArrayDeque<>();
  private final List<String> troubles = new ArrayList<>();
  private volatile boolean stopped;
  private int acts;

  Warden(long seed, Person admin, List<NodeProcess> nodes, List<RoomRef> rooms, List<Person> people) {
    random = new Random(seed);
    this.admin = admin;
    this.nodes = nodes;
    this.rooms = rooms;
    this.people = people;
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        act(admin.on(nodes.get(random.nextInt(nodes.size()))));
        acts++;
      } catch (UncheckedIOException away) {
        Until.pause(100);
      } catch (AssertionError trouble) {
        troubles.add(trouble.getMessage());
      }
      Until.pause(50 + random.nextInt(200));
    }
  }

  void stop() {
    stopped = true;
  }

  /** How many calls were answered. */
  int acts() {
    return acts;
  }

  /** Answers that nothing explains; to be read when it has ended. */
  List<String> troubles() {
    return troubles;
  }

  private void act(Rest rest) {
    RoomRef room = rooms.get(random.nextInt(rooms.size()));
    int choice = random.nextInt(10);
    if (choice < 3) {
      if (lifts.size() >= SENTENCES) {
        set(rest, lifts.peekFirst(), false);
        lifts.pollFirst();
      }
      Person person = people.get(random.nextInt(people.size()));
      String path = room.path() + "/members/" + person.id() + (choice == 0 ? "/mute" : "/ban");
      lifts.addLast(path);
      set(rest, path, true);
    } else {
      Answer page = rest.get(room.path() + "/messages?limit=20");
      if (page.status() == AWAY) {
        return;
      }
      JsonArray items = page.expect(200).json().getJsonArray("items");
      if (!items.isEmpty()) {
        String path = room.path() + "/messages/" + items.getJsonObject(random.nextInt(items.size())).getLong("id");
        if (choice < 7) {
          rest.patch(path, new JsonObject().put("content", "edited " + random.nextInt(1_000)));
        } else {
          rest.delete(path);
        }
      }
    }
  }

  private static void set(Rest rest, String path, boolean enabled) {
    Answer answer = rest.post(path, new JsonObject().put("enabled", enabled));
    if (answer.status() >= 500 && answer.status() != AWAY) {
      throw new AssertionError("POST " + path + " gave " + answer.status() + ": " + answer.text());
    }
  }

  /** Forgives everybody; all nodes must serve. */
  void amnesty() {
    Rest rest = admin.on(nodes.get(0));
    for (RoomRef room : rooms) {
      for (Object each : rest.get(room.path() + "/members?limit=200").expect(200).json().getJsonArray("items")) {
        JsonObject member = (JsonObject) each;
        String path = room.path() + "/members/" + member.getLong("user_id");
        if (member.getBoolean("is_banned")) {
          rest.post(path + "/ban", new JsonObject().put("enabled", false)).expect(200);
        }
        if (member.getBoolean("is_muted")) {
          rest.post(path + "/mute", new JsonObject().put("enabled", false)).expect(200);
        }
      }
    }
  }
}
