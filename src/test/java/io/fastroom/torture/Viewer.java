package io.fastroom.torture;

import io.fastroom.support.Device;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A device that watches the list of its user's rooms, says now and then that one was read, and comes back to any node
 * whenever its socket ends.
 *
 * <p>Thread: the one that runs it; the others ask under this object's lock.
 */
final class Viewer implements Witness {
  private final Random random;
  private final String name;
  private final Person person;
  private final List<NodeProcess> nodes;
  private final List<RoomRef> rooms;
  private Device device;
  private volatile boolean restless = true;
  private volatile boolean stopped;

  Viewer(long seed, String name, Person person, List<NodeProcess> nodes, List<RoomRef> rooms) {
    random = new Random(seed);
    this.name = name;
    this.person = person;
    this.nodes = nodes;
    this.rooms = rooms;
  }

  @Override
  public void run() {
    while (!stopped) {
      try {
        turn();
      } catch (UncheckedIOException | IllegalStateException | AssertionError broken) {
        disconnected();
      }
      Until.pause(40 + random.nextInt(160));
    }
  }

  private void turn() {
    if (device == null || !device.isOpen() || restless && random.nextInt(150) == 0) {
      disconnected();
      Device next = new Device(person, nodes.get(random.nextInt(nodes.size())));
      synchronized (this) {
        device = next;
      }
    } else if (restless && random.nextInt(8) == 0) {
      RoomRef room = rooms.get(random.nextInt(rooms.size()));
      Device.Entry entry = device.shows().get(room.id());
      if (entry != null && entry.seq() > 0) {
        device.read(room, entry.seq() - random.nextLong(Math.min(entry.seq(), 120)));
      }
    }
  }

  private synchronized void disconnected() {
    if (device != null) {
      device.close();
      device = null;
    }
  }

  /** By the id of the room; nothing while it has no socket. */
  synchronized Map<Long, Device.Entry> shows() {
    return device == null ? Map.of() : device.shows();
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
  public boolean settled(Heads heads) {
    Map<Long, Device.Entry> shown = shows();
    return rooms.stream().allMatch(room -> shown.containsKey(room.id())
        && shown.get(room.id()).seq() == heads.of(room.id()));
  }

  @Override
  public List<String> behind(Heads heads, long millis) {
    Map<Long, Device.Entry> shown = shows();
    // One that is just coming back is told with the list.
    return shown.isEmpty() || rooms.stream().allMatch(room -> shown.containsKey(room.id())
        && shown.get(room.id()).seq() >= heads.of(room.id())) ? List.of() : List.of(state(heads));
  }

  @Override
  public String state(Heads heads) {
    return name + " shows " + shows() + " where the logs end at " + heads.all();
  }

  /** What differs from the tables in the end; it has nothing to say about the log itself. */
  void judge(World world, Verdict verdict) {
    Map<Long, Device.Entry> right = Device.truth(world::connect, person, rooms);
    Map<Long, Device.Entry> shown = shows();
    right.forEach((room, entry) -> {
      if (!entry.equals(shown.get(room))) {
        verdict.add(Verdict.Fault.UNREAD, name + " shows " + shown.get(room) + " of room " + room + ", right is " + entry);
      }
    });
    disconnected();
  }

  @Override
  public void testify(Checker checker) { }
}
