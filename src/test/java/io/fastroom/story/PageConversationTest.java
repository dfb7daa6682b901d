package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Names;
import io.fastroom.support.Until;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do with messages besides writing them, in real browsers on two nodes. */
class PageConversationTest extends Story {
  private final String alice = Names.unique("alice");
  private final String bob = Names.unique("bob");
  private final String room = Names.unique("lounge");

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  @Test
  void people_reply_to_one_another_mention_one_another_and_have_a_word_between_them() {
    Browser a = closing(Browser.desktop());
    a.signUp(one().url(), alice).createRoom(room);
    Browser b = closing(Browser.desktop().dark());
    b.signUp(two().url(), bob).openRoom(room);
    String call = "@" + bob + ", <i>look</i> @nobody.";
    a.say(call);
    BrowserStoryTest.reads(List.of(call), a, b);
    b.seeText(".mention.me", "@" + bob);
    assertThat(b.run("return document.querySelectorAll('.mention, .text i').length")).isEqualTo(1L);

    b.run("document.querySelector('.message').focus()");
    b.click(".message [aria-label='Reply']");
    b.seeText("#replying", alice + ": " + call);
    b.say("I have seen it");
    a.seeText(".quote", call);
    BrowserStoryTest.reads(List.of(call, "I have seen it"), a, b);
    b.seeNo("#replying");
    a.run("document.querySelector('.message').focus()");
    a.click(".message [aria-label='React: Thumbs up']");
    b.seeText(".feelings", "1");
    b.click(".feelings [aria-pressed='false']");
    a.seeText(".feelings [aria-pressed='true']", "2");
    a.screenshot("reply");

    b.click("[aria-label='Menu of " + alice + "']");
    b.choose("Message");
    Until.holds("the room between the two is open", () -> b.text("#room-name").equals(alice)
        && b.text("#room-facts").contains("here"));
    b.say("Between us");
    a.seeText("#own-rooms", "Between us");
    a.seeText("#own-rooms .badge", "1");
    a.click("[aria-label='Moderate " + bob + "']");
    a.choose("Message");
    BrowserStoryTest.reads(List.of("Between us"), a, b);
    a.seeNo("#own-rooms .badge");
    b.type("#search", "nobody " + bob);
    b.seeText("#found", call);
    b.click("#found a");
    Until.holds("what was found is in view", () -> b.run("return document.activeElement.matches('.message')"
        + " && document.activeElement.textContent").toString().contains(call));
    a.click("#room-menu");
    assertThat(a.text("#menu")).doesNotContain("Leave", "Delete");
    assertThat(b.complaints()).isEmpty();
    b.screenshot("direct");
  }
}
