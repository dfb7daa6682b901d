package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Keyboard;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** How people find their way to a message, in real browsers on two nodes. */
class PageSearchTest extends Story {
  private static final String STATUS = "#finder .finder-status";

  private final String word = Names.unique("owl");

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  private static Browser signedIn(Browser browser, Person person) {
    return browser.signIn(two().url(), person.name(), person.password());
  }

  /** The message that a link or the search has led to, and that has the focus. */
  private static void leadsTo(Browser browser, String text) {
    Until.holds("the page has led to " + text, Duration.ofSeconds(30), () -> browser.run(
        "const at = document.activeElement; const box = at.getBoundingClientRect();"
        + "return at.matches('.message.sought') && box.top >= 0 && box.bottom <= innerHeight && at.textContent")
        .toString().contains(text));
  }

  @Test
  void messages_are_found_without_a_mouse() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    RoomRef other = alice.createRoom(one());
    Ws ws = inRoom(bob, one(), room);
    ws.chat(room.name(), "<b>" + word + "</b> &amp; \"first\"");
    for (int i = 1; i < 25; i++) {
      ws.chat(room.name(), word + " number " + i);
    }
    inRoom(bob, one(), other).chat(other.name(), word + " elsewhere");

    Browser page = signedIn(closing(Browser.desktop()), alice).openRoom(other.name());
    Keyboard keyboard = new Keyboard(page);
    keyboard.type("half a thought");
    keyboard.type(Keys.CONTROL, "k");
    page.see("#finder");
    keyboard.type(word);
    page.seeText(STATUS, "20 messages, and there are more");
    assertThat(page.text(".finder-found li")).contains(bob.name(), "in " + other.name(), word + " elsewhere");
    assertThat(page.text(".finder-found mark")).isEqualTo(word);
    keyboard.type(Keys.ARROW_DOWN, Keys.END);
    page.seeText(STATUS, "26 messages");
    keyboard.type(Keys.END);
    Until.holds("the oldest has the focus", () -> keyboard.focused().contains("<b>" + word + "</b> &amp; \"first\""));
    assertThat(page.run("return document.querySelectorAll('#finder b:not(.finder-by b)').length")).isEqualTo(0L);
    page.screenshot("search");
    keyboard.type(Keys.ENTER);
    page.seeNo("#finder");
    leadsTo(page, "<b>" + word + "</b>");
    page.screenshot("search-followed");

    keyboard.type(Keys.CONTROL, "k");
    keyboard.walkTo("Only in " + room.name(), Keys.TAB);
    keyboard.type(Keys.ENTER);
    Until.holds("only those of this room", () -> page.text(STATUS).startsWith("20") && !page.text(".finder-found")
        .contains(other.name()));
    page.type("#finder-words", "-" + word);
    page.seeText(STATUS, "must have a word");
    page.type("#finder-words", "no" + word);
    page.seeText(STATUS, "Nothing was found");
    keyboard.type(Keys.ESCAPE);
    page.seeNo("#finder");
    leadsTo(page, "<b>" + word + "</b>");
    page.run("history.back()");
    Until.holds("back in the other room", () -> page.text("#room-name").equals(other.name()));
    assertThat(page.see("#draft").getDomProperty("value")).isEqualTo("half a thought");
    assertThat(page.complaints()).as("the one that was refused").hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void a_link_to_a_message_leads_there_in_another_browser() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws ws = inRoom(alice, one(), room);
    ws.chat(room.name(), word + " number 0");
    Browser a = signedIn(closing(Browser.desktop()), alice).openRoom(room.name());
    Until.holds("the message is there", () -> a.messages().size() == 1);
    a.run("document.querySelector('.message').focus()");
    a.click(".message [aria-label='Copy link']");
    a.seeText("#toasts", "Link copied");
    a.type("#draft", "");
    a.press("#draft", Keys.chord(Keys.CONTROL, "v"));
    String link = a.see("#draft").getDomProperty("value");
    assertThat(link).startsWith(two().url() + "/#/room/" + room.id() + "/message/");

    for (int i = 1; i < 200; i++) {
      ws.chat(room.name(), word + " number " + i);
    }
    RoomRef renamed = new RoomRef(room.id(), Names.unique("renamed"));
    alice.on(two()).patch(room.path(), new JsonObject().put("name", renamed.name())).expect(200);
    Browser b = closing(Browser.phone());
    b.go(link).click("#tab-signin");
    b.type("#username", bob.name());
    b.type("#password", bob.password());
    b.click("#account-submit");
    leadsTo(b, word + " number 0");
    assertThat(b.text("#room-name")).isEqualTo(renamed.name());
    assertThat(b.messages()).as("what lies between is not read").doesNotContain(word + " number 120");
    b.screenshot("link-phone");
    b.run("location.reload()");
    leadsTo(b, word + " number 0");
    b.newTab(link);
    leadsTo(b, word + " number 0");
    Until.holds("one can read on to the end", Duration.ofSeconds(30), () -> {
      b.run("[...document.querySelectorAll('.message')].at(-1).scrollIntoView()");
      return (Boolean) b.run("return document.getElementById('jump').hidden");
    });
    assertThat(b.messages()).isEqualTo(IntStream.range(0, 200).mapToObj(i -> word + " number " + i).toList());

    alice.on(two()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    Browser c = signedIn(closing(Browser.desktop().dark()), person("carol"));
    c.run("location.href = arguments[0]", link);
    c.seeText("#dialog", "it is private");
    c.screenshot("link-nowhere");
    c.click("#dialog button");
    c.seeNo("#live");
  }

  @Test
  void one_begins_with_the_first_message_that_was_not_read() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    RoomRef other = alice.createRoom(one());
    inRoom(bob, two(), room);
    Ws ws = inRoom(alice, one(), room);
    for (int i = 0; i < 200; i++) {
      long seq = ws.chat(room.name(), word + " number " + i).getLong("seq");
      if (i == 20) {
        bob.on(two()).send("PUT", room.path() + "/read", "application/json", "{\"seq\":" + seq + "}").expect(200);
      }
    }
    Browser page = signedIn(closing(Browser.desktop()), bob).openRoom(room.name());
    page.see("#jump-new");
    assertThat(page.run("const jump = document.getElementById('jump-new'); jump.parentElement.style.width = '320px';"
        + " const tall = jump.scrollHeight > jump.clientHeight; jump.parentElement.style.width = ''; return tall"))
        .as("its words are on one line where there is little room").isEqualTo(false);
    page.click("#jump-new");
    leadsTo(page, word + " number 21");
    assertThat(page.messages()).doesNotContain(word + " number 120");
    assertThat(page.text(".divider.new + .message")).contains(word + " number 21");
    page.seeNo("#jump-new");
    page.screenshot("first-unread");

    Until.holds("what was said meanwhile is not in between", () -> {
      ws.chat(room.name(), "meanwhile");
      return !page.messages().contains("meanwhile");
    });
    page.click("#jump");
    Until.holds("the end is in view", () -> page.messages().contains("meanwhile"));
    page.openRoom(other.name()).openRoom(room.name());
    page.seeNo("#jump-new");
    page.seeNo("#jump");
    assertThat(page.complaints()).isEmpty();
  }
}
