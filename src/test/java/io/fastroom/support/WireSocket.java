package io.fastroom.support;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A WebSocket client down to the bytes, so that a test can be hostile, stop reading or vanish.
 *
 * <p>Thread: one reader; writers take the lock.
 */
public final class WireSocket implements Closeable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final byte[] MASK = {11, 22, 33, 44};

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final OutputStream out;
  private final int status;

  /** One frame; {@code fin} false when more follow. */
  record Frame(int opcode, boolean fin, byte[] payload) { }

  /** @param receiveBuffer bytes the kernel may take in while nobody reads; 0 for its default */
  WireSocket(int port, String path, Map<String, String> headers, int receiveBuffer) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress("127.0.0.1", port), 3_000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 8_192));
    out = socket.getOutputStream();
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
        + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    headers.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    out.write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    String line = line();
    status = Integer.parseInt(line.split(" ")[1]);
    while (!line.isEmpty()) {
      line = line();
    }
    socket.setSoTimeout(0);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed during the handshake");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Of the handshake; 101 when it is a WebSocket. */
  int status() {
    return status;
  }

  synchronized void write(int opcode, boolean fin, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
    frame.put((byte) ((fin ? 0x80 : 0) | opcode));
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    frame.put(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASK[i & 3]));
    }
    out.write(frame.array(), 0, frame.position());
  }

  /** Bytes as they are, valid or not. */
  synchronized void writeRaw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  Frame read() throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    return new Frame(first & 0x0f, (first & 0x80) != 0, payload);
  }

  /** Drops the connection with a reset, as a client that crashed. */
  synchronized void reset() throws IOException {
    if (!socket.isClosed()) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** The status of a handshake. */
  public static int handshake(NodeProcess node, String path, Map<String, String> headers) {
    try (WireSocket wire = new WireSocket(node.port(), path, headers, 0)) {
      return wire.status();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
