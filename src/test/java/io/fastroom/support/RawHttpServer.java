package io.fastroom.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads requests of HTTP and says to each whatever it is told to say, to the byte. */
public final class RawHttpServer implements AutoCloseable {
  private final ServerSocket server;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Answer answer = out -> { };

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

  public RawHttpServer() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "raw-http-server");
    thread.setDaemon(true);
    thread.start();
  }

  public void answer(Answer next) {
    answer = next;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  public int connections() {
    return connections.get();
  }

  public int requests() {
    return requests.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket one = server.accept();
        connections.incrementAndGet();
        thread(() -> talk(one));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void talk(Socket connection) {
    try (Socket closing = connection) {
      InputStream in = new BufferedInputStream(closing.getInputStream());
      while (read(in)) {
        requests.incrementAndGet();
        answer.to(text -> closing.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1)));
      }
    } catch (IOException e) {
      // As it may be: whoever asks may end the connection at any time.
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
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
