package io.fastroom.attack;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * People who have nothing to do with it: each chats and reads in a room of their own, and how long that takes is noted. A
 * process of its own, which goes on as on another machine whatever the attackers' does.
 *
 * <p>It is told by lines: a token, a room's name and its id for each, then {@code begin}; then {@code end}, to which it
 * answers with a {@link Suffering}, or with {@code failed} and why.
 */
public final class Bystanders {
  static final String BEGIN = "begin";
  static final String END = "end";
  static final String FAILED = "failed ";
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
  private static final int READ_EACH = 5;
  private static final int PING = 9;
  private static final int TEXT = 1;
  private static final int PONG_FRAME = 0x8A;

  private final int port;
  private final Histogram chats = new Histogram(3);
  private final Histogram reads = new Histogram(3);
  private volatile boolean done;

  private Bystanders(int port) {
    this.port = port;
  }

  public static void main(String[] args) throws Exception {
    BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<One> people = new ArrayList<>();
    Bystanders all = new Bystanders(Integer.parseInt(args[0]));
    for (String line = told.readLine(); line != null; line = told.readLine()) {
      if (line.equals(BEGIN)) {
        people.forEach(one -> one.thread.start());
      } else if (line.equals(END)) {
        System.out.println(all.end(people));
        people = new ArrayList<>();
        all = new Bystanders(all.port);
      } else {
        String[] words = line.split(" ");
        people.add(all.new One(words[0], words[1], words[2], people.size()));
      }
    }
  }

  private String end(List<One> people) throws InterruptedException {
    done = true;
    for (One one : people) {
      one.thread.join();
      if (one.failure != null) {
        return FAILED + one.failure;
      }
    }
    return new Suffering(chats.getTotalCount(), millis(chats, 50), millis(chats, 99), millis(reads, 99)).line();
  }

  private static double millis(Histogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  private static void note(Histogram in, long since) {
    synchronized (in) {
      in.recordValue((System.nanoTime() - since) / 1_000);
    }
  }

  private final class One {
    private final String token;
    private final String room;
    private final String roomId;
    private final int nth;
    private final Thread thread = new Thread(this::run, "bystander");
    private Assailant socket;
    private DataInputStream frames;
    private volatile Throwable failure;

    One(String token, String room, String roomId, int nth) {
      this.token = token;
      this.room = room;
      this.roomId = roomId;
      this.nth = nth;
    }

    private void run() {
      try (Assailant opened = Assailant.webSocket(port, token); Assailant rest = new Assailant(port)) {
        socket = opened;
        frames = new DataInputStream(opened.in());
        DataInputStream answers = new DataInputStream(rest.in());
        socket.frame("join", "room", room);
        long since = new JsonObject(await("\"type\":\"joined\"")).getLong("seq");
        LockSupport.parkNanos(nth * PACE_NANOS / Field.VICTIMS);
        for (int i = 1; !done; i++) {
          long began = System.nanoTime();
          socket.frame("chat", "room", room, "message", "message " + i, "ref", "r" + i);
          await("\"ref\":\"r" + i + '"');
          note(chats, began);
          if (i % READ_EACH == 0) {
            long asked = System.nanoTime();
            rest.send("GET /rooms/" + roomId + "/messages?limit=5 HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer "
                + token + "\r\n\r\n");
            answer(rest, answers);
            note(reads, asked);
          }
          LockSupport.parkNanos(PACE_NANOS - (System.nanoTime() - began));
        }
        socket.frame("join", "room", room, "since", since);
        await("\"resumed\":true");
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
    }

    private String await(String words) throws IOException {
      while (true) {
        String frame = frame();
        if (frame.contains("\"type\":\"error\"")) {
          throw new IOException(frame);
        }
        if (frame.contains(words)) {
          return frame;
        }
      }
    }

    /** The next frame of text; a ping is answered on the way. */
    private String frame() throws IOException {
      while (true) {
        int opcode = frames.readUnsignedByte() & 0xF;
        int length = frames.readUnsignedByte();
        byte[] payload = new byte[length < 126 ? length : length == 126 ? frames.readUnsignedShort()
            : Math.toIntExact(frames.readLong())];
        frames.readFully(payload);
        if (opcode == TEXT) {
          return new String(payload, StandardCharsets.UTF_8);
        } else if (opcode == PING) {
          socket.frame(PONG_FRAME, payload);
        } else {
          throw new IOException("closed: " + opcode + " " + new String(payload, StandardCharsets.UTF_8));
        }
      }
    }

    private void answer(Assailant rest, DataInputStream answers) throws IOException {
      String head = rest.head();
      if (!head.startsWith("HTTP/1.1 200")) {
        throw new IOException(head);
      }
      answers.skipNBytes(Integer.parseInt(head.replaceFirst("(?is).*\r\ncontent-length: (\\d+)\r\n.*", "$1")));
    }
  }
}
