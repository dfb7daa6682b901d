package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Cluster;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Proxy;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page as people see it, in real browsers on real nodes. */
class BrowserStoryTest extends Story {
  private static final Duration BACK = Duration.ofSeconds(40);
  /** Whether the page may be left without a question. */
  private static final String LEAVES = "return dispatchEvent(new Event('beforeunload', { cancelable: true }))";

  private final String alice = Names.unique("alice");
  private final String bob = Names.unique("bob");
  private final String room = Names.unique("lounge");

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  @Test
  void two_people_on_two_nodes_chat_type_edit_and_delete() {
    Browser a = closing(Browser.desktop());
    a.go(one().url()).see("#account-form");
    a.screenshot("welcome");
    a.signUp(one().url(), alice).screenshot("first-time");
    a.createRoom(room).screenshot("empty-room");
    assertThat(a.run("return document.documentElement.scrollHeight <= innerHeight")).as("no bar beside the log's")
        .isEqualTo(true);
    Browser b = closing(Browser.desktop().dark());
    b.signUp(two().url(), bob).openRoom(room);
    a.seeText("#people-list", bob);

    b.press("#draft", "wait");
    a.seeText("#typing", bob + " is typing");
    a.say("Hello from node one");
    b.say("And hello from node two");
    reads(List.of("Hello from node one", "And hello from node two"), a, b);
    a.seeText("#typing", "");

    a.press("#draft", Keys.ARROW_UP);
    a.type(".editor textarea", "Hello from the first node");
    a.press(".editor textarea", Keys.ENTER);
    b.see(".edited");
    reads(List.of("Hello from the first node", "And hello from node two"), a, b);
    a.screenshot("room-light");
    b.screenshot("room-dark");

    b.run("document.querySelector('.message:last-child').focus()");
    b.click(".message:last-child [aria-label='Delete message']");
    b.click("#dialog .danger");
    reads(List.of("Hello from the first node"), a, b);
    assertThat(a.complaints()).isEmpty();
    assertThat(b.complaints()).isEmpty();
  }

  @Test
  void a_moderator_mutes_and_bans() {
    Browser a = closing(Browser.desktop());
    a.signUp(one().url(), alice).createRoom(room);
    Browser b = closing(Browser.desktop().dark());
    b.signUp(two().url(), bob).openRoom(room);

    a.click("[aria-label='Moderate " + bob + "']");
    a.see("#menu");
    a.screenshot("moderation");
    a.choose("Mute…");
    a.type("#dialog-reason", "Calm down");
    a.click("#dialog .danger");
    b.see("#composer.off");
    assertThat(b.see("#draft").getDomAttribute("placeholder")).endsWith("Calm down");
    a.seeText("#people-list", "Calm down");
    a.see("#people-list .isMuted");
    b.screenshot("muted");
    a.click("[aria-label='Moderate " + bob + "']");
    a.choose("Unmute");
    b.seeNo("#composer.off");
    b.say("Thank you");
    reads(List.of("Thank you"), a, b);

    a.click("[aria-label='Moderate " + bob + "']");
    a.choose("Ban…");
    a.type("#dialog-reason", "Spam <b>again</b>");
    a.select("#dialog-end", "In a week");
    a.screenshot("ban");
    a.click("#dialog .danger");
    b.seeText("#dialog", "You were banned");
    assertThat(b.text("#dialog")).contains("Until ", "Spam <b>again</b>");
    b.screenshot("banned");
    b.click("#dialog button");
    b.seeNo("#live");
    a.click("#room-menu");
    a.choose("What was done here…");
    a.seeText("#panel", "banned " + bob);
    assertThat(a.text("#panel")).contains("Spam <b>again</b>", "muted " + bob, "Calm down");
    a.click("#panel [aria-label='Close']");
    a.seeText("#people-list", "Banned");
    a.click("#room-menu");
    a.choose("Rename…");
    a.type("#dialog-name", room + " two");
    a.press("#dialog-name", Keys.ENTER);
    a.seeText("#room-name", room + " two");
    a.say("We have moved");
    reads(List.of("Thank you", "We have moved"), a);
  }

  @Test
  void a_node_killed_under_the_page_is_a_calm_reconnect_and_nothing_is_lost_or_doubled() {
    NodeProcess doomed = closing(Cluster.start(Cluster.UNLIMITED));
    Proxy balancer = closing(new Proxy(doomed.port()));
    String origin = "http://127.0.0.1:" + balancer.port();
    Browser a = closing(Browser.desktop());
    a.signUp(origin, alice).createRoom(room);
    Browser b = closing(Browser.phone());
    b.signUp(origin, bob).openRoom(room);
    Person carol = person("carol");
    Ws c = connect(carol, two());
    c.join(room);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      expected.add("before " + i);
      a.say("before " + i);
    }
    reads(expected, a, b);

