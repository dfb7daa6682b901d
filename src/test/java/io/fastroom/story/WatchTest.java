package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of a user's rooms, with what is unread in each, without being in them. */
class WatchTest extends WatchStory {
  @Test
  void lists_the_rooms_and_tells_what_happens_in_those_that_the_socket_is_not_in() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    say(alice, room, "before");
    join(bob, room);
    Ws his = connect(bob, two());
    JsonObject first = listed(watch(his), room);
    assertThat(first.getString("room")).isEqualTo(room.name());
    assertThat(first.getString("kind")).isEqualTo("room");
    assertThat(first.getBoolean("is_private")).isFalse();
    assertThat(first.getInteger("unread")).isZero();
    assertThat(first.getInteger("mentions")).isZero();
    assertThat(first.getLong("read_seq")).isEqualTo(first.getLong("seq"));
    assertThat(first.getJsonObject("last").getString("message")).isEqualTo("before");
    assertThat(first.getJsonObject("last").getString("user")).isEqualTo(alice.name());

    say(alice, room, "after");
    JsonObject told = his.await("what happened", unread(room, 1));
    assertThat(told.getString("room")).isEqualTo(room.name());
    assertThat(told.getLong("seq")).isEqualTo(first.getLong("seq") + 1);
    assertThat(told.getJsonObject("last").getString("message")).isEqualTo("after");

