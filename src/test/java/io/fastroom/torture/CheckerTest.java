package io.fastroom.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.torture.Entry.Acknowledged;
import io.fastroom.torture.Entry.Joined;
import io.fastroom.torture.Entry.Kind;
import io.fastroom.torture.Entry.Out;
import io.fastroom.torture.Entry.Seen;
import io.fastroom.torture.Entry.Shown;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker finds each kind of fault, and none where there is none. Chats are by user 1 with id 100 + seq. */
class CheckerTest {
  private final Truth truth = new Truth();

  private void chats(long from, long to) {
    for (long seq = from; seq <= to; seq++) {
      chat(seq, 1, "c" + seq, seq);
    }
  }

  private void chat(long seq, long user, String clientId, long second) {
    truth.add(new Truth.Event(7, seq, Kind.CHAT, 100 + seq, user, clientId, Instant.ofEpochSecond(second), true, true));
  }

  private void decision(long seq, long user, boolean mayRead, boolean mayWrite) {
    truth.add(new Truth.Event(7, seq, Kind.MEMBER_UPDATE, user, user, null, Instant.ofEpochSecond(seq), mayRead,
        mayWrite));
  }

  private static Entry joined(long seq) {
    return new Joined(7, seq, Entry.UNKNOWN, -1, Entry.UNKNOWN, false, false);
  }

  private static Entry resumed(long seq, long since) {
    return new Joined(7, seq, Entry.UNKNOWN, since, Entry.UNKNOWN, true, false);
  }

  private static Entry seen(long seq) {
    return new Seen(7, seq, Kind.CHAT, 100 + seq, Entry.UNKNOWN, false);
  }

  private static Entry answer(long seq) {
    return new Seen(7, seq, Kind.CHAT, 100 + seq, Entry.UNKNOWN, true);
  }

  private static Entry shown(long seq, long message) {
    return new Shown(7, seq, message, Entry.UNKNOWN);
  }

  private static Entry notResumed(long seq, long since) {
    return new Joined(7, seq, Entry.UNKNOWN, since, Entry.UNKNOWN, false, false);
  }

  private String verdict(Entry... log) {
    Checker checker = new Checker(truth);
    checker.check("ann", 2, List.of(log), true);
    return checker.verdict().toString();
  }

  private static String counts(int lost, int doubled, int reordered, int phantom, int unauthorised) {
    return "lost=" + lost + " doubled=" + doubled + " reordered=" + reordered + " phantom=" + phantom
        + " unauthorised=" + unauthorised + " ghost=0 silent=0 unread=0 presence=0";
  }

  private static final String CLEAN = counts(0, 0, 0, 0, 0);

  @Test
  void is_content_with_a_clean_run() {
    chats(1, 6);
    assertThat(verdict(joined(2), shown(1, 101), shown(2, 102), seen(3), new Out(7, false), resumed(5, 3),
        seen(4), seen(5), seen(6))).isEqualTo(CLEAN);
  }

  @Test
  void finds_what_was_lost_live_at_a_resume_and_at_the_end() {
    chats(1, 6);
    assertThat(verdict(joined(2), seen(3), seen(5), seen(6))).isEqualTo(counts(1, 0, 0, 0, 0));
    assertThat(verdict(joined(2), seen(3), new Out(7, false), resumed(6, 3), seen(5), seen(6)))
        .isEqualTo(counts(1, 0, 0, 0, 0));
    assertThat(verdict(joined(2), seen(3), seen(4))).isEqualTo(counts(2, 0, 0, 0, 0));
    assertThat(verdict(joined(2), new Out(7, false), notResumed(6, 2))).isEqualTo(counts(1, 0, 0, 0, 0));
  }

  @Test
  void finds_a_hole_in_the_database() {
    chats(1, 2);
    chats(4, 4);
    assertThat(verdict()).isEqualTo(counts(1, 0, 0, 0, 0));
  }

  @Test
  void finds_an_acknowledged_chat_that_is_not_committed() {
    chats(1, 1);
    Checker checker = new Checker(truth);
    checker.check("bob", 1, List.of(new Acknowledged(7, "c1", 1), new Acknowledged(7, "gone", 2)), true);
    assertThat(checker.verdict()).hasToString(counts(1, 0, 0, 0, 0));
  }

  @Test
  void finds_what_came_twice_live_and_at_the_seam_of_a_resume() {
    chats(1, 4);
    assertThat(verdict(joined(2), seen(3), seen(3), seen(4))).isEqualTo(counts(0, 1, 0, 0, 0));
    assertThat(verdict(resumed(4, 2), seen(2), seen(3), seen(4))).isEqualTo(counts(0, 1, 0, 0, 0));
    assertThat(verdict(joined(3), seen(3), seen(4))).isEqualTo(counts(0, 1, 0, 0, 0));
  }

  @Test
  void finds_one_client_id_committed_or_acknowledged_twice() {
    chat(1, 1, "same", 1);
    chat(2, 1, "same", 2);
    assertThat(verdict()).isEqualTo(counts(0, 1, 0, 0, 0));
    Checker checker = new Checker(truth);
    checker.check("bob", 1, List.of(new Acknowledged(7, "same", 1), new Acknowledged(7, "same", 2)), true);
    assertThat(checker.verdict()).hasToString(counts(0, 2, 0, 0, 0));
  }

