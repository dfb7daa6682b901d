package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.text.Normalizer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What a browser keeps of the site: whatever stands there, the page starts, and what is over leaves nothing. */
class SiteDataTest extends Story {
  /** Of other programs, other versions, people with developer tools, and disks that are full. */
  private static final List<String> BROKEN = List.of("", " ", "x", "{", "null", "true", "0", "-1e400", "\"alice\"",
      "[]", "[1,[2]]", "{}", "{\"rooms\":7,\"read\":\"x\"}", "{\"rooms\":[null],\"read\":{\"1\":{}}}",
      "{\"rooms\":null,\"read\":null}", "{\"rooms\":{\"1\":7,\"2\":null,\"x\":\"y\",\"3\":{\"name\":\"z\"}}}",
      "{\"rooms\":{\"1\":\"\",\"2\":\"" + "n".repeat(70_000) + "\"},\"read\":{\"1\":\"9\"}}",
      "{\"access_token\":\"x\",\"refresh_token\":\"y\",\"expires_at\":1}",
      "{\"access_token\":\"a.e30.c\",\"refresh_token\":\"y\",\"expires_at\":9e15}",
      "{\"access_token\":{},\"refresh_token\":[],\"expires_at\":\"soon\"}", "\\ud800", "%E0%A4%A",
      "[null,7,{},{\"room\":\"1\",\"text\":{}},{\"room\":1,\"text\":\"x\",\"replyTo\":{\"id\":\"y\"}}]",
      "{\"__proto__\":{\"rooms\":1},\"version\":99}", "x".repeat(300_000), "[" + "7,".repeat(150_000) + "7]");

  private static final String TOKENS = "return localStorage.getItem('fastroom:tokens:' + arguments[0])";

  private final String alice = Names.unique("alice");

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  @Test
  void broken_values_of_the_pages_own_keys_never_keep_it_from_starting() {
    Browser a = closing(Browser.desktop());
    String room = Names.unique("lounge");
    a.signUp(one().url(), alice).createRoom(room);
    String tokens = (String) a.run(TOKENS, alice);
    for (String broken : BROKEN) {
      String shown = broken.substring(0, Math.min(60, broken.length()));
      spoil(a, broken);
      a.run("localStorage.setItem('fastroom:tokens:' + arguments[0], arguments[1]);"
          + "localStorage.setItem('fastroom:last', arguments[0]); sessionStorage.clear()", alice, tokens);
      assertThat(appears(a, "app")).as("signed in, with %s", shown).isEqualTo("app");
      a.seeText("#phase", "Online");

      spoil(a, broken);
      assertThat(appears(a, "welcome")).as("with nothing but %s", shown).isEqualTo("welcome");
      assertThat(a.text("#known-accounts")).isEmpty();
    }
    assertThat(a.complaints()).isEmpty();
    a.screenshot("welcome-after-broken-data");
    // Somebody else's tokens under this name are not this account's.
    a.run("localStorage.clear(); sessionStorage.clear();"
        + "localStorage.setItem('fastroom:tokens:nobody', arguments[0]);"
        + "localStorage.setItem('fastroom:last', 'nobody')", tokens);
    assertThat(appears(a, "welcome")).isEqualTo("welcome");
  }

  private void spoil(Browser browser, String broken) {
    browser.run("""
        localStorage.clear();
        for (const key of ['last', 'theme', 'memory:' + arguments[0], 'memory:', 'tokens:', 'tokens:x', 'tokens:a b',
          'tokens:' + arguments[0], 'kept-drafts:' + arguments[0], 'kept-emoji:' + arguments[0],
          'kept-notices:' + arguments[0], 'kept-drafts:nobody', 'unknown'])
          localStorage.setItem('fastroom:' + key, arguments[1]);
        localStorage.setItem('refresh:fastroom:tokens:' + arguments[0], arguments[1]);
        sessionStorage.setItem('fastroom:account', arguments[1]);
        """, alice, broken);
  }

  /** Loads the page and answers which of its two halves it shows. */
  private static Object appears(Browser browser, String expected) {
    browser.go(one().url() + "/?" + Names.unique("q"));
    String shown = "return ['welcome', 'app'].filter(id => !document.getElementById(id).hidden).join()";
    Until.holds("the page shows " + expected, () -> expected.equals(browser.run(shown)));
    return browser.run(shown);
  }

