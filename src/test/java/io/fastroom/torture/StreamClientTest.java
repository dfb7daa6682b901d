package io.fastroom.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.torture.Entry.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server makes streams up, and what the client of the torture saw of them is judged: each kind of fault is found. The
 * log has chats 1 to 6, by user 1.
 */
class StreamClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Person READER = new Person("reader", 2, null, "token", null);
  private static final RoomRef ROOM = new RoomRef(7, "room");

  @TempDir
  private Path folder;
  private final Truth truth = log(6, 0);
  private final List<Truth> gone = new ArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private ServerSocket door;
  /** Whether streams stay open when they have come to their end. */
  private volatile boolean stays;

  private static Truth log(long to, long later) {
    Truth log = new Truth();
    for (long seq = 1; seq <= to; seq++) {
      log.add(new Truth.Event(7, seq, Kind.CHAT, 100 + seq, 1, null, at(seq, later), true, true));
    }
    return log;
  }

  private static Instant at(long seq, long later) {
    return Instant.ofEpochSecond(seq + later);
  }

  private static JsonObject frame(String type, long seq) {
    return new JsonObject().put("type", type).put("room", "room").put("seq", seq).put("ts", at(seq, 0).toString());
  }

  private static JsonObject chat(long seq) {
    return frame("chat", seq).put("message_id", 100 + seq);
  }

  private static String event(String id, JsonObject frame) {
    return (id == null ? "" : "id: " + id + "\n") + "data: " + frame.encode() + "\n\n";
  }

  private static String id(long seq) {
    return seq + "-" + at(seq, 0);
  }

  private static String live(long seq) {
    return event(id(seq), chat(seq));
  }

  /** The beginning of a stream: where the room stands, and the events that follow what was asked. */
  private static String begin(long seq, boolean resumed, long... events) {
    JsonArray messages = new JsonArray();
    for (long each : events) {
      messages.add(chat(each));
    }
    JsonObject history = new JsonObject().put("type", "history").put("room", "room").put("messages", messages)
        .put("resumed", resumed);
    return event(null, frame("joined", seq)) + event(id(seq), history);
  }

  @AfterEach
  void close() throws IOException {
    door.close();
  }

  private void serve(List<String> streams) throws IOException {
    ServerSocket here = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    door = here;
    Thread server = new Thread(() -> {
      try {
        for (String each : streams) {
          answer(here, each);
        }
        while (true) {
          // Whoever comes now has had all there is.
          answer(here, "");
        }
      } catch (IOException closed) {
        return;
      }
    }, "made-up streams");
    server.setDaemon(true);
    server.start();
  }

  private void answer(ServerSocket here, String stream) throws IOException {
    Socket socket = here.accept();
    try {
      BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String last = "";
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        last = line.startsWith("Last-Event-ID: ") ? line.substring(15) : last;
      }
      asked.add(last);
      String head = stream.isEmpty() ? "HTTP/1.1 503 Unavailable\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n";
      socket.getOutputStream().write((head + stream).getBytes(StandardCharsets.UTF_8));
    } finally {
      if (!stays) {
        socket.close();
      }
    }
  }

  private StreamClient client() {
    return new StreamClient(1, READER, List.of("http://127.0.0.1:" + door.getLocalPort()), ROOM,
        new Diary(folder.resolve("diary.log")));
  }

  /** What the checker says of a client that reads these streams, one after the other. */
  private Verdict judged(String... streams) throws Exception {
    serve(List.of(streams));
    StreamClient client = client();
    client.hush();
    Thread thread = new Thread(client);
    thread.start();
    Until.holds("all streams are read", LIMIT, () -> asked.size() > streams.length);
    client.stop();
    thread.join();
    Checker checker = new Checker(truth, gone);
    client.testify(checker);
    return checker.verdict();
  }

  private static String counts(int lost, int doubled, int reordered, int phantom, int unauthorised, int ghost) {
    return "lost=" + lost + " doubled=" + doubled + " reordered=" + reordered + " phantom=" + phantom
        + " unauthorised=" + unauthorised + " ghost=" + ghost + " silent=0 unread=0 presence=0";
  }

  @Test
  void goes_on_from_the_last_id_and_is_content_when_everything_comes() throws Exception {
    assertThat(judged(begin(2, false, 1, 2) + live(3), begin(5, true, 4, 5) + live(6)).details()).isEmpty();
    assertThat(asked).startsWith("", id(3), id(6));
  }

  @Test
  void finds_what_was_lost_live_or_to_an_id_that_ran_ahead() throws Exception {
    assertThat(judged(begin(2, false) + live(3) + live(5) + live(6))).hasToString(counts(1, 0, 0, 0, 0, 0));
    door.close();
    asked.clear();
    assertThat(judged(begin(2, false) + event(id(4), chat(3)), begin(5, true, 5) + live(6)))
        .hasToString(counts(1, 0, 0, 0, 0, 0));
  }

  @Test
  void finds_that_it_was_not_resumed_for_no_reason() throws Exception {
    assertThat(judged(begin(2, false) + live(3), begin(4, false) + live(5))).hasToString(counts(1, 0, 0, 0, 0, 0));
  }

  @Test
  void finds_what_came_twice_or_by_an_id_that_stayed_behind() throws Exception {
    assertThat(judged(begin(2, false) + live(3) + live(3))).hasToString(counts(0, 1, 0, 0, 0, 0));
    door.close();
    asked.clear();
    assertThat(judged(begin(2, false) + event(id(2), chat(3)), begin(4, true, 3, 4)))
        .hasToString(counts(0, 1, 0, 0, 0, 0));
  }

  @Test
  void finds_what_came_in_another_order_and_what_was_never_committed() throws Exception {
    assertThat(judged(begin(2, false) + live(4) + live(3) + live(7))).hasToString(counts(0, 0, 1, 1, 0, 0));
  }

  @Test
  void finds_what_came_beyond_the_fence() throws Exception {
    truth.add(new Truth.Event(7, 7, Kind.MEMBER_UPDATE, 2, 2, null, at(7, 0), false, false));
    truth.add(new Truth.Event(7, 8, Kind.CHAT, 108, 1, null, at(8, 0), true, true));
    String ban = event(id(7), frame("member_update", 7).put("user_id", 2).put("is_banned", true).put("is_member", true));
    assertThat(judged(begin(6, false) + ban)).hasToString(counts(0, 0, 0, 0, 0, 0));
    door.close();
    asked.clear();
    assertThat(judged(begin(6, false) + ban + live(8))).hasToString(counts(0, 0, 0, 0, 1, 0));
  }

  @Test
  void finds_what_is_shown_of_a_log_that_was_taken_back() throws Exception {
    gone.add(log(4, 0));
    Truth now = log(3, 0);
    now.add(new Truth.Event(7, 4, Kind.CHAT, 104, 1, null, at(4, 60), true, true));
    now.add(new Truth.Event(7, 5, Kind.CHAT, 105, 1, null, at(5, 60), true, true));
    Checker checker = new Checker(now, gone);
    judged(begin(3, false) + live(4) + event("5-" + at(5, 60), chat(5).put("ts", at(5, 60).toString())));
    checker.check("reader", 2, () -> Diary.read(folder.resolve("diary.log")).iterator(), false);
    assertThat(checker.verdict()).hasToString(counts(0, 0, 0, 0, 0, 1));
  }

  private static Heads head(long seq) {
    return new Heads(Map.of(7L, seq), Map.of());
  }

  @Test
  void is_behind_while_something_has_not_come_and_the_stream_is_open() throws Exception {
    stays = true;
    serve(List.of(begin(2, false) + live(3)));
    StreamClient client = client();
    client.hush();
    Thread thread = new Thread(client);
    thread.start();
    Until.holds("it has all that comes", LIMIT, () -> client.settled(head(3)));
    assertThat(client.behind(head(3), 0)).isEmpty();
    Until.holds("it is behind", LIMIT, () -> !client.behind(head(4), 10).isEmpty());
    assertThat(client.behind(head(4), 60_000)).isEmpty();
    client.stop();
    thread.join();
  }
}
