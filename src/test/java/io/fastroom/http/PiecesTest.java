package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.TestVertx;
import io.fastroom.support.Until;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Long answers of one event loop. */
class PiecesTest {
  private static final int LENGTH = 1_500_000;
  private static final int CLIENTS = 20;
  private static final byte[] ASKED = "GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx = TestVertx.create();
  private final Buffer content = Buffer.buffer(LENGTH);
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<Context> loop = new AtomicReference<>();
  private int port;

  @BeforeEach
  void serve() {
    for (int i = 0; i < LENGTH / 4; i++) {
      content.appendInt(i);
    }
    HttpServer server = vertx.createHttpServer();
    Pieces pieces = new Pieces(vertx);
    server.requestHandler(request -> {
      loop.set(vertx.getOrCreateContext());
      asked.incrementAndGet();
      request.response().endHandler(done -> ended.incrementAndGet());
      pieces.end(request.response().putHeader(HttpHeaders.CONTENT_LENGTH, "" + LENGTH), content);
    });
    port = server.listen(0, "127.0.0.1").await().actualPort();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private Socket ask(int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(10_000);
    socket.setReceiveBufferSize(receiveBuffer);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.getOutputStream().write(ASKED);
    return socket;
  }

  private byte[] answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.read());
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: " + LENGTH);
    return in.readNBytes(LENGTH);
  }

  @Test
  void a_slow_reader_has_each_whole_and_one_after_the_other() throws IOException {
    try (Socket socket = ask(8 << 10)) {
      socket.getOutputStream().write(ASKED);
      InputStream in = socket.getInputStream();
      Until.holds("the first is asked for", () -> asked.get() > 0);
      assertThat(answer(in)).isEqualTo(content.getBytes());
      assertThat(answer(in)).isEqualTo(content.getBytes());
    }
  }

  /** What nobody reads is not followed by more of it: a client that has not taken the first answer has no second. */
  @Test
  void the_next_of_a_pipe_waits_until_the_one_before_is_taken() throws IOException {
    try (Socket socket = ask(8 << 10)) {
      for (int i = 0; i < 20; i++) {
        socket.getOutputStream().write(ASKED);
      }
      Until.holds("the network takes no more", () -> {
        int before = asked.get();
        Until.pause(200);
        return before > 0 && asked.get() == before;
      });
      assertThat(asked.get()).isLessThan(10);
      assertThat(ended.get()).isEqualTo(asked.get() - 1);
    }
  }

  /** Counted in turns of the loop: the kernel takes all of them as fast as they come. */
  @Test
  void others_have_turns_between() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      sockets.add(ask(8 << 20));
      Until.holds("it is answered", () -> ended.get() == 1);
      AtomicInteger turns = new AtomicInteger();
      Context context = loop.get();
      context.runOnContext(go -> count(context, turns));
      for (int i = 0; i < CLIENTS; i++) {
        sockets.add(ask(8 << 20));
      }
      Until.holds("all are asked for", () -> asked.get() == CLIENTS + 1);
      int before = turns.get();
      Until.holds("all are answered", () -> ended.get() == CLIENTS + 1);
      assertThat(turns.get() - before).isGreaterThan(50);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private void count(Context context, AtomicInteger turns) {
    turns.incrementAndGet();
    if (ended.get() <= CLIENTS) {
      vertx.setTimer(1, id -> count(context, turns));
    }
  }
}
