package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.HookReceiver.Got;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks of a room whose log is another one by now, or has lost what they have not got. */
class WebhookHistoryTest extends WebhookStory {
  private Person alice;
  private RoomRef room;
  private LogTables log;
  private HookReceiver receiver;
  private JsonObject hook;

  @BeforeEach
  void a_hook_has_eight_messages() {
    alice = person("alice");
    room = alice.createRoom(one());
    log = new LogTables(Backends.postgres(), room);
    receiver = receiver();
    hook = make(alice, room, receiver.url("/"));
    for (int i = 1; i <= 8; i++) {
      say(alice, room, "message " + i);
    }
    awaits("the hook is at the end", () -> receiver.got().size() == 8 && shown(alice, room, hook).getLong("lag") == 0);
  }

  private List<Got> later() {
    return receiver.got().subList(8, receiver.got().size());
  }

  private List<Got> told(String type) {
    return later().stream().filter(got -> type.equals(got.json().getString("type"))).toList();
  }

  private void startsOverAndGetsTheLog(double gaps) {
    say(alice, room, "the last");
    awaits("it gets the last one", () -> receiver.texts().contains("the last"));
    assertThat(later().get(0).json().getString("type")).isEqualTo("log_diverged");
    assertThat(told("log_diverged")).hasSize(1);
    JsonObject told = later().get(0).json();
    assertThat(told.fieldNames()).containsExactlyInAnyOrder("type", "room", "room_id", "seq", "ts");
    assertThat(told.getLong("room_id")).isEqualTo(room.id());
    // All of it was said within the minute that clocks of servers may differ by.
    assertThat(told.getLong("seq")).isZero();
    assertThat(told("chat")).extracting(got -> got.json().getString("message")).isEqualTo(log.texts());
    assertThat(told("chat")).extracting(got -> got.json().getLong("seq")).isSorted();
    assertThat(one().metric("fastroom_webhook_gaps_total{reason=\"diverged\"}")
        + two().metric("fastroom_webhook_gaps_total{reason=\"diverged\"}")).isEqualTo(gaps + 1);
    awaits("nothing is left", () -> shown(alice, room, hook).getLong("lag") == 0);
  }

  private static double diverged() {
    return one().metric("fastroom_webhook_gaps_total{reason=\"diverged\"}")
        + two().metric("fastroom_webhook_gaps_total{reason=\"diverged\"}");
  }

  @Test
  void other_events_in_the_same_places_are_told_and_delivered() {
    double gaps = diverged();
    log.replace(3);
    startsOverAndGetsTheLog(gaps);
    Got again = told("chat").get(0);
    assertThat(again.id()).as("an event that is the same").isEqualTo(receiver.got().get(0).id());
    assertThat(told("chat").get(7).id()).as("another one").isNotEqualTo(receiver.got().get(7).id());
  }

  @Test
  void a_log_that_has_grown_past_where_it_was_cut_off_is_told_and_delivered() {
    double gaps = diverged();
    log.run("DELETE FROM messages WHERE room_id = :room AND seq > 5",
        "INSERT INTO messages (room_id, seq, user_id, username, content, created_at) SELECT :room, s, " + alice.id()
            + ", '" + alice.name() + "', 'other ' || s, clock_timestamp() FROM generate_series(6, 12) s");
    startsOverAndGetsTheLog(gaps);
  }

  @Test
  void a_log_that_only_lost_its_end_is_told_and_what_comes_then_delivered() {
    double gaps = diverged();
    log.takeBack(3);
    startsOverAndGetsTheLog(gaps);
  }

  @Test
  void what_was_removed_before_it_came_is_told_once_in_its_place() {
    receiver.answer = got -> 500;
    for (int i = 9; i <= 14; i++) {
      say(alice, room, "message " + i);
    }
    awaits("it fails", () -> "failing".equals(shown(alice, room, hook).getString("state")));
    // As retention does it; nothing is left of the end of the log but its number.
    log.run("DELETE FROM messages WHERE room_id = :room AND seq IN (10, 11, 14)",
        "UPDATE rooms SET head_seq = 14 WHERE id = :room");
    int tries = receiver.got().size();
    receiver.answer = got -> 200;
    awaits("nothing is left", () -> shown(alice, room, hook).getLong("lag") == 0);
    List<JsonObject> got = receiver.got().subList(tries, receiver.got().size()).stream().map(Got::json).toList();
    assertThat(got).extracting(each -> each.getString("type"))
        .containsExactly("chat", "events_removed", "chat", "chat", "events_removed");
    assertThat(got).extracting(each -> each.getLong("seq")).containsExactly(9L, 11L, 12L, 13L, 14L);
    assertThat(got.get(1).fieldNames()).containsExactlyInAnyOrder("type", "room", "room_id", "from", "seq", "ts");
    assertThat(got.get(1).getLong("from")).isEqualTo(10);
    assertThat(got.get(4).getLong("from")).isEqualTo(14);
    assertThat(one().metric("fastroom_webhook_gaps_total{reason=\"removed\"}")
        + two().metric("fastroom_webhook_gaps_total{reason=\"removed\"}")).isGreaterThanOrEqualTo(2);
    say(alice, room, "after");
    awaits("it goes on", () -> receiver.texts().contains("after"));
  }
}
