package io.fastroom.story;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What stories of watching need. */
abstract class WatchStory extends Story {
  /** Watches and waits for the whole list. */
  static List<JsonObject> watch(Ws ws) {
    ws.send("watch", "ref", "w");
    ws.await("the whole list", f -> Ws.type(f, "rooms") && "w".equals(f.getString("ref")) && !f.getBoolean("more", false));
    List<JsonObject> rooms = new ArrayList<>();
    ws.frames("rooms").forEach(part -> part.getJsonArray("rooms").forEach(room -> rooms.add((JsonObject) room)));
    ws.mark();
    return rooms;
  }

  Ws watching(Person person, NodeProcess node) {
    Ws ws = connect(person, node);
    ws.mark();
    watch(ws);
    return ws;
  }

  static JsonObject listed(List<JsonObject> rooms, RoomRef room) {
    return rooms.stream().filter(each -> each.getLong("room_id") == room.id()).findFirst().orElse(null);
  }

  static Predicate<JsonObject> about(String type, RoomRef room) {
    return f -> Ws.type(f, type) && f.getLong("room_id") == room.id();
  }

  static Predicate<JsonObject> unread(RoomRef room, int count) {
    return f -> about("activity", room).test(f) && f.getInteger("unread") == count;
  }

  static void say(Person person, RoomRef room, String text) {
    person.on(one()).post(room.path() + "/messages", new JsonObject().put("content", text)).expect(201);
  }

  static void join(Person person, RoomRef room) {
    person.on(two()).post(room.path() + "/join").expect(201);
  }
}
