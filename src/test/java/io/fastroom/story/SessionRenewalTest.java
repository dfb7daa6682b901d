package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Cluster;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of a few seconds, renewed by real pages on a real node, when things go wrong on the way. */
class SessionRenewalTest extends Story {
  /** As on plain http, where a browser has no Web Locks. */
  private static final String NO_LOCKS = "delete Navigator.prototype.locks;";
  /** Every second answer to a refresh arrives nowhere. */
  private static final String LOSSY = """
      const whole = window.fetch;
      window.refreshes = 0;
      window.fetch = async (url, ...rest) => {
        const answer = await whole(url, ...rest);
        if (String(url).endsWith('/refresh') && window.refreshes++ % 2 === 0) throw new TypeError('lost');
        return answer;
      };
      """;

  private final String alice = Names.unique("alice");
  private final String room = Names.unique("lounge");

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  @Test
  void tabs_without_web_locks_renew_their_session_without_ending_one_another() {
    NodeProcess brief = closing(Cluster.start(Map.of("ACCESS_TOKEN_EXP_SECONDS", "5")));
    Browser a = closing(Browser.desktop().before(NO_LOCKS));
    a.signUp(brief.url(), alice).createRoom(room);
    a.newTab("about:blank").before(NO_LOCKS).go(brief.url()).openRoom(room);
    assertThat(a.run("return navigator.locks")).isNull();
    renewals(a, 3);
    a.say("from the second tab");
    a.switchToTab(0);
    a.say("from the first tab");
    Until.holds("both are told", () -> a.messages().equals(List.of("from the second tab", "from the first tab")));
    assertThat(a.complaints()).isEmpty();
  }

  @Test
  void a_lost_answer_to_a_refresh_signs_nobody_out() {
    NodeProcess brief = closing(Cluster.start(Map.of("ACCESS_TOKEN_EXP_SECONDS", "5")));
    Browser a = closing(Browser.desktop().before(LOSSY));
    a.signUp(brief.url(), alice).createRoom(room);
    renewals(a, 3);
    assertThat((Long) a.run("return window.refreshes")).isGreaterThanOrEqualTo(5L);
    a.say("still here");
    Until.holds("it is said", () -> a.messages().equals(List.of("still here")));
  }

  private void renewals(Browser browser, int times) {
    String token = "return localStorage.getItem('fastroom:tokens:" + alice + "')";
    for (int i = 0; i < times; i++) {
      Object before = browser.run(token);
      Until.holds("the tokens are renewed", Duration.ofSeconds(20), () -> {
        Object now = browser.run(token);
        return now != null && !before.equals(now);
      });
    }
  }
}
