package io.fastroom.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.torture.Entry.Delivered;
import io.fastroom.torture.Entry.Kind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker finds each kind of fault in what a webhook's receiver was sent. The hook begins after seq 2 of room 7. */
class HookJudgeTest {
  private static final String CLEAN = counts(0, 0, 0, 0, 0, 0);

  private final Truth truth = log(6, 0);

  private static Truth log(long to, long later) {
    Truth log = new Truth();
    add(log, 1, to, later);
    return log;
  }

  private static void add(Truth log, long from, long to, long later) {
    for (long seq = from; seq <= to; seq++) {
      log.add(new Truth.Event(7, seq, Kind.CHAT, 100 + seq, 1, null, Instant.ofEpochSecond(seq + later), true, true));
    }
  }

  private static Entry sent(long seq, long later, String id, boolean signed, boolean taken) {
    return new Delivered(7, seq, Kind.CHAT, 100 + seq, (seq + later) * 1_000_000, id, signed, taken);
  }

  private static Entry got(long seq) {
    return sent(seq, 0, "id" + seq, true, true);
  }

  private static Entry refused(long seq) {
    return sent(seq, 0, "id" + seq, true, false);
  }

  private static Entry fresh(long seq) {
    return sent(seq, 60, "new" + seq, true, true);
  }

  private static String judged(Truth log, List<Truth> gone, boolean finished, Entry... diary) {
    Checker checker = new Checker(log, gone);
    checker.checkHook("the hook", Map.of(7L, 2L), EnumSet.of(Kind.CHAT), List.of(diary), finished);
    return checker.verdict().toString();
  }

  private String verdict(Entry... diary) {
    return judged(truth, List.of(), true, diary);
  }

  private static String counts(int lost, int doubled, int reordered, int phantom, int unauthorised, int ghost) {
    return "lost=" + lost + " doubled=" + doubled + " reordered=" + reordered + " phantom=" + phantom
        + " unauthorised=" + unauthorised + " ghost=" + ghost + " silent=0 unread=0 presence=0";
  }

  @Test
  void is_content_with_everything_in_order_also_when_it_begins_again() {
    assertThat(verdict(got(3), got(4), got(5), got(6))).isEqualTo(CLEAN);
    assertThat(verdict(got(3), refused(4), got(4), got(5), got(3), got(4), got(5), got(6))).isEqualTo(CLEAN);
    assertThat(judged(truth, List.of(), false, got(3), got(4))).isEqualTo(CLEAN);
  }

  @Test
  void finds_what_never_came_or_was_refused_and_not_sent_again() {
    assertThat(verdict(got(3), got(4), got(6))).isEqualTo(counts(1, 0, 0, 0, 0, 0));
    assertThat(verdict(got(3), got(4))).isEqualTo(counts(2, 0, 0, 0, 0, 0));
    assertThat(verdict(got(3), refused(4), got(5), got(6))).isEqualTo(counts(1, 0, 0, 0, 0, 0));
    assertThat(verdict()).isEqualTo(counts(4, 0, 0, 0, 0, 0));
    assertThat(judged(truth, List.of(), false, got(3), got(5))).isEqualTo(counts(1, 0, 0, 0, 0, 0));
  }

  @Test
  void finds_what_came_again_as_another() {
    assertThat(verdict(got(3), sent(3, 0, "another", true, true), got(4), got(5), got(6)))
        .isEqualTo(counts(0, 1, 0, 0, 0, 0));
  }

  @Test
  void finds_what_a_receiver_takes_for_something_that_it_has_had() {
    assertThat(verdict(got(3), sent(4, 0, "id3", true, true), got(5), got(6))).isEqualTo(counts(1, 0, 0, 0, 0, 0));
  }

  @Test
  void finds_what_came_in_another_order() {
    assertThat(verdict(got(4), got(3), got(5), got(6))).isEqualTo(counts(0, 0, 1, 0, 0, 0));
    assertThat(verdict(refused(3), got(4), got(3), got(5), got(6))).isEqualTo(counts(0, 0, 1, 0, 0, 0));
  }

  @Test
  void finds_what_was_never_committed_or_not_signed() {
    assertThat(verdict(got(3), got(4), got(5), got(6), got(7))).isEqualTo(counts(0, 0, 0, 1, 0, 0));
    assertThat(verdict(got(3), sent(4, 0, "id4", false, true), got(4), got(5), got(6)))
        .isEqualTo(counts(0, 0, 0, 1, 0, 0));
  }

  @Test
  void finds_what_is_not_for_it() {
    assertThat(verdict(got(2), got(3), got(4), got(5), got(6))).isEqualTo(counts(0, 0, 0, 0, 1, 0));
    Entry elsewhere = new Delivered(8, 3, Kind.CHAT, 103, 3_000_000, "id", true, true);
    assertThat(verdict(elsewhere, got(3), got(4), got(5), got(6))).isEqualTo(counts(0, 0, 0, 0, 1, 0));
    // A kind that it did not ask for, which it does not miss either.
    truth.add(new Truth.Event(7, 7, Kind.MESSAGE_DELETED, 103, 1, null, Instant.ofEpochSecond(7), true, true));
    assertThat(verdict(got(3), got(4), got(5), got(6))).isEqualTo(CLEAN);
    Entry deleted = new Delivered(7, 7, Kind.MESSAGE_DELETED, 103, 7_000_000, "id7", true, true);
    assertThat(verdict(got(3), got(4), got(5), got(6), deleted)).isEqualTo(counts(0, 0, 0, 0, 1, 0));
  }

  @Test
  void of_a_log_that_was_taken_back_nothing_comes_after_the_one_that_followed_of_which_everything_does() {
    Truth gone = log(5, 0);
    Truth now = log(3, 0);
    add(now, 4, 6, 60);
    assertThat(judged(now, List.of(gone), true, got(3), got(4), got(5), fresh(4), fresh(5), fresh(6))).isEqualTo(CLEAN);
    assertThat(judged(now, List.of(gone), true, got(3), fresh(4), fresh(5), fresh(6))).isEqualTo(CLEAN);
    assertThat(judged(now, List.of(gone), true, got(3), got(4), got(5), fresh(6))).isEqualTo(counts(2, 0, 0, 0, 0, 0));
    assertThat(judged(now, List.of(gone), true, got(3), got(4), fresh(4), got(5), fresh(5), fresh(6)))
        .isEqualTo(counts(0, 0, 0, 0, 0, 1));
  }

  @Test
  void a_line_reads_as_it_was_written() {
    for (Entry entry : List.of(got(3), refused(4), sent(5, 1, "msg_7_5_abc", false, true))) {
      assertThat(Entry.parse(entry.line())).isEqualTo(entry);
    }
  }
}
