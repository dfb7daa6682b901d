package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Webhooks on the page, in a real browser. */
class WebhookPageTest extends WebhookStory {
  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  /** What is read is of that moment. */
  private static void comesToShow(Browser page, String text) {
    Until.holds("the page shows " + text, Duration.ofSeconds(30), () -> {
      page.click("#panel .panel-bar button");
      return page.text("#panel .row").contains(text);
    });
  }

  @Test
  void a_moderator_sees_how_a_hook_does_and_mends_it() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    HookReceiver receiver = receiver();
    Browser page = closing(Browser.desktop()).signIn(one().url(), alice.name(), alice.password()).openRoom(room.name());
    page.click("#room-menu");
    page.choose("Webhooks…");
    page.type("#panel-url", "http://10.1.2.3/");
    page.press("#panel-url", Keys.ENTER);
    page.seeText("#panel-url-fault", "not public");
    page.type("#panel-url", receiver.url("/hook"));
    page.press("#panel-url", Keys.ENTER);
    assertThat(page.see("#panel-secret").getDomProperty("value")).startsWith("whsec_");
    page.seeText("#panel .row", "never tried");
    say(alice, room, "hello");
    comesToShow(page, "answered 200");
    assertThat(page.text("#panel .row")).contains("active", "has everything");

    receiver.answer = got -> 500;
    say(alice, room, "not taken");
    comesToShow(page, "answered 500");
    assertThat(page.text("#panel .row")).contains("failing", "1 event behind");
    page.screenshot("webhooks");
    assertThat(page.namesOfControls()).doesNotContain("");
    sql("UPDATE webhooks SET failing_since = failing_since - interval '3 days' WHERE room_id = " + room.id());
    comesToShow(page, "given up");
    receiver.answer = got -> 200;
    page.click("[aria-label='Try again: " + receiver.url("/hook") + "']");
    comesToShow(page, "has everything");
    page.click("[aria-label='Delete: " + receiver.url("/hook") + "']");
    page.click("#dialog .danger");
    page.seeNo("#panel .row");
    assertThat(alice.on(two()).get(room.path() + "/webhooks").array()).isEmpty();
    assertThat(page.complaints()).allMatch(line -> line.contains("422"));
  }
}
