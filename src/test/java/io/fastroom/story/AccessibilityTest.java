package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Barriers;
import io.fastroom.support.Browser;
import io.fastroom.support.Keyboard;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page for those who have a keyboard and a screen reader, or weak eyes. */
class AccessibilityTest extends Story {
  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  private static void assertOpen(String screen, Browser browser) {
    assertThat(Barriers.in(browser)).as(screen).isEmpty();
  }

  private static Browser browser(String kind) {
    return switch (kind) {
      case "phone" -> Browser.phone();
      case "dark" -> Browser.desktop().dark();
      default -> Browser.desktop();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark", "phone"})
  void no_screen_has_a_barrier(String kind) {
    Person admin = AdministrationTest.admin();
    Person bob = person("bob");
    RoomRef room = admin.createRoom(one());
    inRoom(bob, two(), room).chat(room.name(), "Hello @" + admin.name() + ", `code` of https://a.example:\n```\n"
        + "wide ".repeat(100) + "\n```");
    admin.on(one()).post("/admin/invites", new JsonObject()).expect(201);
    Browser page = closing(browser(kind));
    page.go(one().url()).see("#account-form");
    assertOpen("creating an account", page);
    page.click("#tab-signin");
    assertOpen("signing in", page);
    for (String path : List.of("/password", "/password#token=x", "/email#token=x", "/email")) {
      page.go("about:blank");
      page.go(one().url() + path).see(".letter .card:not([hidden])");
      assertOpen(path, page);
    }
    page.signIn(one().url(), admin.name(), admin.password()).openRoom(room.name());
    Until.holds("the message is there", () -> page.messages().size() == 1);
    assertOpen("a room", page);
    page.click("#find-here");
    page.type("#finder-words", "hello");
    page.seeText("#finder .finder-status", "1 message");
    assertOpen("what was found", page);
    page.press("#finder-words", Keys.ARROW_DOWN);
    page.click("#finder a:focus");
    page.see(".message.sought");
    assertOpen("a message that was looked for", page);
    page.press("#draft", "@" + bob.name().substring(0, 2));
    page.see("#suggestions");
    assertOpen("the people to mention", page);
    page.press("#draft", Keys.ESCAPE);
    page.type("#draft", "");
    page.run("document.querySelector('.message').focus()");
    page.click("[aria-label='React']");
    page.see("#picker [role=grid]");
    assertOpen("the picker of reactions", page);
    page.press("#picker input", Keys.ESCAPE);
    if (kind.equals("phone")) {
      page.click("#people-button");
    }
    page.click("[aria-label='Moderate " + bob.name() + "']");
    assertOpen("the menu of a member", page);
    page.choose("Ban…");
    page.see("#dialog");
    assertOpen("the dialog of a ban", page);
    page.press("#dialog-reason", Keys.ESCAPE);
    if (kind.equals("phone")) {
      page.click("#people-close");
      page.click("#back");
    }
    page.click("#account-bar [aria-label='Account']");
    page.choose("Notifications…");
    page.see("#dialog");
    assertOpen("the dialog of notifications", page);
    page.click("#dialog button[type=button]");
    panel(page, "Account…", "Profile", "Password", "Sessions", "Keys", "Delete");
    panel(page, "Administration…", "Accounts", "Rooms", "Invites", "Audit");
  }

  private static void panel(Browser page, String menu, String... tabs) {
    page.openPanel(menu);
    for (String tab : tabs) {
      page.tab(tab);
      Until.holds(tab + " is filled", () -> (Boolean) page.run(
          "return document.querySelectorAll('#panel-body *').length > 2 && !document.querySelector('#panel .spinner')"));
      assertOpen(menu + " " + tab, page);
    }
    page.click("#panel [aria-label='Close']");
  }

  @Test
  void an_administrator_needs_no_mouse() {
    Person admin = AdministrationTest.admin();
    Person bob = person("bob");
    RoomRef room = bob.createRoom(two(), Names.unique("secret"), true);
    Browser page = closing(Browser.desktop()).go(one().url());
    page.see("#account-form");
    Keyboard keyboard = new Keyboard(page);
    keyboard.walkTo("Sign in", Keys.TAB);
    keyboard.type(Keys.ENTER);
    keyboard.walkTo("Username", Keys.TAB);
    keyboard.type(admin.name(), Keys.TAB, admin.password(), Keys.ENTER);
    page.see("#app");
    reach(keyboard, "Account");
    open(page, keyboard, "Administration…");
    page.see("#panel");
    keyboard.walkTo("Rooms", Keys.ARROW_RIGHT);
    reach(keyboard, "Search rooms");
    keyboard.type(room.name());
    Until.holds("one is found", () -> (Long) page.run("return document.querySelectorAll('#panel .row').length") == 1);
    reach(keyboard, "Look after " + room.name());
    open(page, keyboard, "Make public");
    page.seeText("#panel .panel-status", "");
    Until.holds("it is public", () -> !bob.on(two()).get(room.path()).json().getBoolean("is_private"));
    reach(keyboard, "Look after " + room.name());
    open(page, keyboard, "Delete…");
    page.see("#dialog");
    reach(keyboard, "Delete room");
    keyboard.type(Keys.ENTER);
    Until.holds("it is deleted", () -> bob.on(two()).get(room.path()).status() == 404);
    page.seeNo("#dialog");
    keyboard.type(Keys.ESCAPE);
    page.seeNo("#panel");
    Until.holds("the focus is where it was", () -> keyboard.focused().equals("Account"));
  }

  private static void reach(Keyboard keyboard, String name) {
    keyboard.walkTo(name, Keys.TAB);
  }

  /** From the button that has the focus. */
  private static void open(Browser page, Keyboard keyboard, String item) {
    Supplier<Boolean> offered = () -> page.see("#menu").getText().contains(item);
    Until.holds("the menu has " + item, () -> {
      keyboard.type(Keys.ENTER);
      if (!offered.get()) {
        keyboard.type(Keys.ESCAPE);
        return false;
      }
      return true;
    });
    keyboard.walkTo(item, Keys.ARROW_DOWN);
    keyboard.type(Keys.ENTER);
  }
}
