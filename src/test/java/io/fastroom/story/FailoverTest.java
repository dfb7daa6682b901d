package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.PgBouncer;
import io.fastroom.support.PostgresPair;
import io.fastroom.support.PostgresServer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A conversation over two nodes goes on, without a restart of either, when PostgreSQL's servers change places. */
@Tag("slow")
class FailoverTest {

  @Test
  void a_standby_that_has_everything_takes_over_and_nothing_is_lost() throws Exception {
    try (PostgresPair pair = new PostgresPair(true);
         TwoNodeTalk talk = new TwoNodeTalk(pair.url(), Backends.redis().url())) {
      for (int i = 0; i < 2; i++) {
        talk.bothSpeak("before " + i);
        long before = talk.head();
        pair.promote(500);
        talk.bothSpeak("after " + i);
        assertThat(talk.head()).isEqualTo(before + 2);
        assertThat(talk.alice.received()).noneMatch(frame -> TwoNodeTalk.startsOver(frame.json()));
      }
      talk.ready();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_bouncer_in_between_is_restarted(PgBouncer.Mode mode) throws Exception {
    try (PostgresServer postgres = PostgresServer.create(Map.of());
         PgBouncer bouncer = new PgBouncer(mode, postgres.port(), "extra_float_digits");
         TwoNodeTalk talk = new TwoNodeTalk(bouncer.url(), Backends.redis().url())) {
      for (int i = 0; i < 3; i++) {
        talk.bothSpeak("before " + i);
        bouncer.restart();
        talk.bothSpeak("after " + i);
      }
      talk.ready();
    }
  }
}
