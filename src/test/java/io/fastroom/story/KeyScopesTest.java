package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a key may do, and what it may not. */
class KeyScopesTest extends KeyStory {
  @Test
  void a_key_does_what_its_scopes_say_and_nothing_else() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    long said = bob.on(one()).post(room.path() + "/messages", text("of bob")).expect(201).json().getLong("message_id");
    Rest reads = by(key(alice, "read"), one());
    Rest writes = by(key(alice, "write"), two());
    Rest moderates = by(key(alice, "moderate"), one());
    String messages = room.path() + "/messages";
    String of = messages + "/" + said;

    reads.get(messages).expect(200);
    assertThat(reads.post(messages, text("x")).expect(403).json().getString("code")).isEqualTo("forbidden_scope");
    reads.send("DELETE", room.path(), null, null).expect(403);
    reads.get("/admin/users").expect(403);

    writes.get(messages).expect(403);
    long own = writes.post(messages, text("mine")).expect(201).json().getLong("message_id");
    writes.patch(messages + "/" + own, text("mine still")).expect(200);
    assertThat(writes.patch(of, text("x")).expect(403).json().getString("code")).isEqualTo("not_owner");
    writes.delete(of).expect(403);
    writes.post(room.path() + "/members/" + bob.id() + "/mute", new JsonObject().put("enabled", true)).expect(403);

    moderates.post(room.path() + "/members/" + bob.id() + "/mute", new JsonObject().put("enabled", true)).expect(200);
    moderates.get(messages).expect(403);
    moderates.patch(of, text("of bob, mended")).expect(200);
    moderates.delete(of).expect(204);
    Rest bobs = by(key(bob, "moderate"), two());
    assertThat(bobs.delete(messages + "/" + own).expect(403).json().getString("code")).isEqualTo("not_owner");
    by(key(alice, "write", "moderate"), one()).delete(messages + "/" + own).expect(204);

    Person nobody = person("nobody");
    RoomRef closed = nobody.createRoom(one(), Names.unique("closed"), true);
    reads.get(closed.path() + "/messages").expect(404);
  }

  @Test
  void frames_of_a_socket_need_scopes_too() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws reads = socket(key(alice, "read"), one());
    reads.join(room.name());
    reads.send("chat", "room", room.name(), "message", "x", "ref", "a");
    reads.await("no chat", refused("a"));
    reads.send("typing", "room", room.name(), "isTyping", true, "ref", "b");
    reads.await("no typing", refused("b"));
    assertThat(reads.ask("history_more", "room", room.name(), "before_id", 1).getString("type"))
        .isEqualTo("history_more");
    Ws writes = socket(key(alice, "write"), two());
    writes.send("join", "room", room.name(), "ref", "c");
    writes.await("no join", refused("c"));
    writes.barrier();
    assertThat(writes.isOpen()).isTrue();
  }

  @Test
  void a_key_that_only_reads_makes_nobody_a_member_and_shows_nobody() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws hers = inRoom(alice, one(), room);
    Ws reads = socket(key(bob, "read"), two());
    reads.join(room.name());
    hers.send("chat", "room", room.name(), "message", "hello");
    reads.await("what is said", chat("hello"));
    hers.barrier();
    assertThat(hers.seen()).noneMatch(type("presence_diff")).noneMatch(type("system"));
    JsonObject seen = bob.on(one()).get(room.path()).expect(200).json();
    assertThat(seen.getBoolean("is_member")).isFalse();
    assertThat(alice.on(one()).get(room.path() + "/presence").expect(200).json().getJsonArray("users"))
        .containsExactly(alice.name());
    alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    reads.await("out of what is private now", f -> Ws.type(f, "error") && room.name().equals(f.getString("room")));
  }

  @Test
  void who_reads_along_and_is_made_a_member_stays_in_a_room_made_private() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws reads = socket(key(bob, "read"), two());
    reads.join(room.name());
    alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", bob.name())).expect(201);
    alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    reads.await("private now", type("room_updated"));
    alice.on(one()).post(room.path() + "/messages", text("among us")).expect(201);
    reads.await("what is said", chat("among us"));
    alice.on(one()).delete(room.path() + "/members/" + bob.id()).expect(204);
    reads.await("out", member(bob, "is_member", false));
    assertThat(reads.ask("history_more", "room", room.name(), "before_id", 1).getString("code")).isEqualTo("not_in_room");
  }

  @Test
  void a_key_that_does_not_read_hears_nothing() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    long said = alice.on(one()).post(room.path() + "/messages", text("x")).expect(201).json().getLong("seq");
    Ws moderates = socket(key(alice, "moderate"), one());
    Ws device = inRoom(alice, one(), room);
    device.ask("read", "room", room.name(), "seq", said);
    moderates.barrier();
    assertThat(moderates.frames("read")).isEmpty();

    String key = key(alice, "moderate");
    JsonObject refused = device.ask("auth", "access_token", key);
    assertThat(refused.getString("code")).isEqualTo("forbidden_scope");
    alice.on(two()).post(room.path() + "/messages", text("still there")).expect(201);
    device.await("what is said", chat("still there"));
    assertThat(device.ask("auth", "access_token", key(alice, "read")).getString("type")).isEqualTo("authenticated");
  }

  @Test
  void no_key_changes_an_account_its_logins_or_its_keys() {
    Person other = AdministrationTest.admin();
    Person admin = AdministrationTest.admin();
    JsonObject made = make(admin, "read", "write", "moderate", "admin");
    Rest by = by(made.getString("key"), one());
    by.get("/admin/users").expect(200);
    JsonObject password = new JsonObject().put("current_password", admin.password())
        .put("new_password", "another long one");
    for (int status : List.of(by.post("/users/me/keys", wish("read")).status(), by.get("/users/me/keys").status(),
        by.delete("/users/me/keys/" + made.getLong("id")).status(), by.post("/users/me/password", password).status(),
        by.patch("/users/me", new JsonObject().put("email", "x@example.org")).status(),
        by.get("/users/me/sessions").status(), by.delete("/users/me/sessions").status())) {
      assertThat(status).isEqualTo(403);
    }
    String user = Names.unique("user");
    long another = by.post("/admin/users", new JsonObject().put("username", user).put("password", "long enough"))
        .expect(201).json().getLong("id");
    String mine = "/admin/users/" + admin.id();
    String theirs = "/admin/users/" + another;
    for (Answer refused : List.of(by.delete(mine), by.patch(mine, new JsonObject().put("role", "user")),
        by.patch(mine, new JsonObject().put("disabled", true)), by.patch(theirs, new JsonObject().put("role", "admin")),
        by.post("/admin/users", new JsonObject().put("username", Names.unique("x")).put("password", "long enough")
            .put("role", "admin")),
        by.post("/admin/users", new JsonObject().put("username", Names.unique("x")).put("bot", true)
            .put("role", "admin")))) {
      assertThat(refused.expect(403).json().getString("code")).isEqualTo("forbidden_scope");
    }
    by.patch(theirs, new JsonObject().put("disabled", true)).expect(200);
    by.delete(theirs).expect(204);
    other.on(two()).patch(mine, new JsonObject().put("role", "admin")).expect(200);
    by.post("/logout", new JsonObject().put("refresh_token", "x"));
    by.get("/users/me").expect(200);
    assertThat(person("bob").on(one()).post("/users/me/keys", wish("admin")).expect(403).json().getString("code"))
        .isEqualTo("not_admin");
    assertThat(AdministrationTest.tool("", "revoke", admin.name()).code()).isZero();
    by.get("/admin/users").expect(403);
  }
}
