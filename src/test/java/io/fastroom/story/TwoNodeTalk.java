package io.fastroom.story;

import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Alice on one node and Bob on the other, in one room. Thread: one at a time. */
final class TwoNodeTalk implements AutoCloseable {
  /** For nodes that have to find a server again. */
  static final Duration BACK = Duration.ofSeconds(15);

  private final NodeProcess one;
  private final NodeProcess two;
  private final RoomRef room;
  final Ws alice;
  final Ws bob;

  TwoNodeTalk(String database, String redis) {
    // The Redis is everybody's, the database is not.
    Map<String, String> settings = Map.of("REDIS_NAMESPACE", Names.unique("talk"));
    one = new NodeProcess(database, redis, settings);
    two = new NodeProcess(database, redis, settings);
    NodeProcess.start(one, two);
    Person a = Person.register(one, "alice");
    Person b = Person.register(two, "bob");
    room = a.createRoom(one);
    alice = a.connect(one);
    bob = b.connect(two);
    alice.join(room.name());
    bob.join(room.name());
  }

  /** Says it as often as it takes, with one client_id, until it is committed, and both have it. */
  private void say(Ws speaker, String text, Duration limit) {
    Until.holds(text + " is committed", limit, () -> Ws.type(
        speaker.ask("chat", "room", room.name(), "message", text, "client_id", text), "chat"));
    for (Ws each : List.of(alice, bob)) {
      each.await(text, limit, f -> Ws.type(f, "chat") && text.equals(f.getString("message")));
    }
  }

  void bothSpeak(String when) {
    say(alice, "alice " + when, BACK);
    say(bob, "bob " + when, BACK);
  }

  void ready() {
    for (NodeProcess node : List.of(one, two)) {
      Until.holds("the node is ready", BACK, () -> node.readiness() == 200);
    }
  }

  long head() {
    return alice.ask("join", "room", room.name()).getLong("seq");
  }

  static boolean startsOver(JsonObject frame) {
    return Ws.type(frame, "history") && Boolean.FALSE.equals(frame.getBoolean("resumed"));
  }

  @Override
  public void close() {
    one.close();
    two.close();
  }
}
