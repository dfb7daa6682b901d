package io.fastroom.story;

import io.fastroom.support.Cluster;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** What most stories need: two shared nodes, people, and sockets that are closed after each story. */
@Tag("slow")
@ExtendWith(Cluster.class)
abstract class Story {
  private final List<AutoCloseable> open = new ArrayList<>();

  static NodeProcess one() {
    return Cluster.one();
  }

  static NodeProcess two() {
    return Cluster.two();
  }

  static Person person(String hint) {
    return Person.register(one(), hint);
  }

  Ws connect(Person person, NodeProcess node) {
    return closing(person.connect(node));
  }

  /** Connected and joined, with what came so far behind the mark. */
  Ws inRoom(Person person, NodeProcess node, RoomRef room) {
    Ws ws = connect(person, node);
    ws.join(room.name());
    ws.mark();
    return ws;
  }

  <T extends AutoCloseable> T closing(T resource) {
    open.add(0, resource);
    return resource;
  }

  @AfterEach
  void close_what_was_opened() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  static Predicate<JsonObject> chat(String message) {
    return f -> Ws.type(f, "chat") && message.equals(f.getString("message"));
  }

  static Predicate<JsonObject> type(String type) {
    return f -> Ws.type(f, type);
  }

  static Predicate<JsonObject> error(String code) {
    return f -> Ws.type(f, "error") && code.equals(f.getString("code"));
  }

  /** A change of the list of people in a room; {@code change} is {@code join} or {@code leave}. */
  static Predicate<JsonObject> diff(String change, Person person) {
    return f -> Ws.type(f, "presence_diff") && f.containsKey(change)
        && f.getJsonArray(change).contains(person.name());
  }

  static Predicate<JsonObject> member(Person person, String flag, boolean value) {
    return f -> Ws.type(f, "member_update") && person.name().equals(f.getString("username"))
        && value == f.getBoolean(flag);
  }

  /** Those seqs of durable events that came live since the mark, in order of arrival. */
  static List<Long> liveSeqs(Ws ws) {
    return ws.seen().stream().filter(f -> f.containsKey("seq") && !Ws.type(f, "joined"))
        .map(f -> f.getLong("seq")).toList();
  }

  static List<Long> range(long first, long last) {
    return java.util.stream.LongStream.rangeClosed(first, last).boxed().toList();
  }
}
