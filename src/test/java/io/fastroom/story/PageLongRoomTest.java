package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Browser;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a long room costs the page: only what has changed in it, and what is in view. */
class PageLongRoomTest extends Story {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String HEIGHT = "return document.getElementById('scroller').scrollHeight";
  /** How many messages were put into the log, are new and are gone since the last time, and whether the others stand. */
  private static final String TOUCHED = """
      const now = [...document.querySelectorAll('.message')];
      const [before, put] = [window.before ?? [], window.put ?? new Set()];
      window.watch ??= new MutationObserver((records) => records.forEach(({ addedNodes }) =>
        addedNodes.forEach((node) => node.matches?.('.message') && window.put.add(node))));
      window.watch.disconnect();
      window.watch.observe(document.getElementById('messages'), { childList: true, subtree: true });
      [window.before, window.put] = [now, new Set()];
      const kept = before.filter((node) => node.isConnected);
      const same = now.filter((node) => before.includes(node)).every((node, at) => node === kept[at]);
      return [put.size, now.filter((node) => !before.includes(node)).length, before.length - kept.length, same].join();""";

  /** Counts from then on how often the class of a stretch changes. */
  private static final String COUNT_SKIPPED = """
      window.counted = 0;
      new MutationObserver((changes) => {
        const changed = ({ target, oldValue }) => target.matches('.stretch') && target.className !== oldValue;
        counted += changes.filter(changed).length;
      }).observe(document.getElementById('messages'),
        { subtree: true, attributeFilter: ['class'], attributeOldValue: true });""";
  private static final String FIRST_OF_A_STRETCH =
      "const stretch = [...document.querySelectorAll('.stretch.measured')].at(-1), message = stretch.firstElementChild;";
  /** Whether a pointer meets the upper edge of its tools, where the stretch is clipped. */
  private static final String HAS_TOOLS = FIRST_OF_A_STRETCH + """
      const tools = message.querySelector('.tools');
      const box = tools?.getBoundingClientRect();
      const met = box && document.elementFromPoint(box.left + box.width / 2, box.top + 3);
      return Boolean(met) && met.closest('.tools') === tools;""";

  /** Whether the tools of a message that the top of the log cuts in half are met, and how far above one they begin. */
  private static final String TOOLS_AT_THE_TOP = """
      const scroller = document.getElementById('scroller'), message = [...document.querySelectorAll('.message')].at(-20);
      const above = (y) => {
        const top = scroller.getBoundingClientRect().top;
        scroller.scrollTop += message.getBoundingClientRect().top - top - y;
        message.click();
        const tools = message.querySelector('.tools'), box = tools.getBoundingClientRect();
        const meets = (at) => document.elementFromPoint(box.left + box.width / 2, at)?.closest('.tools') === tools;
        return [meets(box.top + 3) && meets(box.bottom - 3), message.getBoundingClientRect().top - box.top].join();
      };
      return [above(message.offsetHeight / -2).split(',')[0], above(200)].join();""";

  @BeforeEach
  void needs_a_browser() {
    assumeTrue(Browser.missing().isEmpty(), () -> "THE PAGE IS NOT TESTED: " + Browser.missing()
        + " is missing, in Debian: apt-get install chromium chromium-driver");
  }

  private Ws said(Person by, RoomRef room, int messages) {
    Ws ws = inRoom(by, one(), room);
    for (int i = 0; i < messages; i++) {
      ws.chat(room.name(), i % 7 == 0 ? "line " + i + " of many words".repeat(20) : "line " + i);
    }
    return ws;
  }

  private Browser atTheEnd(Person person, RoomRef room, int last) {
    Browser page = closing(Browser.desktop()).signIn(two().url(), person.name(), person.password()).openRoom(room.name());
    page.seeText("#messages", "line " + last);
    // The list of who is here tells that nothing else of the beginning is on its way.
    page.seeText("#people-list", "Here now");
    return page;
  }

  @Test
  void a_message_a_reaction_and_an_edit_leave_all_other_messages_alone() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws ws = said(alice, room, 60);
    Browser page = atTheEnd(person("bob"), room, 59);
    List<String> said = page.messages();
    assertThat(said).hasSize(50);
    long id = alice.on(one()).get(room.path() + "/messages").expect(200).json().getJsonArray("items")
        .getJsonObject(20).getLong("id");
    page.run(TOUCHED);