  @Test
  void an_answer_to_a_retry_is_no_double_and_never_stands_for_the_stream() {
    chats(1, 5);
    assertThat(verdict(joined(2), seen(3), answer(3), answer(5), seen(4), seen(5))).isEqualTo(CLEAN);
    assertThat(verdict(joined(2), answer(3), seen(3), seen(4), seen(5))).isEqualTo(CLEAN);
    assertThat(verdict(joined(2), answer(3), seen(3), seen(3), seen(4), seen(5))).isEqualTo(counts(0, 1, 0, 0, 0));
    assertThat(verdict(joined(2), seen(3), answer(5), seen(5))).isEqualTo(counts(1, 0, 0, 0, 0));
  }

  @Test
  void finds_what_came_in_another_order() {
    chats(1, 5);
    assertThat(verdict(joined(2), seen(4), seen(3), seen(5))).isEqualTo(counts(0, 0, 1, 0, 0));
    assertThat(verdict(joined(5), shown(2, 102), shown(1, 101))).isEqualTo(counts(0, 0, 1, 0, 0));
  }

  @Test
  void finds_time_that_runs_backwards() {
    chat(1, 1, "a", 10);
    chat(2, 1, "b", 9);
    assertThat(verdict()).isEqualTo(counts(0, 0, 1, 0, 0));
  }

  @Test
  void finds_what_was_seen_and_is_not_committed_or_is_another() {
    chats(1, 3);
    assertThat(verdict(joined(2), seen(3), seen(4))).isEqualTo(counts(0, 0, 0, 1, 0));
    assertThat(verdict(joined(3), shown(2, 999))).isEqualTo(counts(0, 0, 0, 1, 0));
    assertThat(verdict(joined(2), new Seen(7, 3, Kind.CHAT, 999, Entry.UNKNOWN, false), seen(3))).isEqualTo(counts(0, 0,
        0, 1, 0));
  }

  @Test
  void finds_what_was_seen_beyond_a_fence() {
    chats(1, 3);
    decision(4, 2, false, false);
    chats(5, 5);
    Entry ban = new Seen(7, 4, Kind.MEMBER_UPDATE, 2, Entry.UNKNOWN, false);
    assertThat(verdict(joined(2), seen(3), ban)).isEqualTo(CLEAN);
    assertThat(verdict(joined(2), seen(3), ban, seen(5))).isEqualTo(counts(0, 0, 0, 0, 1));
    assertThat(verdict(joined(2), seen(3), ban, new Out(7, true), seen(5))).isEqualTo(counts(0, 0, 0, 0, 1));
    assertThat(verdict(joined(5))).isEqualTo(counts(0, 0, 0, 0, 1));
  }

  @Test
  void finds_who_was_put_out_before_the_fence_had_come_or_without_one() {
    chats(1, 3);
    decision(4, 2, false, false);
    assertThat(verdict(joined(2), seen(3), new Out(7, true))).isEqualTo(counts(1, 0, 0, 0, 0));
    assertThat(verdict(joined(1), seen(3))).isEqualTo(counts(2, 0, 0, 0, 0));
    assertThat(verdict(joined(2), seen(3), new Out(7, false))).isEqualTo(CLEAN);
    assertThat(verdict(joined(4), new Out(7, true))).isEqualTo(counts(0, 0, 0, 1, 1));
  }

  @Test
  void whoever_is_let_in_again_may_see_what_happened_meanwhile() {
    chats(1, 3);
    decision(4, 2, false, false);
    chats(5, 5);
    decision(6, 2, true, true);
    chats(7, 7);
    Entry ban = new Seen(7, 4, Kind.MEMBER_UPDATE, 2, Entry.UNKNOWN, false);
    Entry lifted = new Seen(7, 6, Kind.MEMBER_UPDATE, 2, Entry.UNKNOWN, false);
    assertThat(verdict(joined(3), ban, new Out(7, true), resumed(6, 4), seen(5), lifted, seen(7))).isEqualTo(CLEAN);
    assertThat(verdict(joined(3), ban, seen(5), lifted, seen(7))).isEqualTo(counts(0, 0, 0, 0, 3));
  }

  @Test
  void finds_a_chat_committed_for_one_who_is_muted_or_banned() {
    decision(1, 1, true, false);
    chats(2, 2);
    decision(3, 1, true, true);
    chats(4, 4);
    decision(5, 1, false, false);
    chats(6, 6);
    assertThat(verdict()).isEqualTo(counts(0, 0, 0, 0, 2));
  }

  @Test
  void a_line_reads_as_it_was_written() {
    for (Entry entry : List.of(joined(3), resumed(4, 2), seen(5), answer(6), shown(1, 2), new Out(7, false),
        new Acknowledged(7, "c-1", 9))) {
      assertThat(Entry.parse(entry.line())).isEqualTo(entry);
    }
  }
}
