package io.fastroom.bench;

import io.fastroom.bench.local.LocalEnds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * More sockets than a process may have files: they are within the node's process, and go through everything but the
 * kernel. {@code LOCAL_SOCKETS} says how many, {@code LOCAL_HEAP_MIB} with how much heap.
 */
record Local() implements Scenario {
  private static final int SOCKETS_PER_ROOM = 50;
  private static final int USERS = 50_000;
  private static final double SETTLED_SECONDS = 10;
  private static final double WATCH_SECONDS = 30;

  @Override
  public String name() {
    return "local";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    int many = number("LOCAL_SOCKETS", lab.scale().of(100_000, 600));
    int few = many / 20;
    int rooms = Math.max(1, many / SOCKETS_PER_ROOM);
    int heapMib = number("LOCAL_HEAP_MIB", Math.max(200, many / 125));
    int port = freePort();
    Node node = lab.localNode(port, heapMib);
    String prefix = Lab.prefix(name());
    // Nobody may make so many by REST.
    try (Connection connection = lab.backends().connect();
         PreparedStatement insert = connection.prepareStatement(
             "INSERT INTO rooms (name) SELECT ? || n FROM generate_series(0, ? - 1) n")) {
      insert.setString(1, prefix);
      insert.setInt(2, rooms);
      insert.executeUpdate();
    }
    Path tokens = Files.write(Files.createTempFile("tokens", null), lab.people().tokens(Math.min(many, USERS)));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
         BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
         PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
      ask(in, out, "crowd " + tokens + " " + prefix + " " + rooms);
      long rssFew = settled(lab, node, ask(in, out, "join " + few));
      String joined = ask(in, out, "join " + many);
      long rssMany = settled(lab, node, joined);
      long before = node.cpuMicros();
      long began = System.nanoTime();
      TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(WATCH_SECONDS, 3).toMillis());
      double idle = (node.cpuMicros() - before) / ((System.nanoTime() - began) / 1e9) / many;
      int chats = lab.scale().of(500, 20);
      ask(in, out, "talk " + chats);
      String[] talk = ask(in, out, "talk " + (chats + 1)).split(" ");
      // The others' copies of the last one are on their way.
      TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(2, 1).toMillis());
      String[] copies = ask(in, out, "chats 0").split(" ", 2);
      return List.of(new Result(name(), many + " sockets within the node's process, in rooms of " + SOCKETS_PER_ROOM)
          .put("heap MiB", heapMib).put("RSS MiB", rssMany / 1024.0)
          .put("KiB/socket", (double) (rssMany - rssFew) / (many - few))
          .put("of it the client's KiB", LocalEnds.bytes(lab.scale().of(20_000, 1_000)) / 1024)
          .put("live heap MiB", node.liveHeapMib())
          .put("joined a second", 1_000L * (many - few) / Math.max(1, Long.parseLong(joined.split(" ")[0])))
          .put("CPU us/socket/s", idle).put("chat p50 ms", Long.parseLong(talk[0]) / 1e3)
          .put("chat p99 ms", Long.parseLong(talk[1]) / 1e3)
          .put("copies", copies[0] + " of " + (2 * chats + 1) * Math.min(many, SOCKETS_PER_ROOM)).put("trouble", copies[1]));
    } finally {
      Files.delete(tokens);
    }
  }

  private static long settled(Lab lab, Node node, String answer) throws Exception {
    if (!answer.endsWith(" null")) {
      throw new IOException(answer);
    }
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(SETTLED_SECONDS, 1).toMillis());
    return node.rssKib();
  }

  private static String ask(BufferedReader in, PrintWriter out, String question) throws IOException {
    out.println(question);
    String answer = in.readLine();
    if (answer == null || answer.startsWith("failed")) {
      throw new IOException(question.split(" ")[0] + ": " + answer);
    }
    return answer;
  }

  private static int number(String variable, int otherwise) {
    String given = System.getenv(variable);
    return given == null ? otherwise : Integer.parseInt(given);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
