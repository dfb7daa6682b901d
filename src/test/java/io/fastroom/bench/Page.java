package io.fastroom.bench;

import io.fastroom.support.Browser;
import io.fastroom.support.Trace;
import io.fastroom.support.Until;
import io.fastroom.support.Wheel;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What frames of the page cost in a room of which it holds few messages, and ten thousand: while the wheel is turned from
 * one end to the other, while messages come in meanwhile, and while they come in and nothing is scrolled.
 */
record Page() implements Scenario {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final int PIXELS_A_SECOND = 8_000;
  private static final int MS_BETWEEN_MESSAGES = 50;
  private static final String FILL = """
      INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count)
      SELECT %d, h.seq + n, u.id, u.username,""" + Search.WORDS.formatted("4 + n %% 17") + """
      , clock_timestamp(), h.message_count + n FROM generate_series(1, %d) n
      JOIN room_heads h ON h.room_id = %d JOIN users u ON u.username = 'bench.0000' || (1 + n / 3 %% 2)""";
  private static final String HEIGHT = "return document.getElementById('messages').offsetHeight";
  /** Goes up to the beginning, as far as it is there, until all is; the page's own turns are the pace. */
  private static final String LOAD = """
      const scroller = document.getElementById('scroller');
      const loading = setInterval(() => {
        if (document.querySelectorAll('.message').length >= arguments[0]) {
          clearInterval(loading);
        } else {
          scroller.scrollTop = 300;
          scroller.scrollTop = 0;
        }
      }, 20);""";
  private static final String LOADED = "return document.querySelectorAll('.message').length >= arguments[0]";

  @Override
  public String name() {
    return "page";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    if (!Browser.missing().isEmpty()) {
      throw new IllegalStateException("missing: " + Browser.missing() + ", in Debian chromium and chromium-driver");
    }
    Node node = lab.node();
    List<Result> results = new ArrayList<>();
    for (int messages : List.of(lab.scale().of(1_000, 100), lab.scale().of(10_000, 300))) {
      results.addAll(room(lab, node, messages));
    }
    return results;
  }

  private List<Result> room(Lab lab, Node node, int messages) throws Exception {
    String prefix = Lab.prefix(name());
    List<String> other = lab.people().tokens(3).subList(1, 2);
    long room = lab.people().rooms(node, prefix, 1).get(0);
    try (Connection connection = lab.backends().connect(); Statement statement = connection.createStatement()) {
      statement.execute(FILL.formatted(room, messages, room));
    }
    String name = prefix + "0";
    String chat = "{\"type\":\"chat\",\"room\":\"" + name + "\",\"message\":\"so do I, see you there\"}";
    List<Result> results = new ArrayList<>();
    try (Browser browser = Browser.desktop(); Sockets others = new Sockets(lab.vertx(), node, other)) {
      browser.signIn(node.uri("/").toString(), People.username(0), People.PASSWORD).openRoom(name);
      others.sendAll(i -> "{\"type\":\"join\",\"room\":\"" + name + "\"}");
      others.await("history", 1, LIMIT);
      browser.run(LOAD, messages);
      Until.holds("the page has all", LIMIT, () -> (boolean) browser.run(LOADED, messages));
      Until.pause(2_000);
      // Not to the very end, where the page gives up what is far above.
      int way = Math.min(lab.scale().of(Integer.MAX_VALUE, 3_000), ((Number) browser.run(HEIGHT)).intValue() - 3_000);
      Wheel wheel = new Wheel(browser);
      results.add(traced(browser, messages, "scrolled", () -> wheel.turn(way, PIXELS_A_SECOND)));
      long timer = lab.vertx().setPeriodic(MS_BETWEEN_MESSAGES, id -> others.sendAll(i -> chat));
      results.add(traced(browser, messages, "scrolled, 20 messages/s", () -> wheel.turn(-way, PIXELS_A_SECOND)));
      results.add(traced(browser, messages, "20 messages/s alone",
          () -> Until.pause(lab.scale().seconds(10, 1).toMillis())));
      lab.vertx().cancelTimer(timer);
    }
    return results;
  }

  private Result traced(Browser browser, int messages, String when, Runnable what) throws Exception {
    FrameTimes frames;
    try (Trace trace = Trace.of(browser, FrameTimes.EVENTS)) {
      what.run();
      frames = FrameTimes.of(trace.end());
    }
    String title = "%,d, %s".formatted(messages, when);
    return new Result(name(), title).put("frames drawn", frames.drawn()).put("dropped", frames.dropped())
        .put("p50 ms apart", frames.apart().getValueAtPercentile(50) / 1e3)
        .put("p95 ms apart", frames.apart().getValueAtPercentile(95) / 1e3)
        .put("p50 ms of main thread's CPU", frames.work().getValueAtPercentile(50) / 1e3)
        .put("p95 ms of main thread's CPU", frames.work().getValueAtPercentile(95) / 1e3)
        .put("longest task ms", frames.longest() / 1e3).curve(title, frames.work());
  }
}