    ws.chat(room.name(), "one more");
    Until.holds("it is there", LIMIT, () -> page.messages().size() == 51);
    assertThat(page.run(TOUCHED)).as("put, new, gone, the others as they were").isEqualTo("1,1,0,true");
    ws.send("react", "room", room.name(), "message_id", id, "emoji", "👍", "on", true);
    page.seeText("#messages .feelings", "1");
    assertThat(page.run(TOUCHED)).as("put, new, gone, the others as they were").isEqualTo("1,1,1,true");
    alice.on(one()).patch(room.path() + "/messages/" + id, new JsonObject().put("content", "changed"))
        .expect(200);
    page.see("#messages .edited");
    assertThat(page.run(TOUCHED)).as("put, new, gone, the others as they were").isEqualTo("1,1,1,true");
    assertThat(page.messages()).startsWith(said.get(0)).contains("changed").endsWith("line 59", "one more");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void what_is_far_out_of_view_is_skipped_and_keeps_its_height() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws ws = said(alice, room, 220);
    Browser page = atTheEnd(person("bob"), room, 219);
    Until.holds("all is there", LIMIT, () -> {
      page.run("document.getElementById('scroller').scrollTop = 0");
      return page.messages().size() == 220;
    });
    String skipped = "return [...document.querySelectorAll('.message')].at(%d)"
        + ".checkVisibility({ contentVisibilityAuto: true })";
    Until.holds("the middle is skipped, all of one day", LIMIT, () -> page.run(skipped.formatted(100)).equals(false));
    isFoundByTheBrowser(page, "line 101");
    page.run("getSelection().empty(); document.getElementById('scroller').scrollTop = 0");
    Until.holds("the middle is skipped again", LIMIT, () -> page.run(skipped.formatted(101)).equals(false));
    Object height = page.run(HEIGHT);
    page.run(COUNT_SKIPPED);
    ws.chat(room.name(), "one more, ".repeat(40));
    Until.holds("it is there", LIMIT, () -> page.messages().size() == 221);
    assertThat(page.run("return counted")).as("stretches that began or ceased to be skipped").isEqualTo(0L);
    for (int i = 0; i < 60; i++) {
      ws.chat(room.name(), "and more " + i);
    }
    Until.holds("they are there", LIMIT, () -> page.messages().size() == 281);
    Until.holds("what was the end is skipped", LIMIT, () -> page.run(skipped.formatted(219)).equals(false));
    assertThat((Long) page.run(HEIGHT)).as("what comes out of view has its height").isGreaterThan((Long) height);
    Object skipping = page.run(HEIGHT);
    String skip = "document.querySelectorAll('.stretch:not(:last-child)')"
        + ".forEach((each) => each.classList.toggle('measured'))";
    page.run(skip);
    assertThat(page.run(HEIGHT)).as("with nothing skipped").isEqualTo(skipping);
    page.run(skip);

    page.run("[...document.querySelectorAll('.message')].at(-2).focus()");
    Until.holds("what has the focus is in view", LIMIT, () -> (Boolean) page.run("const box ="
        + " document.activeElement.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight"));
    assertThat(page.run("return document.activeElement.innerText").toString()).contains("and more 58");
    page.run(FIRST_OF_A_STRETCH + "message.scrollIntoView({ block: 'center' }); message.focus()");
    Until.holds("tools at the edge of a stretch can be reached", LIMIT, () -> (Boolean) page.run(HAS_TOOLS));
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void tools_of_a_message_at_the_top_of_the_log_are_not_cut_off_on_a_phone() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    said(alice, room, 45);
    Browser page = closing(Browser.phone()).signIn(two().url(), alice.name(), alice.password()).openRoom(room.name());
    page.seeText("#messages", "line 44");
    Until.holds("they are all within reach, and stand where they did otherwise", LIMIT,
        () -> "true,true,14".equals(page.run(TOOLS_AT_THE_TOP)));
    assertThat(page.complaints()).isEmpty();
  }

  /** As by Ctrl+F, though this scrolls to nothing, with stretches or without. */
  private static void isFoundByTheBrowser(Browser page, String text) {
    String find = "return window.find(arguments[0], false, false, true)";
    assertThat(page.run(find, text + " is not there")).isEqualTo(false);
    assertThat(page.run(find, text)).as("found by the browser").isEqualTo(true);
    assertThat(page.run("return getSelection().toString()")).isEqualTo(text);
  }
}
