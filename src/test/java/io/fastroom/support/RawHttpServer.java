package io.fastroom.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads requests of HTTP and says to each whatever it is told to say, to the byte. */
public final class RawHttpServer implements AutoCloseable {
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Answer answer = out -> { };
  private final Listener listener = new Listener(this::talk);

  /** What is said; the connection stays open after it. */
  @FunctionalInterface
  public interface Answer {
    void to(Out out) throws IOException;
  }

  /** Where it is said. */
  @FunctionalInterface
  public interface Out {
    void write(String text) throws IOException;
  }

  public void answer(Answer next) {
    answer = next;
  }

  public String url() {
    return "http://127.0.0.1:" + listener.port();
  }

  public int connections() {
    return connections.get();
  }

  public int requests() {
    return requests.get();
  }

  private void talk(Socket connection) throws IOException {
    connections.incrementAndGet();
    InputStream in = new BufferedInputStream(connection.getInputStream());
    while (read(in)) {
      requests.incrementAndGet();
      answer.to(text -> connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  /** @return false at the end */
  private static boolean read(InputStream in) throws IOException {
    int length = 0;
    String line = line(in);
    if (line == null) {
      return false;
    }
    while (line != null && !line.isEmpty()) {
      String[] header = line.toLowerCase(Locale.ROOT).split(":", 2);
      length = header[0].equals("content-length") ? Integer.parseInt(header[1].strip()) : length;
      line = line(in);
    }
    return in.readNBytes(length).length == length;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return null;
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Override
  public void close() {
    listener.close();
  }
}
