package io.fastroom.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A road to a backing service that can be cut, or turned into a black hole: open, and nothing comes through. */
public final class Proxy implements AutoCloseable {
  private final ServerSocket door;
  private volatile int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean swallowing;

  public Proxy(int targetPort) {
    target = targetPort;
    try {
      door = new ServerSocket(Ports.free(), 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread(this::accept);
  }

  public int port() {
    return door.getLocalPort();
  }

  /** Where new connections go from now on, as a balancer does when a node is gone. */
  public void towards(int port) {
    target = port;
  }

  /** From now on bytes vanish; connections, old and new, stay open. What was swallowed never comes. */
  public void blackHole() {
    swallowing = true;
  }

  /** New connections work again; those that lost bytes are reset. */
  public void heal() {
    cut();
    swallowing = false;
  }

  /** Resets every connection; new ones are taken. */
  public void cut() {
    sockets.forEach(Proxy::close);
    sockets.clear();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        connect(door.accept());
      } catch (IOException e) {
        continue;
      }
    }
  }

  private void connect(Socket near) {
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.addAll(List.of(near, far));
      thread(() -> pump(near, far));
      thread(() -> pump(far, near));
    } catch (IOException nobodyThere) {
      close(near);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] bytes = new byte[16_384];
    try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (!swallowing) {
          out.write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
