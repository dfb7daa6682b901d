package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The screens of the account and of administrators, in real browsers on two nodes. */
class AccountPageTest extends Story {
  private static final String STATUS = "#panel .panel-status";

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  private static int signIn(String name, String password) {
    return new Rest(two().url(), null).form("/token", Map.of("username", name, "password", password)).status();
  }

  @Test
  void an_account_is_looked_after_until_its_end() {
    Person alice = person("alice");
    Browser a = closing(Browser.desktop()).signIn(one().url(), alice.name(), alice.password());
    Browser b = closing(Browser.phone().dark()).signIn(two().url(), alice.name(), alice.password());
    a.openPanel("Account…");
    a.type("#panel-full_name", "Alice <i>Liddell</i>");
    a.press("#panel-full_name", Keys.ENTER);
    a.seeText(STATUS, "saved");
    assertThat(alice.on(two()).get("/users/me").json().getString("full_name")).isEqualTo("Alice <i>Liddell</i>");
    a.screenshot("account-profile");

    a.tab("Sessions");
    Until.holds("both browsers and the registration are listed",
        () -> (Long) a.run("return document.querySelectorAll('#panel .row').length") == 3);
    assertThat(a.namesOfControls()).doesNotContain("");
    a.screenshot("account-sessions");
    a.run("document.querySelector('#panel .panel-bar button').click()");
    b.see("#account-form");
    a.seeText(STATUS, "everywhere else");

    a.tab("Password");
    a.type("#panel-current_password", "not this one");
    a.type("#panel-new_password", "battery stäple 9");
    a.press("#panel-new_password", Keys.ENTER);
    a.seeText("#panel .form-error", "password");
    a.type("#panel-current_password", alice.password());
    a.press("#panel-current_password", Keys.ENTER);
    a.seeText(STATUS, "is changed");
    assertThat(signIn(alice.name(), alice.password())).isEqualTo(401);
    a.seeText("#phase", "Online");

    a.tab("Keys");
    a.type("#panel-name", "nightly report");
    a.press("#panel-name", Keys.ENTER);
    String key = a.see("#panel-key").getDomProperty("value");
    Rest program = new Rest(two().url(), key);
    program.get("/users/me").expect(200);
    a.screenshot("account-keys");
    a.click("[aria-label='Delete the key nightly report']");
    a.click("#dialog .danger");
    a.seeNo("#panel .row");
    program.get("/users/me").expect(401);

    a.tab("Delete");
    a.click("#panel .danger");
    a.type("#dialog-password", "battery stäple 9");
    a.press("#dialog-password", Keys.ENTER);
    a.see("#account-form");
    assertThat(signIn(alice.name(), "battery stäple 9")).isEqualTo(401);
    assertThat(a.run("return Object.keys(localStorage).join()")).isEqualTo("");
  }

  @Test
  void an_administrator_looks_after_accounts() {
    Person admin = AdministrationTest.admin();
    Person bob = person("bob");
    String carol = Names.unique("carol");
    Browser b = closing(Browser.desktop()).signIn(two().url(), bob.name(), bob.password());
    Browser a = closing(Browser.desktop().dark()).signIn(one().url(), admin.name(), admin.password());
    b.click("#account-bar [aria-label='Account']");
    assertThat(b.text("#menu")).contains("Account…").doesNotContain("Administration…");
    b.press("#menu button", Keys.ESCAPE);
    a.openPanel("Administration…");

    a.type("#panel input[type=search]", bob.name());
    String more = "[aria-label='Look after " + bob.name() + "']";
    Until.holds("one is found", () -> (Long) a.run("return document.querySelectorAll('#panel .row').length") == 1);
    a.click(more);
    a.choose("Disable");
    b.see("#account-form");
    a.seeText(STATUS, "locked out");
    assertThat(signIn(bob.name(), bob.password())).isEqualTo(401);
    a.seeText("#panel .row", "disabled");
    a.screenshot("admin-accounts");
    assertThat(a.run("return document.activeElement.getAttribute('aria-label')")).isEqualTo("Look after " + bob.name());
    a.press(more, Keys.ENTER);
    a.choose("Enable");
    a.seeText(STATUS, "may come in again");
    b.signIn(two().url(), bob.name(), bob.password());
    a.click(more);
    a.choose("Make administrator");
    a.seeText("#panel .row", "administrator");
    a.click(more);
    a.choose("Delete…");
    a.click("#dialog .danger");
    b.see("#account-form");
    a.seeText(STATUS, "is deleted");

    a.run("document.querySelector('#panel .panel-bar button').click()");
    a.type("#dialog-username", carol);
    a.type("#dialog-password", "x");
    a.press("#dialog-password", Keys.ENTER);
    a.seeText("#dialog-password-fault", "8");
    a.type("#dialog-password", "correct horse");
    a.press("#dialog-password", Keys.ENTER);
    a.seeText(STATUS, carol + " is there");
    assertThat(signIn(carol, "correct horse")).isEqualTo(200);
  }

  @Test
  void an_administrator_looks_after_rooms_invites_and_the_trail() {
    Person admin = AdministrationTest.admin();
    Person bob = person("bob");
    RoomRef room = bob.createRoom(two(), Names.unique("secret"), true);
    Browser a = closing(Browser.phone()).signIn(one().url(), admin.name(), admin.password());
    a.openPanel("Administration…");
    a.tab("Rooms");
    a.type("#panel input[type=search]", room.name());
    a.seeText("#panel .row", "private");
    String more = "[aria-label='Look after " + room.name() + "']";
    a.screenshot("admin-rooms-phone");
    a.click(more);
    a.choose("Add a moderator…");
    a.type("#dialog-username", admin.name());
    a.press("#dialog-username", Keys.ENTER);
    a.seeText(STATUS, admin.name() + " looks after");
    a.click(more);
    a.choose("Delete…");
    a.click("#dialog .danger");
    a.seeText(STATUS, "is deleted");
    bob.on(two()).get(room.path()).expect(404);

    a.tab("Invites");
    a.type("#panel-uses", "3");
    a.press("#panel-uses", Keys.ENTER);
    a.seeText(STATUS, "is made");
    a.seeText("#panel .row code", "");
    String code = a.text("#panel .row code");
    assertThat(admin.on(two()).get("/admin/invites").json().getJsonArray("items").stream()
        .map(JsonObject.class::cast).filter(invite -> invite.getString("code").equals(code)))
        .singleElement().satisfies(invite -> assertThat(invite.getInteger("uses")).isEqualTo(3));
    a.screenshot("admin-invites-phone");
    a.click("[aria-label='Withdraw " + code + "']");
    a.seeText(STATUS, "withdrawn");

    a.tab("Audit");
    a.seeText("#panel .row", "");
    assertThat(a.text("#panel-body")).contains("deleted the room " + room.name(), "made a moderator: " + admin.name());
    assertThat(a.run("return document.getElementById('panel-body').scrollWidth <= innerWidth")).isEqualTo(true);
    assertThat(a.namesOfControls()).doesNotContain("");
    a.click("#panel [aria-label='Close']");
    assertThat(a.run("return document.activeElement.getAttribute('aria-label')")).isEqualTo("Account");
    assertThat(a.complaints()).isEmpty();
  }
}
