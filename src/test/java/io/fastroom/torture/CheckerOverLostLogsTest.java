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

/**
 * A log of six chats lost its last three, and three others took their places: whoever had the old ones has to start over.
 * Chats of the old log happened a second after one another, those of the new one a minute later.
 */
class CheckerOverLostLogsTest {
  private static final long LATER = 60;

  private final Truth gone = log(6, 0);
  private final Truth truth = log(3, 0);

  CheckerOverLostLogsTest() {
    for (long seq = 4; seq <= 6; seq++) {
      chat(truth, seq, "new" + seq, LATER);
    }
  }

  private static Truth log(long to, long later) {
    Truth log = new Truth();
    for (long seq = 1; seq <= to; seq++) {
      chat(log, seq, "c" + seq, later);
    }
    return log;
  }

  private static void chat(Truth log, long seq, String clientId, long later) {
    log.add(new Truth.Event(7, seq, Kind.CHAT, 100 + seq, 1, clientId, Instant.ofEpochSecond(seq + later), true, true));
  }

  private static long micros(long seq, long later) {
    return (seq + later) * 1_000_000;
  }

  @Test
  void an_id_that_two_messages_had_is_found() {
    Checker checker = new Checker(truth, List.of(gone));
    checker.checkIds();
    assertThat(checker.verdict().toString()).contains("doubled=3");
    checker = new Checker(log(3, 0), List.of(gone));
    checker.checkIds();
    assertThat(checker.verdict().clean()).isTrue();
  }

  private static Entry joined(long seq, long later) {
    return new Joined(7, seq, micros(seq, later), -1, Entry.UNKNOWN, false, false);
  }

  private static Entry told(long seq, long later) {
    return new Joined(7, seq, micros(seq, later), -1, Entry.UNKNOWN, false, true);
  }

  private static Entry back(long seq, long later, long since, long sinceLater, boolean resumed) {
    return new Joined(7, seq, micros(seq, later), since, micros(since, sinceLater), resumed, false);
  }

  private static Entry old(long seq) {
    return new Seen(7, seq, Kind.CHAT, 100 + seq, micros(seq, 0), false);
  }

  private static Entry fresh(long seq) {
    return new Seen(7, seq, Kind.CHAT, 100 + seq, micros(seq, LATER), false);
  }

  private static Entry shown(long seq, long later) {
    return new Shown(7, seq, 100 + seq, micros(seq, later));
  }

  private static Entry out() {
    return new Out(7, false);
  }

  private Verdict judged(Entry... log) {
    return judged(truth, List.of(gone), log);
  }

  private static Verdict judged(Truth truth, List<Truth> gone, Entry... log) {
    Checker checker = new Checker(truth, gone);
    checker.check("ann", 2, List.of(log), true);
    return checker.verdict();
  }

  @Test
  void is_content_when_everybody_starts_over() {
    assertThat(judged(joined(3, 0), old(4), old(5), told(3, 0), shown(2, 0), shown(3, 0), fresh(4), fresh(5), fresh(6))
        .details()).isEmpty();
    assertThat(judged(joined(3, 0), old(4), out(), back(5, LATER, 4, 0, false), shown(3, 0), shown(4, LATER),
        shown(5, LATER), fresh(6)).details()).isEmpty();
  }

  @Test
  void is_content_with_whoever_had_nothing_of_what_was_lost() {
    assertThat(judged(joined(2, 0), old(3), fresh(4), fresh(5), fresh(6)).details()).isEmpty();
    assertThat(judged(joined(2, 0), old(3), out(), back(5, LATER, 3, 0, true), fresh(4), fresh(5), fresh(6)).details())
        .isEmpty();
    assertThat(judged(joined(2, 0), old(3), told(3, 0), shown(3, 0), fresh(4), fresh(5), fresh(6)).details()).isEmpty();
  }

  @Test
  void may_go_on_over_the_old_log_until_told() {
    assertThat(judged(joined(3, 0), old(4), out(), back(5, 0, 4, 0, true), old(5), old(6), told(6, LATER)).details())
        .isEmpty();
  }

  @Test
  void finds_who_goes_on_over_both() {
    assertThat(judged(joined(3, 0), old(4), old(5), fresh(6)).toString()).doesNotContain("ghost=0");
    assertThat(judged(joined(3, 0), old(4), out(), back(4, LATER, 4, 0, true), fresh(5), fresh(6)).toString())
        .doesNotContain("ghost=0");
  }

