package io.fastroom.attack;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A connection that sends what it likes and reads only when it is told to. Blocking; one thread. */
final class Assailant implements Closeable {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int SMALL = 16 << 10;
  private static final byte[] MASK = {1, 2, 3, 4};

  private final Socket socket = new Socket();

  Assailant(NodeProcess node) throws IOException {
    this(node.port());
  }

  Assailant(int port) throws IOException {
    this(port, "127.0.0.1");
  }

  /** @param from one of the addresses of this machine, all of 127.0.0.0/8 */
  Assailant(int port, String from) throws IOException {
    // What the kernel takes for somebody who does not read is not the node's.
    socket.setReceiveBufferSize(SMALL);
    socket.setSoTimeout(CONNECT_MILLIS);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
  }

  /** A WebSocket, open when this returns. */
  static Assailant webSocket(NodeProcess node, Person who) throws IOException {
    return webSocket(node.port(), who.access());
  }

  static Assailant webSocket(int port, String token) throws IOException {
    Assailant assailant = new Assailant(port).send("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + port
        + "\r\nAuthorization: Bearer " + token + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    String head = assailant.head();
    if (!head.startsWith("HTTP/1.1 101")) {
      assailant.close();
      throw new IOException("refused: " + head);
    }
    return assailant;
  }

  /** A request that has no body. */
  Assailant get(String path, Person who) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: here\r\n"
        + (who == null ? "" : "Authorization: Bearer " + who.access() + "\r\n") + "\r\n");
  }

  Assailant send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  Assailant send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** @param fields name, value, name, value… */
  Assailant frame(String type, Object... fields) throws IOException {
    JsonObject json = new JsonObject().put("type", type);
    for (int i = 0; i < fields.length; i += 2) {
      json.put((String) fields[i], fields[i + 1]);
    }
    return frame(0x81, json.encode().getBytes(StandardCharsets.UTF_8));
  }

  /** @param first the first byte of the frame; @param payload at most 65,535 bytes */
  Assailant frame(int first, byte[] payload) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 8);
    bytes.write(first);
    if (payload.length < 126) {
      bytes.write(0x80 | payload.length);
    } else {
      bytes.write(new byte[] {(byte) 0xFE, (byte) (payload.length >> 8), (byte) payload.length});
    }
    bytes.write(MASK);
    for (int i = 0; i < payload.length; i++) {
      bytes.write(payload[i] ^ MASK[i % MASK.length]);
    }
    return send(bytes.toByteArray());
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** Up to the empty line. */
  String head() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** From now on everything is read, and dropped. */
  Assailant reading() {
    Thread reader = new Thread(this::drain, "attack");
    reader.setDaemon(true);
    reader.start();
    return this;
  }

  private void drain() {
    byte[] bytes = new byte[SMALL];
    try {
      socket.setSoTimeout(0);
      while (socket.getInputStream().read(bytes) >= 0) {
        continue;
      }
      socket.close();
    } catch (IOException gone) {
      // As told.
    }
  }

  /** Sends one byte. @return false when it is closed */
  boolean drips() {
    try {
      send("a");
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  /** Whether the node closes it in time, and says no such thing before. */
  boolean endsWithout(String words) {
    try {
      return !new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).contains(words);
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    // With what has not been read it becomes a reset.
    socket.close();
  }
}
