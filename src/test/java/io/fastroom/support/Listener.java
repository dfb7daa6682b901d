package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A port of this machine's own, with a thread for each connection. */
final class Listener implements AutoCloseable {
  /** What is done with a connection, which is closed after it. */
  @FunctionalInterface
  interface Talk {
    void with(Socket connection) throws IOException;
  }

  private final ServerSocket server;
  private final Talk talk;

  Listener(Talk talk) {
    this.talk = talk;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "listener");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket one = server.accept();
        thread(() -> talk(one));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void talk(Socket connection) {
    try (connection) {
      talk.with(connection);
    } catch (IOException e) {
      // As it may be: whoever speaks to it may end the connection at any time.
    }
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
