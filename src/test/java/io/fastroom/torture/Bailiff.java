package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Bans people of its own list and lifts the bans soon after, on any node. Thread: the one that runs it. */
final class Bailiff implements Runnable {
  /** How many are out at once. */
  private static final int OUT = 3;

  private final Random random;
  private final Person moderator;
  private final List<NodeProcess> nodes;
  private final RoomRef room;
  private final Deque<Person> inside;
  private final Deque<Person> out = new ArrayDeque<>();
  private final AtomicInteger bans;

  /** @param bans how many are still to be done, by all of them together */
  Bailiff(long seed, Person moderator, List<NodeProcess> nodes, RoomRef room, List<Person> people, AtomicInteger bans) {
    random = new Random(seed);
    this.moderator = moderator;
    this.nodes = nodes;
    this.room = room;
    inside = new ArrayDeque<>(people);
    this.bans = bans;
  }

  @Override
  public void run() {
    while (bans.getAndDecrement() > 0) {
      Person person = inside.poll();
      set(person, true);
      out.add(person);
      Until.pause(random.nextInt(30));
      if (out.size() >= OUT) {
        lift();
      }
      Until.pause(random.nextInt(30));
    }
    while (!out.isEmpty()) {
      lift();
    }
  }

  private void lift() {
    Person person = out.poll();
    set(person, false);
    inside.add(person);
  }

  private void set(Person person, boolean banned) {
    moderator.flag(nodes.get(random.nextInt(nodes.size())), room, person, "ban", banned).expect(200);
  }
}
