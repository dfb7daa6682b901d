package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

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
  void what_is_being_written_into_a_message_stays_when_others_react_to_it() {
    Browser a = closing(Browser.desktop());
    a.signUp(one().url(), alice).createRoom(room);
    a.say("Helo");
    Person peer = person("bob");
    Ws b = connect(peer, two());
    b.join(room);
    long id = peer.on(two()).get("/rooms/by-name/" + room).expect(200).json().getLong("id");
    long message = peer.on(two()).get("/rooms/" + id + "/messages").expect(200).json().getJsonArray("items")
        .getJsonObject(0).getLong("id");
    a.press("#draft", Keys.ARROW_UP);
    a.type(".editor textarea", "Hello");
    List<String> emoji = List.of("👍", "🎉");
    for (int i = 0; i < emoji.size(); i++) {
      b.send("react", "room", room, "message_id", message, "emoji", emoji.get(i), "on", true);
      long shown = i + 1;
      Until.holds("the reaction is shown", () -> a.run("return document.querySelectorAll('.feelings button').length")
          .equals(shown));
    }
    assertThat(a.run("return document.activeElement.matches('.editor textarea') && document.activeElement.value"))
        .isEqualTo("Hello");
    a.press(".editor textarea", Keys.ENTER);
    BrowserStoryTest.reads(List.of("Hello"), a);
    assertThat(a.complaints()).isEmpty();
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
