package io.fastroom.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A road to a backing service that can be cut, closed, led elsewhere, or turned into a black hole: open, and nothing
 * comes through. Any thread.
 */
public final class Proxy implements AutoCloseable {
  private final ServerSocket door;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean swallowing;
  private volatile boolean refusing;

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

  /** Where new connections go from now on, as a balancer does when a node is gone; those there are stay. */
  public void towards(int port) {
    target = port;
  }

  /** Where all connections go from now on: those there are break. */
  public void turnTo(int port) {
    target = port;
    cut();
  }

  /** From now on bytes vanish; connections, old and new, stay open. What was swallowed never comes. */
  public void blackHole() {
    swallowing = true;
  }

  /** What is between has forgotten the connections there are: bytes of theirs vanish, and no end is told. New ones work. */
  public void forget() {
    forgotten.addAll(sockets);
  }

  /** What the target sends over the connection that it sees come from this port vanishes. */
  public void forget(int port) {
    sockets.stream().filter(socket -> socket.getLocalPort() == port).forEach(forgotten::add);
  }

  private boolean swallows(Socket from) {
    return swallowing || forgotten.contains(from);
  }

  /** Every connection breaks, and new ones do at once, until it is healed. */
  public void shut() {
    refusing = true;
    cut();
  }

  /** New connections work again; those that lost bytes are reset. */
  public void heal() {
    cut();
    swallowing = false;
    refusing = false;
  }

  /** Resets every connection; new ones are taken. */
  public void cut() {
    sockets.forEach(this::end);
  }

  /** How many connections there are, each with its two ends. */
  public int connections() {
    return sockets.size() / 2;
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
      if (refusing) {
        near.setSoLinger(true, 0); // Reset, not ended.
        end(near);
        return;
      }
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      far.setTcpNoDelay(true);
      near.setTcpNoDelay(true);
      sockets.add(near);
      sockets.add(far);
      thread(() -> pump(near, far));
      thread(() -> pump(far, near));
      if (refusing || door.isClosed()) {
        cut();
      }
    } catch (IOException nobodyThere) {
      end(near);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] bytes = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (!swallows(from)) {
          out.write(bytes, 0, n);
        }
      }
    } catch (IOException gone) {
      // Its other half ends as well, below.
    } finally {
      // What ends while nothing comes through is not seen on the other side either.
      if (!swallows(from)) {
        end(from);
        end(to);
      }
    }
  }

  private void end(Socket socket) {
    sockets.remove(socket);
    forgotten.remove(socket);
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
