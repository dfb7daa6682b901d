package io.fastroom.bench;

import io.fastroom.support.Joined;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A database with so many messages, a node on it, and somebody who uses it. Closing it drops the database. */
final class YearsSite implements AutoCloseable {
  private static final int BACK = 100;

  final Lab lab;
  final long messages;
  final YearsLoad load;
  final Node node;
  final String token;
  private final String database;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Random random = new Random(15);
  private final Deque<JsonObject> said = new ArrayDeque<>();
  private final List<Long> ids;
  private Ws socket;
  private int visited;

  YearsSite(Lab lab, long messages, int rooms, boolean searchable) throws Exception {
    this.lab = lab;
    this.messages = messages;
    database = "years_" + messages;
    try (Connection server = lab.backends().connect(); Statement statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + database);
    }
    // It makes the tables. While they are filled nobody may look at them: there are no indexes.
    node(Map.of()).close();
    load = new YearsLoad(lab.backends(), database, messages, rooms);
    load.run(searchable);
    token = token(1);
    ids = numbers("SELECT id FROM messages WHERE room_id = " + YearsLoad.TALK);
    node = node(Map.of());
  }

  /** One more on the same database. */
  Node node(Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.putAll(Map.of("DATABASE_URL", lab.backends().databaseUrl(database), "REDIS_URL", lab.backends().redisUrl(),
        "REDIS_NAMESPACE", database));
    return lab.node(false, settings);
  }

  String token(int user) {
    return lab.people().token(user, People.username(user));
  }

  Connection connect() throws SQLException {
    return lab.backends().connect(database);
  }

  long number(String sql) throws SQLException {
    return numbers(sql).get(0);
  }

  List<Long> numbers(String sql) throws SQLException {
    List<Long> numbers = new ArrayList<>();
    try (Connection connection = connect(); Statement statement = connection.createStatement();
         ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        numbers.add(row.getLong(1));
      }
    }
    return numbers;
  }

  String call(String method, String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(HttpRequest.newBuilder(node.uri(path)).timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + token).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(path + " was answered by " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  /** A room that nobody has been in since the node started. */
  void join() {
    String room = "room" + (1 + visited++ % YearsLoad.VISITED);
    in(socket().join(room));
  }

  void leaveVisited() {
    if (visited > 0) {
      socket().send("leave", "room", "room" + (1 + (visited - 1) % YearsLoad.VISITED));
    }
  }

  private static Joined in(Joined joined) {
    if (joined.error() != null) {
      throw new IllegalStateException(joined.error().encode());
    }
    return joined;
  }

  private Ws socket() {
    if (socket == null) {
      socket = Ws.open(node.address().getPort(), "/ws?access_token=" + token, Map.of(), 0);
    }
    return socket;
  }

  void firstPage() throws Exception {
    call("GET", "/rooms/" + YearsLoad.TALK + "/messages?limit=50");
  }

  /** From anywhere in the years. */
  void deepPage() throws Exception {
    call("GET", "/rooms/" + YearsLoad.TALK + "/messages?limit=50&before_id=" + id());
  }

  private long id() {
    return messages / 20 + (long) (random.nextDouble() * messages * 0.9);
  }

  void hugePage() throws Exception {
    call("GET", "/rooms/" + YearsLoad.HUGE + "/messages?limit=50&before_id=" + id());
  }

  void message() throws Exception {
    call("GET", "/rooms/" + YearsLoad.TALK + "/messages/" + ids.get(random.nextInt(ids.size())));
  }

  /** In the middle of the room in which one talks. */
  long anId() {
    return ids.get(ids.size() / 2);
  }

  long lastSeq() throws SQLException {
    return number("SELECT max(seq) FROM messages WHERE room_id = " + YearsLoad.TALK);
  }

  void search(String query) throws Exception {
    call("GET", "/search?q=" + query);
  }

  /** Committed, and back on the socket. */
  void chat() {
    if (said.isEmpty()) {
      in(socket().join("room" + YearsLoad.TALK));
    }
    socket().mark();
    String text = "said " + random.nextLong();
    socket().send("chat", "room", "room" + YearsLoad.TALK, "message", text);
    said.add(socket().await("the chat", f -> Ws.type(f, "chat") && text.equals(f.getString("message"))));
    if (said.size() > BACK) {
      said.remove();
    }
  }

  void resume() {
    JsonObject since = said.peek();
    Joined joined = in(socket().join("room" + YearsLoad.TALK, since.getLong("seq"), since.getString("ts")));
    if (!joined.resumed()) {
      throw new IllegalStateException("not resumed");
    }
  }

  void leaveTalk() {
    socket().send("leave", "room", "room" + YearsLoad.TALK);
  }

  @Override
  public void close() throws Exception {
    if (socket != null) {
      socket.close();
      socket = null;
    }
    node.close();
    try (Connection server = lab.backends().connect(); Statement statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    }
  }
}
