package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.model.Emoji;
import io.fastroom.support.Browser;
import io.fastroom.support.Keyboard;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What people write: how it is kept until it is sent, and how it is shown. */
class PageWritingTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String DRAFT = "return document.getElementById('draft').value";
  private static final String FILL = "const draft = document.getElementById('draft');"
      + "draft.value = arguments[0]; draft.dispatchEvent(new Event('input'))";

  private final String alice = Names.unique("alice");
  private final String bob = Names.unique("bob");
  private final String room = Names.unique("lounge");

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  @Test
  void code_and_links_are_shown_as_such_and_stay_text() {
    Browser a = closing(Browser.desktop());
    a.signUp(one().url(), alice).createRoom(room);
    Browser b = closing(Browser.phone().dark());
    b.signUp(two().url(), bob).openRoom(room);
    a.run(FILL, "Run `npm ci <b>` @" + bob + ", `not @" + bob + "`, see https://bücher.example/ß_(x)?q=1#top. "
        + "javascript:alert(1) https://a.example/" + "x".repeat(600) + "\n```js\nconst wide = '" + "w".repeat(200)
        + "'; // @" + bob + "\n  <i>indented</i>\n```\nThat was all");
    a.press("#draft", Keys.ENTER);
    for (Browser browser : List.of(a, b)) {
      browser.seeText(".message.sent .block", "<i>indented</i>");
      assertThat(browser.run("return [...document.querySelectorAll('.text code')].map(code => code.textContent)"))
          .isEqualTo(List.of("npm ci <b>", "not @" + bob,
              "const wide = '" + "w".repeat(200) + "'; // @" + bob + "\n  <i>indented</i>"));
      assertThat(browser.run("return document.querySelectorAll('.mention').length")).isEqualTo(1L);
      assertThat(browser.run("return [...document.querySelectorAll('.text a')].map(a => [a.textContent.slice(0, 29),"
          + " a.target, a.rel, a.href.slice(0, 44)].join())")).isEqualTo(List.of(
              "https://bücher.example/ß_(x)?,_blank,noopener noreferrer nofollow,https://xn--bcher-kva.example/%C3%9F_(x)?q=1",
              "https://a.example/xxxxxxxxxxx,_blank,noopener noreferrer nofollow,https://a.example/xxxxxxxxxxxxxxxxxxxxxxxxxx"));
      assertThat(browser.run("const block = document.querySelector('.block');"
          + " const log = document.getElementById('scroller'); return [block.scrollWidth > block.clientWidth,"
          + " log.scrollWidth > log.clientWidth]"))
          .as("long code scrolls inside itself").isEqualTo(List.of(true, false));
      assertThat(browser.complaints()).isEmpty();
    }
    a.screenshot("code-light");
    b.screenshot("code-phone-dark");
  }

  @Test
  void what_was_begun_in_a_room_is_there_after_a_reload_until_it_is_sent() {
    Browser a = closing(Browser.desktop());
    String other = Names.unique("den");
    a.signUp(one().url(), alice).createRoom(other).createRoom(room);
    a.say("What do you think?");
    BrowserStoryTest.reads(List.of("What do you think?"), a);
    a.run("document.querySelector('.message').focus()");
    a.click(".message [aria-label='Reply']");
    a.press("#draft", "In the ", "lounge");
    a.openRoom(other);
    assertThat(a.run(DRAFT)).isEqualTo("");
    a.press("#draft", "In the den");
    a.openRoom(room);
    holdsDraft("the draft of the lounge is back", a, "In the lounge");
    String renamed = Names.unique("parlour");
    a.click("#room-menu");
    a.choose("Rename…");
    a.type("#dialog-name", renamed);
    a.press("#dialog-name", Keys.ENTER);
    a.seeText("#room-name", renamed);
    a.run("location.reload()");
    holdsDraft("it is there after a reload", a, "In the lounge");
    a.seeText("#replying", "What do you think?");
    a.press("#draft", " at last", Keys.ENTER);
    BrowserStoryTest.reads(List.of("What do you think?", "In the lounge at last"), a);
    a.seeText(".quote", "What do you think?");
    assertThat(a.run("const name = document.querySelector('.quote b'); return name.scrollWidth <= name.clientWidth"))
        .as("the name is whole").isEqualTo(true);
    a.run("location.reload()");
    BrowserStoryTest.reads(List.of("What do you think?", "In the lounge at last"), a);
    assertThat(a.run(DRAFT)).isEqualTo("");
    a.openRoom(other);
    holdsDraft("that of the den is still there", a, "In the den");
    a.press("#draft", Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
    a.openRoom(renamed);
    assertThat(a.run("return Object.keys(localStorage).filter(key => key.includes('draft')).length")).isEqualTo(0L);
    assertThat(a.complaints()).isEmpty();
  }

  @Test
  void names_are_completed_by_the_keyboard_and_the_pointer() {
    Person anton = person("anton");
    Person anna = person("anna");
    RoomRef place = anna.createRoom(one());
    inRoom(anton, two(), place);
    Browser a = closing(Browser.phone());
    a.signUp(one().url(), alice).openRoom(place.name());
    holds("the members are known", a,
        "return document.getElementById('people-list').textContent.includes('" + anna.name() + "')");
    Keyboard keyboard = new Keyboard(a);
    a.press("#draft", "Hello @an");
    a.seeText("#suggestions", anton.name());
    assertThat(a.run("return [...document.querySelectorAll('#suggestions [role=option]')].map(o => o.textContent)"))
        .as("who is here comes first").isEqualTo(List.of("A" + anton.name() + "here", "A" + anna.name() + "away"));
    assertThat(a.run("return document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
        + ".getAttribute('aria-selected')")).isEqualTo("true");
    a.screenshot("completion-phone");
    keyboard.type(Keys.ARROW_DOWN, Keys.ENTER);
    assertThat(a.run(DRAFT)).isEqualTo("Hello @" + anna.name() + " ");
    a.seeNo("#suggestions");
    keyboard.type("and @", anton.name().substring(0, 4).toUpperCase(Locale.ROOT), Keys.TAB);
    assertThat(a.run(DRAFT)).isEqualTo("Hello @" + anna.name() + " and @" + anton.name() + " ");

    a.run(FILL, "See  later");
    a.run("document.getElementById('draft').setSelectionRange(4, 4)");
    keyboard.type("@ant");
    a.click("#suggestions [role=option]");
    assertThat(a.run(DRAFT)).as("in the middle of a text").isEqualTo("See @" + anton.name() + " later");
    assertThat(a.run("return document.activeElement.id")).isEqualTo("draft");

    a.run(FILL, "");
    keyboard.type("`code @ant", Keys.TAB);
    assertThat(a.run(DRAFT)).as("names are not completed in code").isEqualTo("`code @ant");
    a.run(FILL, "");
    a.run("document.getElementById('draft').focus()");
    keyboard.type("@ant");
    a.see("#suggestions");
    keyboard.compose("on");
    a.run("document.getElementById('draft').dispatchEvent(new KeyboardEvent('keydown',"
        + " { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))");
    assertThat(a.run(DRAFT)).as("an input method has its own Enter").isEqualTo("@anton");
    a.run(FILL, "");
    keyboard.type("@ant");
    a.see("#suggestions");
    keyboard.type(Keys.ESCAPE);
    a.seeNo("#suggestions");
    a.run(FILL, "");
    keyboard.type("Bye @", anton.name(), Keys.ENTER);
    BrowserStoryTest.reads(List.of("Bye @" + anton.name()), a);
    a.see(".mention");
    assertThat(a.complaints()).isEmpty();
  }

  @Test
  @SuppressWarnings("unchecked")
  void reactions_are_found_by_name_or_walked_to_and_those_used_last_come_first() {
    Browser a = closing(Browser.desktop());
    a.signUp(one().url(), alice).createRoom(room);
    a.say("Done");
    BrowserStoryTest.reads(List.of("Done"), a);
    List<String> all = (List<String>) a.run("return import('/page/emoji.js')"
        + ".then(({ GROUPS }) => GROUPS.flatMap(({ entries }) => entries.map(({ emoji }) => emoji)))");
    assertThat(all).hasSizeGreaterThan(400).allMatch(Emoji::isOne);
    Keyboard keyboard = new Keyboard(a);

    openPicker(a);
    a.screenshot("picker-light");
    keyboard.type("tada", Keys.ENTER);
    a.seeNo("#picker");
    a.seeText(".feelings", "🎉");
    openPicker(a);
    a.seeText("#picker h3", "Used last");
    keyboard.type(Keys.ARROW_DOWN);
    assertThat(keyboard.focused()).isEqualTo("Party popper");
    keyboard.type(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.END);
    assertThat(a.run("return [...document.querySelectorAll('#picker [role=row]')].indexOf(document.activeElement"
        + ".closest('[role=row]'))")).isEqualTo(2L);
    keyboard.type(Keys.HOME, Keys.ARROW_UP, Keys.ENTER);
    a.seeText(".feelings", "😀");

    openPicker(a);
    a.run("const search = document.activeElement; search.value = '👩‍👩‍👧‍👦';"
        + " search.dispatchEvent(new Event('input'))");
    keyboard.type(Keys.ENTER);
    a.seeText(".feelings", "👩‍👩‍👧‍👦");
    openPicker(a);
    assertThat(a.run("return [...document.querySelector('#picker [role=row]').querySelectorAll('button')]"
        + ".map(each => each.textContent)")).isEqualTo(List.of("👩‍👩‍👧‍👦", "😀", "🎉"));
    keyboard.type("no such thing");
    a.seeText("#picker [role=status]", "No emoji is called");
    keyboard.type(Keys.ESCAPE);
    a.seeNo("#picker");
    assertThat(keyboard.focused()).isEqualTo("React");
    assertThat(a.complaints()).isEmpty();
  }

  private static void openPicker(Browser browser) {
    browser.run("document.querySelector('.message').focus()");
    browser.click(".message [aria-label='React']");
    browser.see("#picker");
    holds("the search has the focus", browser, "return document.activeElement.matches('#picker input')");
  }

  private static void holds(String what, Browser browser, String script) {
    Until.holds(what, PATIENCE, () -> (Boolean) browser.run(script));
  }

  private static void holdsDraft(String what, Browser browser, String draft) {
    Until.holds(what, PATIENCE, () -> draft.equals(browser.run(DRAFT)));
  }
}
