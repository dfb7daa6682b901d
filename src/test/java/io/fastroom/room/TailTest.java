package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Member;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TailTest {
  @RepeatedTest(20)
  void folding_the_log_from_any_point_gives_what_a_fresh_snapshot_gives(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    RoomLog log = RoomLog.random(random, 150);
    int point = random.nextInt(150);
    Map<Long, String> known = RoomLog.fold(Map.of(), log.events.subList(0, point));
    Tail tail = new Tail();
    log.events.forEach(event -> tail.add(event, EventJson.encode(event)));

    assertThat(RoomLog.fold(known, events(tail, point))).isEqualTo(log.texts());
    assertThat(events(tail, tail.start(0)).stream().filter(RoomEvent.Chat.class::isInstance)
        .map(event -> ((RoomEvent.Chat) event).message()).filter(message -> !message.deleted()))
        .as("as the snapshot has them, quotes and mentions included").allSatisfy(message -> assertThat(message)
            .isEqualTo(log.messages.get(message.id())));
  }

  @RepeatedTest(20)
  void recent_messages_are_the_last_of_the_snapshot(RepetitionInfo repetition) {
    RoomLog log = RoomLog.random(new Random(repetition.getCurrentRepetition()), 90);
    RecentMessages recent = new RecentMessages();
    log.events.forEach(event -> recent.apply(event, EventJson.encode(event)));

    List<Long> ids = new ArrayList<>(log.messages.keySet());
    assertThat(recent.last()).extracting(item -> ((RoomEvent.Chat) item.event()).message())
        .containsExactlyElementsOf(log.messages.tailMap(ids.get(Math.max(0, ids.size() - 50))).values());
  }

  @Test
  void asks_for_more_when_deletions_have_left_too_few() {
    RoomLog log = new RoomLog();
    RecentMessages recent = new RecentMessages();
    for (int i = 0; i < 120; i++) {
      recent.apply(log.chat("text"), new byte[0]);
    }
    assertThat(recent.isShort()).isFalse();
    for (long id = 140; id < 200; id++) {
      recent.apply(log.delete(id), new byte[0]);
    }
    assertThat(recent.isShort()).isTrue();
  }

  @Test
  void drops_the_oldest_beyond_its_limits_unless_extended() {
    RoomLog log = RoomLog.random(new Random(3), 2000);
    Tail tail = new Tail();
    log.events.forEach(event -> tail.add(event, EventJson.encode(event)));
    assertThat(tail.size()).isLessThanOrEqualTo(Tail.MAX_EVENTS);
    assertThat(tail.start(2000)).isEqualTo(2000 - tail.size());

    int start = (int) tail.start(2000);
    tail.extend();
    tail.prepend(log.events.subList(start - 700, start));
    assertThat(tail.start(2000)).isEqualTo(start - 700);
    assertThat(tail.after(start - 700).get(0).event().seq()).isEqualTo(start - 699);

    tail.trim();
    assertThat(tail.size()).isLessThanOrEqualTo(Tail.MAX_EVENTS);
  }

  @Test
  void older_events_put_before_bear_the_edits_that_came_while_they_were_read() {
    RoomLog log = new RoomLog();
    List<RoomEvent> older = List.of(log.chat("first"), log.chat("second"));
    Tail tail = new Tail();
    RoomEvent edit = log.edit(100, "changed");
    tail.add(edit, EventJson.encode(edit));
    RoomEvent deletion = log.delete(101);
    tail.add(deletion, EventJson.encode(deletion));
    tail.prepend(older);

    List<EncodedEvent> all = tail.after(0);
    assertThat(((RoomEvent.Chat) all.get(0).event()).message().content()).isEqualTo("changed");
    assertThat(((RoomEvent.Chat) all.get(1).event()).message().deleted()).isTrue();
    assertThat(new String(all.get(1).json())).contains("\"deleted\":true").contains("\"message\":\"\"");
  }

  /** A name may stand in what somebody else wrote: PostgreSQL knows where. */
  @Test
  void what_may_bear_the_name_of_a_deleted_account_is_read_anew() {
    RoomLog log = new RoomLog();
    log.chat("alone");
    RoomEvent end = new MemberUpdate(RoomLog.ROOM, RoomLog.NAME, 9, RoomLog.TS,
        new Member(1, "deleted.1", false, false, false, false, null));
    Tail tail = new Tail();
    RecentMessages recent = new RecentMessages();
    for (RoomEvent event : List.of(log.events.get(0), end)) {
      tail.add(event, EventJson.encode(event));
      recent.apply(event, EventJson.encode(event));
    }
    assertThat(((RoomEvent.Chat) tail.after(0).get(0).event()).message().username()).isEqualTo("deleted.1");
    assertThat(recent.last()).hasSize(1);

    RoomEvent reply = log.reply("a reply", log.messages.get(100L));
    for (RoomEvent event : List.of(reply, end)) {
      tail.add(event, EventJson.encode(event));
      recent.apply(event, EventJson.encode(event));
    }
    assertThat(tail.start(0)).isEqualTo(8);
    assertThat(recent.last()).isEmpty();
    assertThat(recent.isShort()).isTrue();
  }

  private static List<RoomEvent> events(Tail tail, long since) {
    List<RoomEvent> events = new ArrayList<>();
    long seq = since;
    while (true) {
      List<EncodedEvent> page = tail.after(seq);
      if (page.isEmpty()) {
        return events;
      }
      page.forEach(item -> events.add(item.event()));
      seq = page.get(page.size() - 1).event().seq();
    }
  }
}
