package io.fastroom.support;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A client of {@code /ws} that remembers every frame it got.
 *
 * <p>Thread: one reader of its own; any thread may send and wait.
 */
public final class Ws implements AutoCloseable {
  /** What the socket ended with when the other side sent no close frame. */
  public static final int NO_CLOSE_FRAME = 1006;

  private final WireSocket wire;
  private final FrameLog log = new FrameLog();
  private final AtomicInteger refs = new AtomicInteger();
  private volatile Consumer<JsonObject> listener = log::add;
  private volatile boolean paused;
  private volatile boolean silent;

  /** @param at {@code System.nanoTime} of its arrival */
  public record Received(long at, JsonObject json) { }

  private Ws(WireSocket wire) {
    this.wire = wire;
    Thread reader = new Thread(this::read, "ws-client");
    reader.setDaemon(true);
    reader.start();
  }

  /** Connects and waits for the banner. */
  public static Ws connect(NodeProcess node, String token) {
    return connect(node, token, 0);
  }

  /** The same with a small window, so that it can become a slow reader. */
  public static Ws connect(NodeProcess node, String token, int receiveBuffer) {
    Ws ws = open(node.port(), "/ws?access_token=" + token, Map.of(), receiveBuffer);
    ws.await("the banner", f -> type(f, "system"));
    return ws;
  }

  /** Connects; fails when the handshake is refused. */
  public static Ws open(NodeProcess node, String path, Map<String, String> headers) {
    return open(node.port(), path, headers, 0);
  }

