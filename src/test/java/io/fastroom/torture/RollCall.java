package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether everybody who is in a room is shown there, and nobody else: by every node when it is asked, and to everybody on
 * a socket by the frames that came. Thread: the one that calls.
 */
final class RollCall {
  /** A lost presence message heals within a heartbeat, and who vanished is gone two seconds after the heartbeat's life. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<NodeProcess> nodes;
  private final Cast cast;

  RollCall(List<NodeProcess> nodes, Cast cast) {
    this.nodes = nodes;
    this.cast = cast;
  }

  /** What is still untrue after everybody has stayed where they are for so long. */
  List<String> differences() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<String> found = look();
    while (!found.isEmpty() && System.nanoTime() < end) {
      Until.pause(100);
      found = look();
    }
    return found;
  }

  private List<String> look() {
    List<String> found = new ArrayList<>();
    for (RoomRef room : cast.rooms()) {
      Set<String> inside = cast.clients().stream().filter(client -> client.there(room) != null)
          .map(client -> client.person().name()).collect(Collectors.toCollection(TreeSet::new));
      for (int i = 0; i < nodes.size(); i++) {
        Set<String> shown = new TreeSet<>();
        cast.admin().on(nodes.get(i)).get(room.path() + "/presence").expect(200).json().getJsonArray("users")
            .forEach(user -> shown.add((String) user));
        compare(found, "node " + i, room, inside, shown);
      }
      for (TortureClient client : cast.clients()) {
        Set<String> shown = client.there(room);
        if (shown != null) {
          compare(found, client.person().name(), room, inside, shown);
        }
      }
    }
    return found;
  }

  private static void compare(List<String> found, String who, RoomRef room, Set<String> inside, Set<String> shown) {
    if (!shown.equals(inside)) {
      Set<String> missing = new TreeSet<>(inside);
      missing.removeAll(shown);
      Set<String> more = new TreeSet<>(shown);
      more.removeAll(inside);
      found.add(who + " shows " + room.name() + " without " + missing + " and with " + more);
    }
  }
}
