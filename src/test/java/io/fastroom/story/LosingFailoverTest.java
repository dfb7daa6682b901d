package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.PostgresPair;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A standby that lacks the last commits takes over from a primary that died, under two nodes that showed them. */
@Tag("slow")
class LosingFailoverTest {
  private static final Duration TOLD = Duration.ofSeconds(5);

  @Test
  void what_the_new_primary_lacks_is_gone_for_everybody() throws Exception {
    try (PostgresPair pair = new PostgresPair(false);
         TwoNodeTalk talk = new TwoNodeTalk(pair.url(), Backends.redis().url())) {
      talk.bothSpeak("before");
      talk.alice.mark();
      talk.bob.mark();
      pair.promoteLosing(() -> talk.bothSpeak("lost"),
          dead -> assertThat(dead.ask("SELECT count(*) FROM messages")).isEqualTo("4"));
      talk.ready();
      for (Ws each : List.of(talk.alice, talk.bob)) {
        each.await("being told to start over", TOLD, TwoNodeTalk::startsOver);
      }
      talk.bothSpeak("after");
      assertThat(pair.primary().ask("SELECT string_agg(content, ', ' ORDER BY seq) FROM messages"))
          .isEqualTo("alice before, bob before, alice after, bob after");
    }
  }
}
