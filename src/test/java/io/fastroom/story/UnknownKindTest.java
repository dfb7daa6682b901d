package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events of a kind that the next version has made up. */
class UnknownKindTest extends Story {
  private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSX");

  private Person alice;
  private Person bob;
  private RoomRef room;
  private LogTables log;

  @BeforeEach
  void a_room() {
    alice = person("alice");
    bob = person("bob");
    room = alice.createRoom(one());
    log = new LogTables(Backends.postgres(), room);
  }

  /** Commits an event as a node of the next version does, without telling anybody. */
  private long commit(int kind, String columns, String values) {
    long seq = log.head() + 1;
    log.run("INSERT INTO room_events (room_id, seq, kind, ts" + columns + ") VALUES (:room, " + seq + ", " + kind
        + ", clock_timestamp()" + values + ")", "UPDATE rooms SET head_seq = " + seq + " WHERE id = :room");
    return seq;
  }

  /** The same event by Redis, as a node sends it. */
  private void publish(long seq, JsonObject fields) {
    JsonObject json = fields.copy().put("room", room.name()).put("seq", seq);
    String rest = json.encode().substring(1);
    String channel = "room:" + room.name();
    String mac = mac(channel + "\0" + room.id() + "." + seq + "\0" + rest);
    long receivers = Backends.redis().call(jedis -> jedis.publish(channel,
        "{\"srv\":\"next.0abc." + room.id() + "." + seq + "." + mac + "\"," + rest));
    assertThat(receivers).isPositive();
  }

  private static String mac(String signed) {
    try {
      byte[] key = hmac(NodeProcess.SECRET.getBytes(StandardCharsets.UTF_8), "fastroom events");
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hmac(key, signed), 12));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_from_the_log_they_reach_live_sockets_joins_and_resumes() {
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    long since = a.chat(room.name(), "before").getLong("seq");
    List<Long> seqs = List.of(commit(99, ", message_id, content, user_id, username", ", 7, '👍 \"x\"', 5, 'eve'"),
        commit(17, "", ""), commit(0, ", is_banned, name", ", true, 'n'"), commit(-3, ", room", ", 'elsewhere'"),
        commit(32_767, ", is_private", ", false"));
    for (Ws each : List.of(a, b)) {
      each.await("the last of them", Duration.ofSeconds(3),
          f -> Ws.type(f, "event") && f.getLong("seq").equals(seqs.get(4)));
      JsonObject first = each.seen().stream().filter(f -> seqs.get(0).equals(f.getLong("seq"))).findFirst().get();
      assertThat(first.getInteger("kind")).isEqualTo(99);
      assertThat(first.getString("room")).isEqualTo(room.name());
      assertThat(first.getString("content")).isEqualTo("👍 \"x\"");
      assertThat(first.getLong("message_id")).isEqualTo(7);
      assertThat(first.getString("ts")).hasSize(27);
    }
    JsonObject next = a.chat(room.name(), "after");
    assertThat(next.getLong("seq")).isEqualTo(since + 6);
    b.await("a chat behind them", chat("after"));
    assertThat(liveSeqs(b)).isEqualTo(range(since, since + 6));

    NodeProcess fresh = closing(Cluster.start(Cluster.UNLIMITED));
    for (NodeProcess node : List.of(one(), two(), fresh)) {
      Ws back = connect(bob, node);
      assertThat(back.join(room.name()).entries()).extracting(e -> e.getString("message"))
          .containsExactly("before", "after");
      Joined resumed = back.join(room.name(), since);
      assertThat(resumed.resumed()).isTrue();
      assertThat(resumed.seqs()).isEqualTo(range(since + 1, since + 6));
      assertThat(resumed.entries()).extracting(e -> e.getString("type"))
          .containsExactly("event", "event", "event", "event", "event", "chat");
      JsonObject unknown = resumed.entries().get(4);
      assertThat(connect(bob, node).join(room.name(), unknown.getLong("seq"), unknown.getString("ts")).resumed())
          .isTrue();
    }
  }

  @Test
  void those_of_known_kinds_that_lack_what_is_known_of_them_silence_nobody() {
    Ws b = inRoom(bob, two(), room);
    long since = log.head();
    for (int kind = 1; kind <= 5; kind++) {
      commit(kind, "", "");
    }
    b.await("the last of them", Duration.ofSeconds(3), f -> Ws.type(f, "event") && f.getInteger("kind") == 5);
    alice.on(one()).post(room.path() + "/messages", new JsonObject().put("content", "after")).expect(201);
    b.await("a chat behind them", chat("after"));
    Joined resumed = connect(alice, one()).join(room.name(), since);
    assertThat(resumed.seqs()).isEqualTo(range(since + 1, since + 6));
  }

  @Test
  void what_another_node_publishes_reaches_clients_as_it_is() {
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    long since = a.chat(room.name(), "before").getLong("seq");
    for (JsonObject fields : List.of(
        new JsonObject().put("type", "poll").put("options", new JsonArray().add("yes").add(2).add(1.50).addNull()),
        new JsonObject().put("type", "pinned").put("message_id", 12345678901L).put("by", new JsonObject().put("a", "é🙂")),
        new JsonObject().put("type", "x".repeat(60)).put("big", Long.MAX_VALUE).put("none", (Object) null))) {
      long seq = commit(40, "", "");
      publish(seq, fields.put("ts", time(seq)));
      JsonObject whole = fields.copy().put("room", room.name()).put("seq", seq);
      for (Ws each : List.of(a, b)) {
        assertThat(each.await("the event", Duration.ofSeconds(3), f -> Long.valueOf(seq).equals(f.getLong("seq"))))
            .isEqualTo(whole);
      }
      Joined resumed = connect(bob, one()).join(room.name(), seq - 1);
      assertThat(resumed.entries()).containsExactly(whole);
    }
    a.chat(room.name(), "after");
    b.await("the chat", chat("after"));
    assertThat(liveSeqs(b)).isEqualTo(range(since, since + 4));
  }

  private String time(long seq) {
    long micros = log.number(
        "SELECT (extract(epoch FROM ts) * 1000000)::bigint FROM room_events WHERE room_id = :room AND seq = " + seq);
    return MICROS.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
  }

  @Test
  void a_rename_names_them_anew() {
    Ws a = inRoom(alice, one(), room);
    long seq = commit(40, "", "");
    publish(seq, new JsonObject().put("type", "poll").put("options", new JsonArray().add(1)).put("ts", time(seq)));
    a.await("the poll", type("poll"));
    String renamed = room.name() + ".renamed";
    alice.on(one()).patch(room.path(), new JsonObject().put("name", renamed)).expect(200);
    a.await("the rename", type("room_updated"));
    JsonObject poll = connect(bob, one()).join(renamed, seq - 1).entries().get(0);
    assertThat(poll.getString("type")).isEqualTo("poll");
    assertThat(poll.getString("room")).isEqualTo(renamed);
    assertThat(poll.getJsonArray("options")).isEqualTo(new JsonArray().add(1));
  }
}