    a.run("window.fetched = performance.timeOrigin");
    doomed.kill9();
    a.say("alice says this to a dead node");
    b.say("and bob this");
    for (int i = 0; i < 60; i++) {
      c.chat(room, "meanwhile " + i);
    }
    a.see("#connection");
    assertThat(a.run(LEAVES)).as("the browser asks before what was not sent is lost").isEqualTo(false);
    a.screenshot("reconnecting");
    b.screenshot("reconnecting-phone");
    balancer.towards(two().port());
    for (Browser browser : List.of(a, b)) {
      Until.holds("the page is back", BACK, () -> browser.text("#connection").isEmpty()
          && browser.messages().contains("alice says this to a dead node") && browser.messages().contains("and bob this"));
    }
    c.chat(room, "that was all");
    Until.holds("both have the end", () -> a.messages().contains("that was all") && b.messages().contains("that was all"));
    assertThat(a.messages()).doesNotHaveDuplicates().hasSize(3 + 60 + 2 + 1).containsAll(expected);
    assertThat(b.messages()).isEqualTo(a.messages());
    assertThat(a.messages().stream().filter(text -> text.startsWith("meanwhile"))).hasSize(60)
        .isEqualTo(java.util.stream.IntStream.range(0, 60).mapToObj(i -> "meanwhile " + i).toList());
    assertThat(a.run(LEAVES)).isEqualTo(true);
    assertThat(a.run("return window.fetched")).as("the page was not loaded again").isNotNull();
    b.screenshot("room-phone");
  }

  @Test
  void script_and_html_stay_text_everywhere() {
    String evil = "<img src=x onerror=window.hacked=1>" + Names.unique("x");
    Browser a = closing(Browser.desktop());
    a.signUp(one().url(), alice).createRoom(evil);
    Browser b = closing(Browser.desktop());
    b.signUp(two().url(), bob).openRoom(evil);
    List<String> said = List.of("<script>window.hacked=2</script>", "<b>bold</b> &amp; \"quoted\" {{7*7}}",
        "javascript:window.hacked=3", "</p></li><iframe src=/></iframe>");
    said.forEach(a::say);
    reads(said, a, b);
    a.click("#room-menu");
    a.choose("Delete room…");
    a.seeText("#dialog", evil);
    for (Browser browser : List.of(a, b)) {
      assertThat(browser.run("return window.hacked")).isNull();
      assertThat(browser.run("return document.querySelectorAll('img, iframe, body script, .message b:not(.author)').length"))
          .isEqualTo(0L);
      assertThat(browser.complaints()).isEmpty();
    }
    a.screenshot("hostile-text");
  }

  @Test
  void history_goes_up_to_the_beginning_and_other_rooms_count_what_is_unread() {
    Person carol = person("carol");
    RoomRef archive = carol.createRoom(one());
    Ws c = inRoom(carol, one(), archive);
    for (int i = 0; i < 180; i++) {
      c.chat(archive.name(), "line " + i);
    }
    Browser a = closing(Browser.desktop());
    a.signUp(two().url(), alice).openRoom(archive.name());
    Until.holds("the end is in view", () -> a.messages().contains("line 179"));
    Until.holds("the beginning comes into view", () -> {
      a.run("document.getElementById('scroller').scrollTop = 0");
      return a.messages().size() == 180;
    });
    assertThat(a.messages()).startsWith("line 0", "line 1").endsWith("line 179");
    assertThat((Long) a.run("return document.querySelectorAll('.divider.day').length")).isEqualTo(1L);
    a.screenshot("history");

    a.createRoom(room);
    c.chat(archive.name(), "one more");
    c.chat(archive.name(), "and another");
    a.seeText("#own-rooms .badge", "2");
    a.screenshot("unread");
    a.openRoom(archive.name());
    a.seeNo("#own-rooms .badge");
  }

  @Test
  void two_tabs_of_one_account_renew_their_session_without_ending_one_another() {
    NodeProcess brief = closing(Cluster.start(Map.of("ACCESS_TOKEN_EXP_SECONDS", "5")));
    Browser a = closing(Browser.desktop());
    a.signUp(brief.url(), alice).createRoom(room);
    a.newTab(brief.url()).openRoom(room);
    String token = "return localStorage.getItem('fastroom:tokens:" + alice + "')";
    for (int i = 0; i < 3; i++) {
      Object before = a.run(token);
      Until.holds("the tokens are renewed", Duration.ofSeconds(15), () -> !before.equals(a.run(token)));
    }
    a.say("from the second tab");
    a.switchToTab(0);
    a.say("from the first tab");
    reads(List.of("from the second tab", "from the first tab"), a);
    assertThat(a.complaints()).isEmpty();
  }

  @Test
  void the_page_is_light_and_every_control_has_a_name() {
    Browser a = closing(Browser.phone());
    a.go(one().url()).see("#account-form");
    assertThat(a.namesOfControls()).isNotEmpty().doesNotContain("");
    assertThat((Long) a.run("return performance.getEntries().filter(e => 'transferSize' in e)"
        + ".reduce((sum, e) => sum + e.transferSize, 0)")).isLessThan(100_000L);
    a.signUp(one().url(), alice).createRoom(room);
    a.say("Hello");
    reads(List.of("Hello"), a);
    assertThat(a.namesOfControls()).isNotEmpty().doesNotContain("");
    assertThat(a.run("return document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    a.click("#people-button");
    a.see("#people-close");
    a.screenshot("people-phone");
    a.press("#people-close", Keys.chord(Keys.SHIFT, Keys.TAB));
    assertThat(a.run("return document.activeElement.id")).isEqualTo("add-member");
    a.click("#people-close");
    a.click("#back");
    a.type("#search", room.substring(1));
    a.seeText("#own-rooms", room);
    assertThat(a.see("#search").getDomProperty("value")).isEqualTo(room.substring(1));
    a.screenshot("rooms-phone");
    assertThat(a.complaints()).isEmpty();
  }

  static void reads(List<String> expected, Browser... browsers) {
    for (Browser browser : browsers) {
      Until.holds("the log reads " + expected, BACK, () -> browser.messages().equals(expected));
    }
  }
}
