package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** /docs as a person reads and uses it, in a real browser. */
class DocsPageTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KEPT = "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])";
  private static final String LOG = "#console-log";

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE DOCUMENTATION IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  /** With its console at work and all that is written after that, so that nothing moves any more. */
  private static Browser docs() {
    Browser page = Browser.desktop().go(one().url() + "/docs");
    Until.holds("the protocol is there", PATIENCE,
        () -> (Boolean) page.run("return !!document.querySelector('#protocol .message')"));
    Until.holds("the operations are there", PATIENCE,
        () -> (Boolean) page.run("return !!document.querySelector('.swagger-ui .opblock')"));
    return page;
  }

  /** From below the bar, which stays at the top. */
  private static String before(Browser page, String selector) {
    page.run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector);
    return selector;
  }

  private static void click(Browser page, String selector) {
    page.click(before(page, selector));
  }

  private static void type(Browser page, String selector, String text) {
    page.type(before(page, selector), text);
  }

  private static void logHas(Browser page, String text) {
    Until.holds("the console shows " + text, PATIENCE, () -> page.text(LOG).contains(text));
  }

  @Test
  void it_shows_rest_every_frame_of_the_socket_and_the_quick_starts() {
    Browser page = closing(docs());
    Until.holds("all parts are there", PATIENCE, () -> (Boolean) page.run(
        "return !!document.querySelector('#quickstart pre') && !!document.querySelector('.opblock')"));
    assertThat(page.text("#rest")).contains("/rooms/{room_id}/events");
    String socket = page.text("#protocol");
    assertThat(socket).contains("presence_state", "since_ts", "Ensures membership of a public room", "4408",
        "a reader that stopped reading", "1 to 4,000 Unicode code points");
    // Neither markup that was not understood nor schemas that lead nowhere.
    assertThat(socket).doesNotContain("`", "**", "$ref", "undefined", "[object", "|---");
    assertThat(page.run("return [...document.querySelectorAll('#protocol a[href^=\"#\"]')]"
        + ".filter(link => !document.getElementById(link.hash.slice(1))).map(link => link.hash)")).isEqualTo(List.of());
    Long shown = (Long) page.run("return document.querySelectorAll('#protocol .message[id^=message-]').length");
    Long messages = (Long) page.run("return fetch('/asyncapi.json').then(r => r.json())"
        + ".then(d => Object.keys(d.components.messages).length)");
    assertThat(shown).isEqualTo(messages);
    String starts = page.text("#quickstart");
    assertThat(starts).contains("Socket.IO", "Centrifugo", "curl", "Python").doesNotContain("```", "|---", "](");
    assertThat(page.run("return [...document.querySelectorAll('#quickstart a[href^=\"#\"]')]"
        + ".filter(link => !document.getElementById(link.hash.slice(1))).map(link => link.hash)")).isEqualTo(List.of());
    page.click(".bar a[href='#socket']");
    page.screenshot("docs-socket");
    page.click(".bar a[href='#quick-starts']");
    page.screenshot("docs-quick-starts");
    page.run("scrollTo(0, 0)");
    page.screenshot("docs-rest");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void a_link_into_it_leads_there() {
    Browser page = closing(Browser.desktop()).go(one().url() + "/docs#message-history");
    Until.holds("it is before the reader", PATIENCE, () -> (Boolean) page.run("const at = document.getElementById("
        + "'message-history')?.getBoundingClientRect(); return !!at && at.top >= 0 && at.top < innerHeight"));
  }

  @Test
  void its_console_signs_in_joins_and_chats_and_keeps_nothing() throws Exception {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws his = inRoom(bob, two(), room);
    Browser page = closing(docs());
    page.click(".bar a[href='#console']");
    assertThat(page.run("return [...document.querySelectorAll('#console input, #console textarea')]"
        + ".filter(field => !field.labels.length).map(field => field.id)")).isEqualTo(List.of());

    type(page, "#console-username", alice.name());
    type(page, "#console-password", "not this one");
    page.press("#console-password", Keys.ENTER);
    logHas(page, "401");
    type(page, "#console-password", alice.password());
    page.press("#console-password", Keys.ENTER);
    logHas(page, "connected as " + alice.name());
    assertThat(page.run("return document.getElementById('console-password').value")).isEqualTo("");
    type(page, "#console-room", room.name());
    click(page, "#console-join .primary");
    logHas(page, "\"presence_state\"");
    type(page, "#console-message", "from the <b>console</b> é ☃");
    click(page, "#console-chat .primary");
    his.await("it comes to others", PATIENCE, f -> Ws.type(f, "chat")
        && "from the <b>console</b> é ☃".equals(f.getString("message")));
    his.chat(room.name(), "and back");
    logHas(page, "and back");
    page.run("document.querySelector('#message-ping .try').click()");
    click(page, "#console-raw button");
    logHas(page, "\"pong\"");
    page.screenshot("docs-console");
    assertThat(page.run("return document.documentElement.innerHTML.includes(arguments[0])", alice.password()))
        .isEqualTo(false);
    assertThat(page.run(KEPT)).isEqualTo("[{},{},\"\"]");
    click(page, "#console-close");
    page.seeText("#console-state", "Not connected");
    assertThat(page.complaints()).allMatch(line -> line.contains("401"));
  }

  @Test
  void its_console_makes_an_account_and_a_room_and_takes_a_key() {
    Browser page = closing(docs());
    String name = Names.unique("carol");
    type(page, "#console-username", name);
    type(page, "#console-password", "correct horse " + name);
    click(page, "#console-register");
    logHas(page, "connected as " + name);
    String room = Names.unique("room");
    type(page, "#console-room", room);
    click(page, "#console-join .primary");
    logHas(page, "room_not_found");
    click(page, "#console-create");
    logHas(page, "\"history\"");

    Person dave = person("dave");
    String key = dave.on(one()).post("/users/me/keys", new io.vertx.core.json.JsonObject().put("name", "docs")
        .put("scopes", new io.vertx.core.json.JsonArray().add("read"))).expect(201).json().getString("key");
    type(page, "#console-token", key);
    click(page, "#console-open");
    logHas(page, "connected as " + dave.name());
    assertThat(page.run("return document.documentElement.innerHTML.includes(arguments[0])"
        + " || [...document.querySelectorAll('input, textarea')].some(field => field.value.includes(arguments[0]))", key))
        .isEqualTo(false);
    assertThat(page.run(KEPT)).isEqualTo("[{},{},\"\"]");
    assertThat(page.complaints()).isEmpty();
  }
}