    his.join(room.name());
    his.mark();
    Ws beside = watching(bob, two());
    Ws hers = inRoom(alice, one(), room);
    long live = hers.chat(room.name(), "live").getLong("seq");
    his.await("the chat", chat("live"));
    // Both sockets of the node are told at the same time.
    beside.await("the activity", f -> about("activity", room).test(f) && f.getLong("seq") >= live);
    his.barrier();
    RoomRef other = alice.createRoom(one());
    join(bob, other);
    his.await("the other room", about("room_added", other));
    say(alice, other, "there");
    his.await("what happened there", unread(other, 1));
    assertThat(his.frames("activity")).noneMatch(f -> f.getLong("room_id") == room.id());
  }

  @Test
  void what_was_read_is_told_to_all_devices_and_never_taken_back() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    join(bob, room);
    Ws phone = watching(bob, one());
    Ws laptop = watching(bob, two());
    Ws plain = connect(bob, two());
    plain.mark();
    long head = 0;
    for (int i = 1; i <= 3; i++) {
      say(alice, room, "message " + i);
    }
    head = laptop.await("three messages", unread(room, 3)).getLong("seq");
    phone.await("three messages", unread(room, 3));
    List.of(phone, laptop).forEach(Ws::mark);

    JsonObject mark = phone.ask("read", "room", room.name(), "seq", head - 1);
    assertThat(mark).isEqualTo(new JsonObject().put("type", "read").put("room", room.name()).put("room_id", room.id())
        .put("seq", head - 1).put("ref", mark.getString("ref")));
    for (Ws ws : List.of(laptop, plain)) {
      JsonObject told = ws.await("what was read", about("read", room));
      assertThat(told).isEqualTo(new JsonObject().put("type", "read").put("room", room.name()).put("room_id", room.id())
          .put("seq", head - 1));
    }
    laptop.await("one left", unread(room, 1));
    phone.await("one left", unread(room, 1));

    assertThat(laptop.ask("read", "room", room.name(), "seq", 0).getLong("seq")).isEqualTo(head - 1);
    assertThat(bob.on(one()).send("PUT", room.path() + "/read", "application/json", "{\"seq\":" + (head + 100) + "}")
        .expect(200).json().getLong("seq")).isEqualTo(head);
    long last = head;
    for (Ws ws : List.of(phone, laptop, plain)) {
      ws.await("all of it", f -> about("read", room).test(f) && f.getLong("seq") == last);
    }
    JsonObject now = listed(watch(connect(bob, one())), room);
    assertThat(now.getLong("read_seq")).isEqualTo(head);
    assertThat(now.getInteger("unread")).isZero();
    assertThat(phone.frames("read")).extracting(f -> f.getLong("seq")).isSorted();
  }

  @Test
  void who_is_no_member_reads_nothing() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    RoomRef hidden = alice.createRoom(one(), Names.unique("hidden"), true);
    Ws his = connect(bob, one());
    assertThat(his.ask("read", "room", room.name(), "seq", 1).getString("code")).isEqualTo("not_in_room");
    assertThat(his.ask("read", "room", hidden.name(), "seq", 1).getString("code")).isEqualTo("room_not_found");
    assertThat(his.ask("read", "room", room.name(), "seq", -1).getString("code")).isEqualTo("invalid_message");
    assertThat(his.ask("read", "room", room.name()).getString("code")).isEqualTo("invalid_message");
    for (String body : List.of("{\"seq\":-1}", "{}", "{\"seq\":\"1\"}", "{\"seq\":1,\"x\":1}")) {
      bob.on(one()).send("PUT", room.path() + "/read", "application/json", body).expect(422);
    }
    bob.on(one()).send("PUT", room.path() + "/read", "application/json", "{\"seq\":1}").expect(404);
    bob.on(one()).send("PUT", hidden.path() + "/read", "application/json", "{\"seq\":1}").expect(404);
    join(bob, room);
    alice.flag(one(), room, bob, "ban", true).expect(200);
    bob.on(one()).send("PUT", room.path() + "/read", "application/json", "{\"seq\":1}").expect(403);
    assertThat(his.ask("read", "room", room.name(), "seq", 1).getString("code")).isEqualTo("banned");
  }

  @Test
  void rooms_come_and_go_with_the_reason() {
    Person alice = person("alice");
    Person bob = person("bob");
    Ws his = watching(bob, two());
    RoomRef made = bob.createRoom(one());
    his.await("a room made on another device", about("room_added", made));
    JsonObject direct = alice.on(one()).post("/direct", new JsonObject().put("username", bob.name())).expect(201).json();
    RoomRef both = new RoomRef(direct.getLong("id"), direct.getString("name"));
    assertThat(his.await("the room with alice", about("room_added", both)).getString("kind")).isEqualTo("direct");
    say(alice, both, "psst");
    his.await("what she says", unread(both, 1));

    RoomRef banned = alice.createRoom(one(), Names.unique("ban"), true);
    RoomRef removed = alice.createRoom(one(), Names.unique("remove"), true);
    RoomRef deleted = alice.createRoom(one(), Names.unique("delete"), true);
    RoomRef left = alice.createRoom(one(), Names.unique("leave"), true);
    for (RoomRef room : List.of(banned, removed, deleted, left)) {
      alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", bob.name())).expect(201);
      JsonObject added = his.await("being added", about("room_added", room));
      assertThat(added.getInteger("unread")).isZero();
      assertThat(added.getBoolean("is_private")).isTrue();
    }
    alice.flag(one(), banned, bob, "ban", true).expect(200);
    alice.on(one()).delete(removed.path() + "/members/" + bob.id()).expect(204);
    alice.on(one()).delete(deleted.path()).expect(204);
    bob.on(one()).delete(left.path() + "/leave").expect(204);
    assertThat(his.await("the ban", about("room_removed", banned)).getString("reason")).isEqualTo("banned");
    assertThat(his.await("the removal", about("room_removed", removed)).getString("reason")).isEqualTo("removed");
    assertThat(his.await("the deletion", about("room_removed", deleted)).getString("reason")).isEqualTo("deleted");
    assertThat(his.await("leaving", about("room_removed", left)).getString("reason")).isEqualTo("left");

    his.mark();
    for (RoomRef room : List.of(banned, removed, left)) {
      say(alice, room, "not for bob");
    }
    alice.flag(one(), banned, bob, "ban", false).expect(200);
    his.await("the end of the ban", about("room_added", banned));
    assertThat(his.seen()).filteredOn(f -> f.encode().contains("not for bob"))
        .allMatch(about("room_added", banned));
  }

  @Test
  void an_edit_a_deletion_and_another_name_are_told() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    join(bob, room);
    Ws his = watching(bob, two());
    say(alice, room, "first");
    JsonObject second = alice.on(one()).post(room.path() + "/messages", new JsonObject().put("content", "second"))
        .expect(201).json();
    his.await("two messages", unread(room, 2));
    String message = room.path() + "/messages/" + second.getLong("message_id");
    alice.on(one()).patch(message, new JsonObject().put("content", "edited")).expect(200);
    his.await("the edit", f -> unread(room, 2).test(f) && "edited".equals(f.getJsonObject("last").getString("message")));
    alice.on(one()).delete(message).expect(204);
    his.await("the deletion", f -> unread(room, 1).test(f) && "first".equals(f.getJsonObject("last").getString("message")));
    String name = Names.unique("renamed");
    alice.on(one()).patch(room.path(), new JsonObject().put("name", name)).expect(200);
    his.await("the name", f -> unread(room, 1).test(f) && name.equals(f.getString("room")));
    say(bob, room, "his own");
    his.await("his own is not unread", f -> unread(room, 1).test(f)
        && "his own".equals(f.getJsonObject("last").getString("message")));
  }

  @Test
  void counts_up_to_ninety_nine_and_down_again() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    join(bob, room);
    Ws hers = inRoom(alice, one(), room);
    Ws his = watching(bob, two());
    List<Long> ids = new ArrayList<>();
    List<Long> seqs = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      JsonObject chat = hers.chat(room.name(), "message " + i);
      ids.add(chat.getLong("message_id"));
      seqs.add(chat.getLong("seq"));
      Until.pause(i % 10 == 0 ? 300 : 0);
    }
    his.await("as many as are counted", f -> unread(room, 99).test(f) && f.getLong("seq").equals(seqs.get(129)));
    assertThat(listed(watch(his), room).getInteger("unread")).isEqualTo(99);
    for (int i = 0; i < 40; i++) {
      alice.on(i % 2 == 0 ? one() : two()).delete(room.path() + "/messages/" + ids.get(i)).expect(204);
      Until.pause(110);
    }
    his.await("ninety", Until.SOON.multipliedBy(4), unread(room, 90));
    his.ask("read", "room", room.name(), "seq", seqs.get(99));
    his.await("thirty", unread(room, 30));
    his.ask("read", "room", room.name(), "seq", seqs.get(129));
    say(alice, room, "the next");
    his.await("one", unread(room, 1));
  }
}
