package io.fastroom.support;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A client of server-sent events over a connection of its own, as plain as can be. */
public final class EventStream implements AutoCloseable {
  /** @param id null when it has none */
  public record Event(String id, JsonObject data) { }

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Socket socket;
  private final BufferedReader in;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Consumer<Event> heard;
  private final List<String> comments = new CopyOnWriteArrayList<>();
  private final StringBuilder head = new StringBuilder();
  private volatile String status;
  private volatile String body = "";
  private volatile boolean ended;
  private volatile boolean paused;

  private EventStream(String url, String path, Map<String, String> headers, Consumer<Event> heard) throws IOException {
    this.heard = heard == null ? events::add : heard;
    URI at = URI.create(url);
    socket = new Socket(at.getHost(), at.getPort());
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + at.getAuthority() + "\r\n");
    headers.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    Thread reader = new Thread(this::read, "event stream");
    reader.setDaemon(true);
    reader.start();
  }

  /** Waits for the head of the answer. */
  public static EventStream open(String url, String path, Map<String, String> headers) {
    try {
      return open(url, path, headers, null);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** @param heard gets every event, on the reader's thread, and none is remembered; null to remember them all */
  public static EventStream open(String url, String path, Map<String, String> headers, Consumer<Event> heard)
      throws IOException {
    EventStream stream = new EventStream(url, path, headers, heard);
    try {
      Until.holds("an answer to GET " + path, LIMIT, () -> stream.status != null || stream.ended);
    } catch (AssertionError e) {
      stream.close();
      throw e;
    }
    return stream;
  }

  public static EventStream open(String url, String token, String path, String lastEventId) {
    return open(url, path, lastEventId == null ? Map.of("Authorization", "Bearer " + token)
        : Map.of("Authorization", "Bearer " + token, "Last-Event-ID", lastEventId));
  }

  private void read() {
    try {
      String line = in.readLine();
      String first = line;
      while (line != null && !line.isEmpty()) {
        head.append(line).append('\n');
        line = in.readLine();
      }
      status = first;
      String id = null;
      while ((line = in.readLine()) != null) {
        while (paused) {
          Thread.onSpinWait();
        }
        if (line.startsWith(":")) {
          comments.add(line);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          heard.accept(new Event(id, new JsonObject(line.substring(6))));
          id = null;
        } else {
          body += line + "\n";
        }
      }
    } catch (IOException e) {
      // Ended, one way or the other.
    }
    ended = true;
  }

  public int status() {
    return status == null ? 0 : Integer.parseInt(status.split(" ")[1]);
  }

  public String head() {
    return head.toString();
  }

  /** What was neither an event nor a comment. */
  public String rest() {
    return body;
  }

  public List<Event> events() {
    return events;
  }

  public List<JsonObject> frames() {
    return events.stream().map(Event::data).toList();
  }

  public List<String> comments() {
    return comments;
  }

  /** The position it would resume from. */
  public String lastId() {
    return events.stream().map(Event::id).filter(id -> id != null).reduce((one, next) -> next).orElse(null);
  }

  public boolean ended() {
    return ended;
  }

  public void pause() {
    paused = true;
  }

  public void goOn() {
    paused = false;
  }

  public Event await(Predicate<JsonObject> wanted) {
    Until.holds("an event", LIMIT, () -> events.stream().anyMatch(event -> wanted.test(event.data())));
    return events.stream().filter(event -> wanted.test(event.data())).findFirst().orElseThrow();
  }

  public void awaitEnd() {
    Until.holds("the end", LIMIT, this::ended);
  }

  @Override
  public void close() throws IOException {
    paused = false;
    socket.close();
  }
}