  /** The same, to whatever listens at a port of this machine. */
  public static Ws open(int port, String path, Map<String, String> headers, int receiveBuffer) {
    try {
      WireSocket wire = new WireSocket(port, path, headers, receiveBuffer);
      if (wire.status() != 101) {
        wire.close();
        throw new IOException("handshake refused with " + wire.status());
      }
      return new Ws(wire);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int code = NO_CLOSE_FRAME;
    try {
      while (true) {
        while (paused) {
          Until.pause(5);
        }
        WireSocket.Frame frame = wire.read();
        if (frame.opcode() == WireSocket.CLOSE) {
          code = frame.payload().length < 2 ? 1005 : ByteBuffer.wrap(frame.payload()).getShort() & 0xffff;
          wire.write(WireSocket.CLOSE, true, frame.payload());
          break;
        } else if (frame.opcode() == WireSocket.PING && !silent) {
          wire.write(WireSocket.PONG, true, frame.payload());
        } else if (frame.opcode() <= WireSocket.TEXT) {
          message.writeBytes(frame.payload());
          if (frame.fin()) {
            listener.accept(new JsonObject(message.toString(StandardCharsets.UTF_8)));
            message.reset();
          }
        }
      }
    } catch (IOException gone) {
      silent = true;
    }
    log.closed(code);
    abandon();
  }

  /** Hands every frame from now on to {@code heard}, on the reader's thread, and remembers it no more. */
  public void listen(Consumer<JsonObject> heard) {
    listener = heard;
  }

  /** @param fields name, value, name, value… */
  public void send(String type, Object... fields) {
    send(message(type, fields));
  }

  public void send(JsonObject message) {
    text(message.encode());
  }

  private static JsonObject message(String type, Object... fields) {
    JsonObject message = new JsonObject().put("type", type);
    for (int i = 0; i < fields.length; i += 2) {
      message.put((String) fields[i], fields[i + 1]);
    }
    return message;
  }

  /** Sends with a {@code ref} of its own and waits for what bears it. */
  public JsonObject ask(String type, Object... fields) {
    String ref = "r" + refs.incrementAndGet();
    send(message(type, fields).put("ref", ref));
    return await("the answer to " + type, f -> ref.equals(f.getString("ref")));
  }

  public void text(String text) {
    frame(WireSocket.TEXT, true, text.getBytes(StandardCharsets.UTF_8));
  }

  public void binary(byte[] bytes) {
    frame(WireSocket.BINARY, true, bytes);
  }

  /** One text message in as many frames as there are parts. */
  public void fragments(String... parts) {
    for (int i = 0; i < parts.length; i++) {
      frame(i == 0 ? WireSocket.TEXT : WireSocket.CONTINUATION, i == parts.length - 1,
          parts[i].getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A text frame of any bytes. */
  public void textBytes(byte[] bytes) {
    frame(WireSocket.TEXT, true, bytes);
  }

  public void rawBytes(byte[] bytes) {
    attempt(() -> wire.writeRaw(bytes));
  }

  private void frame(int opcode, boolean fin, byte[] payload) {
    attempt(() -> wire.write(opcode, fin, payload));
  }

  private interface Write {
    void run() throws IOException;
  }

  private static void attempt(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Joins and waits for all of the answer. */
  public Joined join(String room) {
    return join(room, null);
  }

  /** @param since null for none */
  public Joined join(String room, Long since) {
    return join(since == null ? message("join", "room", room) : message("join", "room", room, "since", since));
  }

  /** Joins by a position, {@code seq} and {@code ts} of the last event the client has. */
  public Joined join(String room, long since, String sinceTs) {
    return join(message("join", "room", room, "since", since, "since_ts", sinceTs));
  }

  private Joined join(JsonObject message) {
    String room = message.getString("room");
    int from = log.size();
    send(message);
    Predicate<JsonObject> here = f -> room.equals(f.getString("room"));
    log.await("the end of the answer to join " + room, Until.SOON, from,
        f -> type(f, "history") && here.test(f) && !f.getBoolean("more", false)
            || type(f, "error") && here.test(f));
    List<JsonObject> frames = log.from(from).stream().map(Received::json).toList();
    return new Joined(frames.stream().filter(f -> type(f, "joined")).findFirst().orElse(null),
        frames.stream().filter(f -> type(f, "presence_state")).findFirst().orElse(null),
        frames.stream().filter(f -> type(f, "history")).filter(here).toList(),
        frames.stream().filter(f -> type(f, "error")).findFirst().orElse(null));
  }

  /** Sends a chat and waits for its own copy, which it returns. */
  public JsonObject chat(String room, String message) {
    JsonObject answer = ask("chat", "room", room, "message", message);
    if (!type(answer, "chat")) {
      throw new AssertionError("chat refused: " + answer);
    }
    return answer;
  }

  public JsonObject await(String what, Predicate<JsonObject> wanted) {
    return await(what, Until.SOON, wanted);
  }

  /** The first such frame since the mark. */
  public JsonObject await(String what, Duration limit, Predicate<JsonObject> wanted) {
    return log.await(what, limit, log.marked(), wanted);
  }

  /** What is awaited and read from here on are later frames only. */
  public void mark() {
    log.mark();
  }

  /** All frames since the mark. */
  public List<JsonObject> seen() {
    return log.from(log.marked()).stream().map(Received::json).toList();
  }

  /** All frames ever, with their times. */
  public List<Received> received() {
    return log.from(0);
  }

  public List<JsonObject> frames(String type) {
    return seen().stream().filter(f -> type(f, type)).toList();
  }

  /** The node has handled all that was sent before and has written all its answers. */
  public void barrier() {
    ask("ping");
  }

  /** The code it was closed with; {@link #NO_CLOSE_FRAME} when there was none. */
  public int awaitClose(Duration limit) {
    return log.awaitClose(limit);
  }

  public int awaitClose() {
    return awaitClose(Until.SOON);
  }

  public boolean isOpen() {
    return log.isOpen();
  }

  public long closedAt() {
    return log.closedAt();
  }

  /** Reads no more until {@link #resume}. */
  public void pause() {
    paused = true;
  }

  public void resume() {
    paused = false;
  }

  /** Answers no more pings, as a client whose network went away. */
  public void goSilent() {
    silent = true;
  }

  /** Drops the connection without a close frame. */
  public void abandon() {
    attempt(wire::reset);
  }

  public static boolean type(JsonObject frame, String type) {
    return type.equals(frame.getString("type"));
  }

  /** Says goodbye with 1000 and waits until the socket is gone. */
  @Override
  public void close() {
    paused = false;
    if (isOpen()) {
      try {
        wire.write(WireSocket.CLOSE, true, new byte[] {0x03, (byte) 0xe8});
        awaitClose(Duration.ofSeconds(3));
      } catch (IOException | AssertionError e) {
        abandon();
      }
    }
  }
}
