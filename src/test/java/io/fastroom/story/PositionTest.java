package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A position is {@code seq} and {@code ts}: {@code joined} tells it, {@code join} asks by it. */
class PositionTest extends Story {
  private static final Pattern SIX_DIGITS = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");

  private static String at(Instant ts, String pattern, String offset) {
    return DateTimeFormatter.ofPattern(pattern).format(ts.atOffset(ZoneOffset.of(offset)));
  }

  @Test
  void joined_tells_the_time_of_the_event_at_its_seq() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    JsonObject last = inRoom(alice, one(), room).chat(room.name(), "last");
    for (NodeProcess node : List.of(one(), two())) {
      JsonObject joined = connect(alice, node).join(room.name()).joined();
      assertThat(joined.getLong("seq")).isEqualTo(last.getLong("seq"));
      assertThat(joined.getString("ts")).isEqualTo(last.getString("ts"));
    }
  }

  @Test
  void a_room_without_events_is_at_the_time_it_was_made() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String made = alice.on(one()).get(room.path()).expect(200).json().getString("created_at");
    for (NodeProcess node : List.of(one(), two())) {
      JsonObject joined = connect(alice, node).join(room.name()).joined();
      assertThat(joined.getLong("seq")).isZero();
      assertThat(joined.getString("ts")).isEqualTo(made);
    }
    inRoom(alice, one(), room).chat(room.name(), "first");
    assertThat(connect(alice, two()).join(room.name(), 0, made).resumed()).isTrue();
    assertThat(connect(alice, two()).join(room.name(), 0L).seqs()).containsExactly(1L);
    assertThat(connect(alice, two()).join(room.name(), 0, "2020-01-01T00:00:00Z").resumed()).isFalse();
  }

  @Test
  void takes_any_form_of_the_same_instant_and_no_other() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    JsonObject seen = a.chat(room.name(), "seen");
    a.chat(room.name(), "missed");
    String ts = seen.getString("ts");
    Instant time = Instant.parse(ts);
    long since = seen.getLong("seq");
    String micros = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";
    for (String form : List.of(ts, ts.replace("Z", "+00:00"), ts.replace("Z", "-00:00"), ts.replace("Z", "z"),
        ts.replace('T', 't'), ts.replace('T', ' '), ts.replace("Z", "000Z"), ts.replace("Z", "999Z"),
        ts.replace("Z", "000000000Z"), at(time, micros + "XXX", "+05:30"), at(time, micros + "XXX", "-08:00"),
        at(time, micros + "XXX", "+14:00"), at(time, micros + "XXX", "-00:30"))) {
      for (NodeProcess node : List.of(one(), two())) {
        Joined joined = connect(alice, node).join(room.name(), since, form);
        assertThat(joined.resumed()).as(form).isTrue();
        assertThat(joined.seqs()).as(form).containsExactly(since + 1);
      }
    }
    for (String other : List.of(time.plusNanos(1_000).toString(), time.minusNanos(1_000).toString(),
        time.plusSeconds(1).toString(), ts.replace("Z", "+01:00"), "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        a.seen().get(a.seen().size() - 1).getString("ts"))) {
      for (NodeProcess node : List.of(one(), two())) {
        Joined joined = connect(alice, node).join(room.name(), since, other);
        assertThat(joined.resumed()).as(other).isFalse();
        assertThat(joined.seqs()).as(other).containsExactly(since, since + 1);
      }
    }
  }

  @Test
  void what_is_no_time_is_a_bad_message_and_null_counts_as_absent() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    for (Object wrong : List.of("", "yesterday", "2026-01-31", "12:00:00Z", "2026-01-31T12:00:00", 5, true,
        "2026-13-31T12:00:00Z", "2026-01-31T25:00:00Z", "2026-02-30T12:00:00Z", "2026-01-31T12:00:00.Z", "1769860800",
        new JsonObject())) {
      JsonObject answer = a.ask("join", "room", room.name(), "since", 0, "since_ts", wrong);
      assertThat(answer.getString("code")).as("" + wrong).isEqualTo("invalid_message");
    }
    JsonObject answer = a.ask("join", "room", room.name(), "since", 0, "since_ts", null);
    assertThat(answer.getString("type")).isEqualTo("joined");
  }

  @Test
  void a_position_below_what_is_kept_in_memory_is_looked_up() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    JsonObject seen = a.chat(room.name(), "seen");
    for (int i = 0; i < 700; i++) {
      a.send("chat", "room", room.name(), "message", "m" + i);
    }
    a.await("all", chat("m699"));
    for (NodeProcess node : List.of(one(), two())) {
      Joined joined = connect(alice, node).join(room.name(), seen.getLong("seq"), seen.getString("ts"));
      assertThat(joined.resumed()).isTrue();
      assertThat(joined.seqs()).isEqualTo(range(seen.getLong("seq") + 1, seen.getLong("seq") + 700));
      assertThat(connect(alice, node).join(room.name(), seen.getLong("seq"), "2026-01-31T12:00:00Z").resumed())
          .isFalse();
    }
  }

  @Test
  void a_room_made_anew_under_its_name_is_another_room() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    a.chat(room.name(), "one");
    JsonObject seen = a.chat(room.name(), "two");
    alice.on(one()).delete(room.path()).expect(204);
    a.await("the end", type("room_deleted"));
    RoomRef anew = alice.createRoom(one(), room.name(), false);
    Ws again = inRoom(alice, one(), anew);
    for (int i = 0; i < 5; i++) {
      again.chat(room.name(), "new " + i);
    }
    for (NodeProcess node : List.of(one(), two())) {
      Joined joined = connect(alice, node).join(room.name(), seen.getLong("seq"), seen.getString("ts"));
      assertThat(joined.resumed()).isFalse();
      assertThat(joined.joined().getLong("room_id")).isNotEqualTo(room.id());
      assertThat(joined.entries()).extracting(e -> e.getString("message"))
          .containsExactly("new 0", "new 1", "new 2", "new 3", "new 4");
    }
  }

  @Test
  void a_log_that_went_back_while_the_node_was_stopped_is_another_history() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    LogTables log = new LogTables(Backends.postgres(), room);
    NodeProcess node = closing(Cluster.start(Cluster.UNLIMITED));
    Ws a = inRoom(alice, node, room);
    for (int i = 0; i < 9; i++) {
      a.chat(room.name(), "old " + i);
    }
    JsonObject seen = a.chat(room.name(), "old 9");
    node.term(Duration.ofSeconds(30));
    log.takeBack(6);
    node.start();
    Ws again = inRoom(alice, node, room);
    for (int i = 0; i < 8; i++) {
      again.chat(room.name(), "new " + i);
    }
    Joined joined = connect(alice, node).join(room.name(), seen.getLong("seq"), seen.getString("ts"));
    assertThat(joined.resumed()).isFalse();
    assertThat(joined.entries()).extracting(e -> e.getString("message")).isEqualTo(log.texts());
  }

  @Test
  void every_time_has_six_digits() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    LogTables log = new LogTables(Backends.postgres(), room);
    for (int i = 1; i <= 6; i++) {
      log.insert(i, alice.id(), alice.name(), "text " + i);
    }
    List<String> fractions = List.of("00", "00.5", "00.050", "00.000001", "00.1234", "59.99999");
    for (int i = 0; i < 6; i++) {
      log.run("UPDATE messages SET created_at = date_trunc('minute', clock_timestamp()) - interval '1 minute'"
          + " + interval '" + fractions.get(i) + " seconds', edited_at = date_trunc('second', clock_timestamp())"
          + " WHERE room_id = :room AND seq = " + (i + 1));
    }
    Ws a = connect(alice, two());
    a.join(room.name());
    a.join(room.name(), 0L);
    a.ask("history_more", "room", room.name(), "before_id", Long.MAX_VALUE);
    a.ask("ping");
    a.chat(room.name(), "live");
    long id = a.chat(room.name(), "to be edited").getLong("message_id");
    alice.on(one()).patch(room.path() + "/messages/" + id, new JsonObject().put("content", "edited")).expect(200);
    a.await("the edit", type("message_updated"));
    String rest = alice.on(one()).get(room.path() + "/messages").expect(200).text()
        + alice.on(one()).get(room.path()).expect(200).text();
    String frames = a.received().stream().map(frame -> frame.json().encode()).reduce("", String::concat);
    for (String text : List.of(frames, rest)) {
      List<String> times = Pattern.compile("\"(?:ts|edited_at|created_at|joined_at)\":\"([^\"]*)\"").matcher(text)
          .results().map(found -> found.group(1)).toList();
      assertThat(times).isNotEmpty().allMatch(time -> SIX_DIGITS.matcher(time).matches());
    }
    assertThat(frames).contains(".500000Z", ".050000Z", ".123400Z", ".999990Z", ":00.000000Z");
  }
}