  @Test
  void what_fits_by_its_seq_may_be_shown_until_all_is_given_up_and_not_be_resumed_from() {
    assertThat(judged(joined(3, 0), old(4), old(5), fresh(6), out(), told(6, LATER)).details()).isEmpty();
    assertThat(judged(joined(3, 0), old(4), old(5), fresh(6), out(), back(6, LATER, 6, LATER, false)).toString())
        .doesNotContain("lost=0");
    assertThat(judged(joined(3, 0), old(4), old(5), fresh(6), out(), back(6, LATER, 6, LATER, true)).toString())
        .doesNotContain("ghost=0");
  }

  @Test
  void finds_who_is_left_with_what_is_gone() {
    assertThat(judged(joined(3, 0), old(4), old(5), old(6))).hasToString(ghosts(0, 1));
  }

  @Test
  void finds_what_is_shown_again_after_being_told() {
    assertThat(judged(joined(3, 0), old(4), told(4, 0), shown(4, 0), told(6, LATER))).hasToString(ghosts(0, 1));
    assertThat(judged(joined(3, 0), old(4), out(), back(6, 0, 4, 7, false), shown(4, 0), told(6, LATER)))
        .hasToString(ghosts(0, 1));
  }

  @Test
  void finds_who_is_told_for_no_reason_and_who_is_not_resumed_for_none() {
    Checker checker = new Checker(truth);
    checker.check("ann", 2, List.of(joined(3, 0), told(6, LATER)), true);
    assertThat(checker.verdict()).hasToString(ghosts(1, 0));
    assertThat(judged(joined(2, 0), old(3), out(), back(6, LATER, 3, 0, false))).hasToString(ghosts(1, 0));
  }

  @Test
  void an_acknowledged_chat_may_go_with_its_log_and_only_so() {
    Checker checker = new Checker(truth, List.of(gone));
    checker.check("bob", 1, List.of(new Acknowledged(7, "c5", 5), new Acknowledged(7, "new5", 5)), true);
    assertThat(checker.verdict().details()).isEmpty();
    checker = new Checker(truth);
    checker.check("bob", 1, List.of(new Acknowledged(7, "c5", 5)), true);
    assertThat(checker.verdict()).hasToString(ghosts(1, 0));
  }

  @Test
  void whoever_was_put_out_by_a_decision_that_is_gone_was_rightly_so() {
    gone.add(new Truth.Event(7, 7, Kind.MEMBER_UPDATE, 2, 2, null, Instant.ofEpochSecond(7), false, false));
    Entry ban = new Seen(7, 7, Kind.MEMBER_UPDATE, 2, micros(7, 0), false);
    assertThat(judged(joined(5, 0), old(6), ban, new Out(7, true), joined(6, LATER)).details()).isEmpty();
  }

  @Test
  void whoever_was_let_in_by_a_decision_that_is_gone_is_rightly_put_out() {
    Truth before = decided(log(3, 0), 4, 0, false);
    Truth now = decided(log(3, 0), 4, 0, false);
    decided(before, 5, 0, true);
    chat(before, 6, "c6", 0);
    chat(now, 5, "new5", LATER);
    Entry[] diary = {joined(5, 0), old(6), new Out(7, true)};
    assertThat(judged(now, List.of(before), diary)).hasToString(ghosts(0, 0));
    // A log that followed and let the user in as well is no reason.
    Truth open = decided(decided(log(3, 0), 4, 0, false), 5, LATER, true);
    assertThat(judged(open, List.of(before), diary).toString()).doesNotContain("phantom=0");
  }

  @Test
  void an_answer_to_a_retry_may_be_of_the_log_that_follows_and_not_of_one_that_was_left() {
    assertThat(judged(joined(3, 0), old(4), old(5), new Seen(7, 5, Kind.CHAT, 105, micros(5, LATER), true),
        told(6, LATER)).details()).isEmpty();
    assertThat(judged(joined(3, 0), old(4), told(5, LATER), new Seen(7, 4, Kind.CHAT, 104, micros(4, 0), true), fresh(6))
        .toString()).doesNotContain("ghost=0");
  }

  private static Truth decided(Truth log, long seq, long later, boolean in) {
    log.add(new Truth.Event(7, seq, Kind.MEMBER_UPDATE, 2, 2, null, Instant.ofEpochSecond(seq + later), in, in));
    return log;
  }

  private static String ghosts(int lost, int ghost) {
    return "lost=" + lost + " doubled=0 reordered=0 phantom=0 unauthorised=0 ghost=" + ghost
        + " silent=0 unread=0 presence=0";
  }
}
