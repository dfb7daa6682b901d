package io.fastroom.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Bytes as they are, for what no HTTP client would send. */
public final class RawHttp implements Closeable {
  private final Socket socket;

  public RawHttp(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
  }

  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The next answer: its head, and as much of its body as its length says. */
  public String answer() throws IOException {
    String head = head();
    String length = head.replaceAll("(?is).*\r\ncontent-length: (\\d+).*", "$1");
    int bytes = length.length() == head.length() ? 0 : Integer.parseInt(length);
    return head + new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
  }

  /** The head of the next answer, which has no body. */
  public String head() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return head.toString(StandardCharsets.ISO_8859_1);
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  public int status() throws IOException {
    return status(answer());
  }

  public static int status(String answer) {
    return answer.matches("(?s)HTTP/1\\.[01] .*") ? Integer.parseInt(answer.substring(9, 12)) : -1;
  }

  /** All that comes until the server closes it, which is waited for. */
  public String rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(rest);
    } catch (SocketException reset) {
      // As good as the end.
    }
    return rest.toString(StandardCharsets.UTF_8);
  }

  /** Whether the server has closed it, which is waited for. */
  public boolean isClosed() throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        continue;
      }
      return true;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
