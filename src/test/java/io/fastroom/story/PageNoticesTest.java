package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notifications of a real browser; what it shows is written down for those who cannot see its desktop. */
class PageNoticesTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SHOWN = "return localStorage.getItem('shown') ?? '[]'";
  private static final String WRITE_DOWN = """
      addEventListener('DOMContentLoaded', () => {
        const toasts = document.getElementById('toasts');
        if (!toasts) return;
        const told = (changes) => changes.forEach(({ addedNodes }) =>
          addedNodes.forEach((toast) => localStorage.setItem(`told ${Math.random()}`, toast.textContent)));
        new MutationObserver(told).observe(toasts, { childList: true });
      });
      if ('Notification' in window) window.Notification = new Proxy(Notification, {
        construct(target, [title, options]) {
          const notice = new target(title, options);
          const shown = JSON.parse(localStorage.getItem('shown') ?? '[]');
          shown.push({ title, body: options.body, tag: options.tag });
          localStorage.setItem('shown', JSON.stringify(shown));
          new BroadcastChannel('test').onmessage = () => notice.onclick();
          return notice;
        },
      });
      """;

  private final String alice = Names.unique("alice");

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  @Test
  void who_looks_elsewhere_is_told_of_mentions_and_direct_messages_after_having_asked_for_it() {
    Person bob = person("bob");
    RoomRef room = bob.createRoom(two());
    RoomRef other = bob.createRoom(two());
    Browser a = closing(Browser.desktop().before(WRITE_DOWN));
    a.signUp(one().url(), alice).openRoom(other.name()).openRoom(room.name());
    a.permission("notifications", "denied");
    open(a);
    a.seeText("#dialog", "This browser refuses");
    assertThat(a.run("return document.querySelectorAll('#dialog button').length")).isEqualTo(1L);
    a.click("#dialog button");
    a.permission("notifications", "granted");
    open(a);
    a.seeText("#dialog", "You can be told");
    a.screenshot("notifications");
    a.click("#dialog .primary");
    a.seeNo("#dialog");
    open(a);
    a.seeText("#dialog", "You are told");
    a.click("#dialog button[type=button]");

    Ws b = inRoom(bob, two(), room);
    b.join(other.name());
    b.chat(other.name(), "@" + alice + " seen at once");
    hears(a, "seen at once");
    a.newTab(one().url()).openRoom(room.name());
    a.seeText("#own-rooms", other.name());
    b.chat(other.name(), "@" + alice + " seen in the other tab");
    hears(a, "seen in the other tab");

    a.go(one().url() + "/favicon.svg");
    assertThat(a.run(SHOWN)).isEqualTo("[]");
    b.chat(room.name(), "Nobody in particular");
    b.chat(room.name(), "@" + alice + " one " + "x".repeat(1000));
    shows(a, 1);
    b.chat(room.name(), "@" + alice + " two");
    shows(a, 2);
    String direct = bob.on(two()).post("/direct", new JsonObject().put("username", alice)).expect(201).json()
        .getString("name");
    b.join(direct);
    b.chat(direct, "Are you there?");
    List<JsonObject> shown = shows(a, 3);
    assertThat(shown).extracting(each -> each.getString("title")).containsExactly(
        bob.name() + " in " + room.name(), bob.name() + " in " + room.name(), bob.name());
    assertThat(shown.get(0).getString("body")).startsWith("@" + alice + " one xxx").hasSize(200);
    assertThat(shown.get(2).getString("body")).isEqualTo("Are you there?");
    assertThat(shown.get(0).getString("tag")).as("one a room").isEqualTo(shown.get(1).getString("tag"))
        .isNotEqualTo(shown.get(2).getString("tag"));

    a.run("new BroadcastChannel('test').postMessage('click')");
    a.switchToTab(0);
    Until.holds("the room is open at the message", PATIENCE, () -> a.run("return document.activeElement.textContent")
        .toString().contains("Are you there?"));
    assertThat(a.text("#room-name")).isEqualTo(bob.name());
  }

  private static void open(Browser browser) {
    browser.click("#account-bar [aria-label='Account']");
    browser.choose("Notifications…");
    browser.see("#dialog");
  }

  /** The first tab, in which all is written down, tells of a mention in itself; by then it has decided whether to notify. */
  private static void hears(Browser browser, String text) {
    Until.holds("the first tab tells of " + text, PATIENCE, () -> (Boolean) browser.run(
        "return Object.entries(localStorage).some(([key, told]) => key.startsWith('told') && told.includes(arguments[0]))",
        text));
    browser.run("return navigator.locks.query().then(() => null)");
  }

  private static List<JsonObject> shows(Browser browser, int count) {
    Until.holds(count + " are shown", PATIENCE, () -> new JsonArray((String) browser.run(SHOWN)).size() >= count);
    JsonArray shown = new JsonArray((String) browser.run(SHOWN));
    assertThat(shown).hasSize(count);
    return shown.stream().map(JsonObject.class::cast).toList();
  }
}
