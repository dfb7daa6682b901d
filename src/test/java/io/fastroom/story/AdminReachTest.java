package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.EventStream;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever an administrator does is true for the live sockets of every node a second later. */
class AdminReachTest extends Story {
  /** The contract's second. */
  private static final long SECOND = 1_000;

  private static JsonObject set(String field, Object value) {
    return new JsonObject().put(field, value);
  }

  private List<Ws> inRoomOnBoth(Person person, RoomRef room) {
    return List.of(inRoom(person, one(), room), inRoom(person, two(), room));
  }

  /** What is said a second later, on either node, reaches nobody of them. */
  private void assertDeaf(RoomRef room, Person speaker, List<Ws> sockets) {
    Until.pause(SECOND);
    String late = Names.unique("a second later");
    for (NodeProcess node : List.of(one(), two())) {
      speaker.on(node).post(room.path() + "/messages", set("content", late)).expect(201);
    }
    for (NodeProcess node : List.of(one(), two())) {
      assertThat(inRoom(speaker, node, room).received()).isNotEmpty();
    }
    assertThat(sockets).allSatisfy(ws -> assertThat(ws.seen()).noneMatch(chat(late)));
  }

  private static void assertEnded(List<Ws> sockets) {
    assertThat(sockets).allSatisfy(ws -> assertThat(ws.awaitClose()).isEqualTo(4401));
  }

  @Test
  void whoever_is_disabled_or_deleted_hears_and_says_nothing_more() {
    Person admin = AdministrationTest.admin();
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Person bob = person("bob");
    Person carol = person("carol");
    List<Ws> his = inRoomOnBoth(bob, room);
    List<Ws> hers = inRoomOnBoth(carol, room);
    admin.on(one()).patch("/admin/users/" + bob.id(), set("disabled", true)).expect(200);
    assertDeaf(room, alice, his);
    assertEnded(his);
    admin.on(two()).delete("/admin/users/" + carol.id()).expect(204);
    assertDeaf(room, alice, hers);
    assertEnded(hers);
  }

  @Test
  void whoever_is_an_administrator_no_more_or_has_just_become_one_is_it_on_every_node() {
    Person admin = AdministrationTest.admin();
    Person bob = person("bob");
    String path = "/admin/users/" + bob.id();
    String key = bob.on(one()).post("/users/me/keys", set("name", "ops").put("scopes", new JsonArray().add("read")))
        .expect(201).json().getString("key");
    Ws byKey = closing(Ws.connect(two(), key));
    admin.on(one()).patch(path, set("role", "admin")).expect(200);
    bob.on(two()).get("/admin/users").expect(200);
    String powerful = bob.on(two()).post("/users/me/keys", set("name", "powerful")
        .put("scopes", new JsonArray().add("read").add("admin"))).expect(201).json().getString("key");
    new Rest(one().url(), powerful).get("/admin/audit").expect(200);
    admin.on(two()).patch(path, set("role", "user")).expect(200);
    for (NodeProcess node : List.of(one(), two())) {
      bob.on(node).get("/admin/users").expect(403);
      new Rest(node.url(), powerful).get("/admin/audit").expect(403);
    }
    // It is still their account.
    byKey.barrier();
  }

  @Test
  void a_room_that_is_renamed_and_made_private_is_so_on_every_node_and_readers_from_outside_are_out() {
    Person admin = AdministrationTest.admin();
    Person alice = person("alice");
    Person stranger = person("stranger");
    RoomRef room = alice.createRoom(one());
    List<Ws> hers = inRoomOnBoth(alice, room);
    List<EventStream> outside = List.of(one(), two()).stream().map(node ->
        closing(EventStream.open(node.url(), stranger.access(), room.path() + "/events", null))).toList();
    alice.on(one()).post(room.path() + "/messages", set("content", "while it is public")).expect(201);
    outside.forEach(each -> each.await(chat("while it is public")));
    String name = room.name() + " two";
    admin.on(two()).patch("/admin" + room.path(), set("is_private", true).put("name", name)).expect(200);
    hers.forEach(ws -> ws.await("the change", f -> Ws.type(f, "room_updated") && name.equals(f.getString("name"))
        && f.getBoolean("is_private")));
    Until.pause(SECOND);
    alice.on(one()).post(room.path() + "/messages", set("content", "while it is private")).expect(201);
    outside.forEach(EventStream::awaitEnd);
    assertThat(outside).allSatisfy(each -> assertThat(each.frames()).noneMatch(chat("while it is private")));
    for (NodeProcess node : List.of(one(), two())) {
      Ws late = connect(stranger, node);
      late.send("join", "room", name);
      late.await("a refusal", error("room_not_found"));
    }
    hers.forEach(ws -> ws.chat(name, "under the new name"));
  }

  @Test
  void a_moderator_that_an_administrator_appoints_moderates_from_any_node_and_a_deleted_room_is_empty_on_all() {
    Person admin = AdministrationTest.admin();
    Person alice = person("alice");
    Person bob = person("bob");
    Person carol = person("carol");
    RoomRef room = alice.createRoom(one());
    List<Ws> hers = inRoomOnBoth(carol, room);
    admin.on(one()).post("/admin" + room.path() + "/moderators", set("username", bob.name())).expect(200);
    hers.forEach(ws -> ws.await("the moderator", member(bob, "is_moderator", true)));
    bob.flag(two(), room, carol, "ban", true).expect(200);
    assertDeaf(room, alice, hers);
    List<Ws> his = inRoomOnBoth(bob, room);
    admin.on(two()).delete("/admin" + room.path()).expect(204);
    his.forEach(ws -> ws.await("the end", type("room_deleted")));
    his.forEach(ws -> {
      ws.send("chat", "room", room.name(), "message", "anybody here?");
      ws.await("nobody is in it", f -> Ws.type(f, "error"));
    });
  }

  @Test
  void a_bots_key_that_an_administrator_deletes_opens_nothing_and_its_sockets_end() {
    Person admin = AdministrationTest.admin();
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    long bot = admin.on(one()).post("/admin/users", set("username", Names.unique("bot")).put("bot", true)).expect(201)
        .json().getLong("id");
    JsonObject key = admin.on(two()).post("/admin/users/" + bot + "/keys", set("name", "a key")
        .put("scopes", new JsonArray().add("read").add("write"))).expect(201).json();
    List<Ws> sockets = List.of(one(), two()).stream().map(node -> {
      Ws ws = closing(Ws.connect(node, key.getString("key")));
      ws.join(room.name());
      ws.mark();
      return ws;
    }).toList();
    admin.on(one()).delete("/admin/users/" + bot + "/keys/" + key.getLong("id")).expect(204);
    assertDeaf(room, alice, sockets);
    assertEnded(sockets);
    new Rest(two().url(), key.getString("key")).get("/users/me").expect(401);
  }

  @Test
  void an_invite_that_is_withdrawn_lets_nobody_in_on_any_node() {
    Person admin = AdministrationTest.admin();
    NodeProcess closed = closing(Cluster.start(Map.of("REGISTRATION", "invite")));
    JsonObject invite = admin.on(one()).post("/admin/invites", set("uses", 2)).expect(201).json();
    JsonObject body = set("password", "long enough for it").put("invite", invite.getString("code"));
    Rest nobody = new Rest(closed.url(), null);
    nobody.post("/register", body.copy().put("username", Names.unique("in"))).expect(201);
    admin.on(two()).delete("/admin/invites/" + invite.getLong("id")).expect(204);
    assertThat(nobody.post("/register", body.copy().put("username", Names.unique("out"))).expect(403).json()
        .getString("code")).isEqualTo("invite_required");
  }
}
