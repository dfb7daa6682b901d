package io.fastroom.support;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/** A registered user with a pair of tokens. */
public record Person(String name, long id, String password, String access, String refresh) {

  /** Registers somebody new on the node and signs them in. */
  public static Person register(NodeProcess node, String hint) {
    String name = Names.unique(hint);
    String password = "correct horse " + name;
    Rest rest = new Rest(node.url(), null);
    JsonObject user = rest.post("/register", new JsonObject().put("username", name).put("password", password))
        .expect(201).json();
    return new Person(name, user.getLong("id"), password, null, null).login(node);
  }

  /** The same user with a new pair. */
  public Person login(NodeProcess node) {
    JsonObject pair = new Rest(node.url(), null).form("/token", Map.of("username", name, "password", password))
        .expect(200).json();
    return new Person(name, id, password, pair.getString("access_token"), pair.getString("refresh_token"));
  }

  public Rest on(NodeProcess node) {
    return new Rest(node.url(), access);
  }

  public Ws connect(NodeProcess node) {
    return Ws.connect(node, access);
  }

  public RoomRef createRoom(NodeProcess node) {
    return createRoom(node, Names.unique("room"), false);
  }

  public RoomRef createRoom(NodeProcess node, String roomName, boolean isPrivate) {
    JsonObject room = on(node).post("/rooms", new JsonObject().put("name", roomName).put("is_private", isPrivate))
        .expect(201).json();
    return new RoomRef(room.getLong("id"), room.getString("name"));
  }

  /** Sets a flag of a member: {@code moderator}, {@code ban} or {@code mute}. */
  public Answer flag(NodeProcess node, RoomRef room, Person member, String flag, boolean enabled) {
    return on(node).post(room.path() + "/members/" + member.id() + "/" + flag,
        new JsonObject().put("enabled", enabled));
  }
}