  @Test
  void a_browser_that_keeps_nothing_can_chat() {
    String full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }";
    String refused = "delete Navigator.prototype.locks; for (const name of ['localStorage', 'sessionStorage'])"
        + " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })";
    for (Browser a : List.of(closing(Browser.keepingNothing()), closing(Browser.desktop().before(full)),
        closing(Browser.desktop().before(refused)))) {
      a.signUp(one().url(), Names.unique("carol")).createRoom(Names.unique("den"));
      a.say("It works");
      Until.holds("the log has it", () -> a.messages().equals(List.of("It works")));
      assertThat(a.complaints()).isEmpty();
      a.go(one().url()).see("#account-form");
    }
  }

  @Test
  void signing_out_leaves_nothing_of_the_session_in_any_tab() {
    Browser a = closing(Browser.desktop());
    String room = Names.unique("lounge");
    a.signUp(one().url(), alice).createRoom(room);
    a.say("A secret");
    a.press("#draft", "A secret that was never sent");
    a.newTab(one().url()).openRoom(room);
    a.press("#draft", ", not here either");
    JsonObject tokens = new JsonObject((String) a.run(TOKENS, alice));
    a.click("#account-bar [aria-label='Account']");
    a.choose("Sign out");
    for (int tab = 1; tab >= 0; tab--) {
      a.switchToTab(tab);
      a.see("#account-form");
      assertThat(a.run("return Object.keys(localStorage).concat(Object.keys(sessionStorage)).join()")).isEqualTo("");
      assertThat(a.run("return document.body.textContent")).asString().doesNotContain("A secret").doesNotContain(room);
    }
    Rest rest = new Rest(one().url(), null);
    JsonObject body = new JsonObject().put("refresh_token", tokens.getString("refresh_token"));
    Until.holds("the login has ended on the server", () -> rest.post("/refresh", body).status() == 401);
  }

  @Test
  void one_account_signs_out_and_the_other_stays() {
    Browser a = closing(Browser.desktop());
    String bob = Names.unique("bob");
    a.signUp(one().url(), bob);
    a.newTab(one().url() + "/?new");
    a.signUp(one().url() + "/?new", alice);
    a.click("#account-bar [aria-label='Account']");
    a.choose("Sign out");
    a.seeText("#known-accounts", bob);
    assertThat(a.run("return Object.keys(localStorage).filter(key => key.includes(arguments[0])).length", alice))
        .isEqualTo(0L);
    a.switchToTab(0);
    a.seeText("#account-bar", bob);
    a.seeText("#phase", "Online");
  }

  @Test
  void what_is_typed_into_the_docs_is_not_kept() {
    Person carol = person("carol");
    Browser a = closing(Browser.desktop());
    a.go(one().url());
    a.run("localStorage.setItem('authorized', '{\"password\":{\"password\":\"kept by version 0.1\"}}')");
    a.go(one().url() + "/docs");
    a.click(".btn.authorize");
    a.type("#oauth_username, input[name=username]", carol.name());
    a.type("#oauth_password, input[name=password]", carol.password());
    a.press("#oauth_password, input[name=password]", Keys.ENTER);
    a.run("[...document.querySelectorAll('.auth-container')].find(box => box.querySelector('#oauth_password, "
        + "input[name=password]')).querySelector('.authorize').click()");
    a.seeText(".dialog-ux", "Logout");
    a.screenshot("docs-authorized");
    String kept = "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])";
    assertThat(a.run(kept)).isEqualTo("[{},{},\"\"]");
    a.go(one().url());
    assertThat(a.run(kept)).isEqualTo("[{},{},\"\"]");
    a.go(one().url() + "/docs").see(".btn.authorize.unlocked");
  }

  @Test
  void a_room_has_the_name_that_the_server_answers() {
    Browser a = closing(Browser.desktop());
    String typed = Normalizer.normalize("Café Ångström " + Names.unique("x"), Normalizer.Form.NFD);
    a.signUp(one().url(), alice).click("#new-room");
    a.type("#dialog-name", typed);
    a.press("#dialog-name", Keys.ENTER);
    Person bob = person("bob");
    Until.holds("the room is there", () -> bob.on(one()).get("/rooms/by-name/" + Rest.encode(typed)).status() == 200);
    String name = bob.on(one()).get("/rooms/by-name/" + Rest.encode(typed)).json().getString("name");
    Until.holds("the page is in the room", () -> a.text("#room-facts").contains("here"));
    assertThat(a.run("return document.getElementById('room-name').textContent")).isEqualTo(name);
    a.say("Hello");
    for (Normalizer.Form form : List.of(Normalizer.Form.NFC, Normalizer.Form.NFD)) {
      a.run("location.hash = '#/rooms/' + encodeURIComponent(arguments[0])", Normalizer.normalize(name, form));
      Until.holds("the same room is open", () -> a.messages().equals(List.of("Hello")));
      assertThat(a.run("return document.querySelectorAll('#own-rooms li').length")).isEqualTo(1L);
    }
    assertThat(a.complaints()).isEmpty();
  }
}
