package io.fastroom.websocket;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A WebSocket client down to the bits, so that it can also break every rule. Blocking; one thread. */
final class RawSocket implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5_000;

  /** @param code of a close frame, else 0 */
  record Frame(int opcode, byte[] payload, int code) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  private final Socket socket = new Socket();
  private final OutputStream out;
  private final DataInputStream in;
  private final List<String> response = new ArrayList<>();
  private int pings;
  private String body = "";

  /** @param receiveBuffer bytes the kernel takes for a reader that does not read, 0 for its choice */
  RawSocket(int port, String path, int receiveBuffer, String... headers) throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(PATIENCE_MILLIS);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    out.write((request + "\r\n").getBytes(StandardCharsets.UTF_8));
    for (String line = line(); !line.isEmpty(); line = line()) {
      response.add(line);
    }
    int length = header("content-length") == null ? 0 : Integer.parseInt(header("content-length"));
    body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  int status() {
    return Integer.parseInt(response.get(0).split(" ")[1]);
  }

  String header(String name) {
    return response.stream().filter(line -> line.toLowerCase().startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).trim()).findFirst().orElse(null);
  }

  String body() {
    return body;
  }

  void send(JsonObject frame) throws IOException {
    send(frame.encode());
  }

  void send(String text) throws IOException {
    frame(0x81, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A masked frame; {@code first} is its first byte. */
  void frame(int first, byte[] payload) throws IOException {
    out.write(bytes(first, payload));
  }

  private static byte[] bytes(int first, byte[] payload) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 14);
    bytes.write(first);
    int length = payload.length;
    if (length < 126) {
      bytes.write(0x80 | length);
    } else if (length < 65_536) {
      bytes.write(new byte[] {(byte) 0xFE, (byte) (length >> 8), (byte) length});
    } else {
      bytes.write(new byte[] {(byte) 0xFF, 0, 0, 0, 0, (byte) (length >> 24), (byte) (length >> 16),
          (byte) (length >> 8), (byte) length});
    }
    byte[] mask = {1, 2, 3, 4};
    bytes.write(mask);
    for (int i = 0; i < length; i++) {
      bytes.write(payload[i] ^ mask[i % 4]);
    }
    return bytes.toByteArray();
  }

  /** How many came among what was read. */
  int pings() {
    return pings;
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** The next frame that is no ping; null at the end of the stream. */
  Frame next() throws IOException {
    try {
      while (true) {
        int opcode = in.readUnsignedByte() & 0x0F;
        long length = in.readUnsignedByte();
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
          return null;
        }
        if (opcode == 9) {
          pings++;
          pong(payload);
        } else {
          int code = opcode == 8 && length >= 2 ? (payload[0] & 0xFF) << 8 | payload[1] & 0xFF : 0;
          return new Frame(opcode, payload, code);
        }
      }
    } catch (EOFException e) {
      return null;
    }
  }

  private void pong(byte[] payload) {
    try {
      frame(0x8A, payload);
    } catch (IOException e) {
      // Closed by the other side; what it sent before can still be read.
    }
  }

  JsonObject json() throws IOException {
    Frame frame = next();
    if (frame == null || frame.opcode != 1) {
      throw new IOException("expected text, got " + frame + (frame == null ? "" : " " + frame.code));
    }
    return new JsonObject(frame.text());
  }

  /** The next text frame of that type; those before it are dropped. */
  JsonObject json(String type) throws IOException {
    JsonObject frame = json();
    while (!frame.getString("type").equals(type)) {
      frame = json();
    }
    return frame;
  }

  /** The next close code; what comes before it is dropped. 0 when the stream ends without one. */
  int closeCode() throws IOException {
    for (Frame frame = next(); frame != null; frame = next()) {
      if (frame.opcode == 8) {
        return frame.code;
      }
    }
    return 0;
  }

  /** How many bytes have come that were not read. */
  int available() throws IOException {
    return in.available();
  }

  /** Whether nothing arrives for a while. */
  boolean isSilent(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return next() == null;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  void patience(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
