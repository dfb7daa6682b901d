package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Committed;
import io.fastroom.model.Member;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.RoomUpdated;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LiveRoomTest {
  private final List<Committed> released = new ArrayList<>();
  private final LiveRoom room = new LiveRoom(RoomLog.ROOM, RoomLog.NAME, 0, (live, event, json) -> released.add(event));

  @RepeatedTest(20)
  void releases_each_event_once_in_order_however_they_arrive(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    RoomLog log = RoomLog.random(random, 300);
    List<RoomEvent> arriving = new ArrayList<>(log.events);
    arriving.addAll(log.events.subList(50, 200));
    Collections.shuffle(arriving, random);

    arriving.forEach(event -> room.offer(new Committed(event, null, null), null));

    assertThat(released).extracting(Committed::event).containsExactlyElementsOf(log.events);
    assertThat(room.hasGap()).isFalse();
  }

  @Test
  void waits_behind_a_gap() {
    RoomLog log = RoomLog.random(new Random(1), 3);
    room.offer(new Committed(log.events.get(0), null, null), null);
    room.offer(new Committed(log.events.get(2), null, null), null);

    assertThat(room.released()).isEqualTo(1);
    assertThat(room.hasGap()).isTrue();
  }

  @Test
  void holds_back_what_may_be_of_another_log_until_a_comparison_has_told() {
    RoomLog log = RoomLog.random(new Random(1), 4);
    log.events.subList(0, 2).forEach(event -> room.offer(new Committed(event, null, null), null));
    RoomEvent other = new RoomUpdated(RoomLog.ROOM, RoomLog.NAME, 2, log.events.get(1).ts().plusSeconds(60), "other", false);

    assertThat(room.offer(new Committed(other, null, null), null)).isEqualTo(Offer.SUSPECT);
    assertThat(room.offer(new Committed(log.events.get(2), "conn", "ref"), null)).isEqualTo(Offer.TAKEN);
    assertThat(room.released()).isEqualTo(2);
    // One that was asked before tells nothing.
    room.dispel(0);
    assertThat(room.released()).isEqualTo(2);

    room.dispel(room.suspicions());
    assertThat(released.get(2).ref()).isEqualTo("ref");
    room.offer(new Committed(log.events.get(3), null, null), null);
    assertThat(room.released()).isEqualTo(4);
  }

  @Test
  void what_waits_behind_a_gap_and_is_older_than_what_fills_it_is_of_another_log() {
    RoomLog log = RoomLog.random(new Random(1), 4);
    room.offer(new Committed(log.events.get(0), null, null), null);
    // Of a log that ended after it: those before it never came.
    room.offer(new Committed(at(3, RoomLog.TS.plusSeconds(1)), null, null), null);
    assertThat(room.offer(new Committed(at(2, RoomLog.TS.plusSeconds(5)), null, null), null))
        .isEqualTo(Offer.SUSPECT);
    assertThat(room.released()).isEqualTo(2);

    // Nor is one that comes alone.
    room.dispel(room.suspicions());
    assertThat(room.offer(new Committed(at(3, RoomLog.TS.plusSeconds(2)), null, null), null))
        .isEqualTo(Offer.SUSPECT);
    assertThat(room.offer(new Committed(at(3, RoomLog.TS.plusSeconds(6)), null, null), null))
        .isEqualTo(Offer.TAKEN);
    assertThat(room.released()).as("before it is known").isEqualTo(2);
    room.dispel(room.suspicions());
    assertThat(released).extracting(one -> one.event().ts()).containsExactly(RoomLog.TS, RoomLog.TS.plusSeconds(5),
        RoomLog.TS.plusSeconds(6));
  }

  private static RoomEvent at(long seq, Instant ts) {
    return new RoomUpdated(RoomLog.ROOM, RoomLog.NAME, seq, ts, RoomLog.NAME, false);
  }

  @Test
  void keeps_the_copy_that_knows_its_sender() {
    RoomLog log = RoomLog.random(new Random(1), 2);
    room.offer(new Committed(log.events.get(1), "conn", "ref"), null);
    room.offer(new Committed(log.events.get(1), null, null), null);
    room.offer(new Committed(log.events.get(0), null, null), null);

    assertThat(released.get(1).ref()).isEqualTo("ref");
  }

  @Test
  void tells_receivers_the_name_they_know_until_the_rename_is_released() {
    RoomLog log = new RoomLog();
    RoomEvent before = log.chat("one").in("renamed");
    RoomEvent rename = new RoomUpdated(RoomLog.ROOM, RoomLog.NAME, 2, RoomLog.TS, "renamed", false);
    log.events.add(rename);
    RoomEvent after = log.chat("two").in("renamed");
    for (RoomEvent event : List.of(before, rename, after)) {
      room.offer(new Committed(event, null, null), null);
    }

    assertThat(released).extracting(one -> one.event().room()).containsExactly("general", "general", "renamed");
    assertThat(room.tail.after(0)).extracting(item -> item.event().room()).containsExactly("renamed", "general", "renamed");
    assertThat(room.recent.last()).extracting(item -> item.event().room()).containsOnly("renamed");
  }

  @Test
  void remembers_who_was_revoked_until_they_are_let_in_again() {
    room.offer(new Committed(member(1, true, true), null, null), null);
    assertThat(room.restrictedAfter(5, 0)).isTrue();
    assertThat(room.restrictedAfter(5, 1)).isFalse();

    room.offer(new Committed(member(2, true, false), null, null), null);
    assertThat(room.restrictedAfter(5, 0)).isFalse();

    room.offer(new Committed(member(3, false, false), null, null), null);
    assertThat(room.restrictedAfter(5, 2)).isTrue();
  }

  private static MemberUpdate member(long seq, boolean isMember, boolean isBanned) {
    return new MemberUpdate(RoomLog.ROOM, RoomLog.NAME, seq, RoomLog.TS,
        new Member(5, "eve", isMember, false, isBanned, false, null));
  }
}
