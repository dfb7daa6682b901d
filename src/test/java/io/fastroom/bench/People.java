package io.fastroom.bench;

import io.fastroom.auth.Passwords;
import io.fastroom.auth.Tokens;
import io.fastroom.model.User;
import io.fastroom.settings.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Users and rooms. Users go into the table directly, since hashing a password each would take longer than all the rest;
 * all have the same password.
 */
final class People {
  static final String SECRET = "the secret of a benchmark, long enough for HS256";
  static final String PASSWORD = "correct horse battery staple";

  private final Backends backends;
  private final Tokens tokens;
  private final String hash;
  private final List<String> accessTokens = new ArrayList<>();
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  People(Backends backends, Vertx vertx) {
    this.backends = backends;
    Duration life = Duration.ofHours(8);
    tokens = new Tokens(vertx, new Settings.Tokens(SECRET, List.of(), life, life));
    hash = new Passwords(vertx).hash(PASSWORD).await();
  }

  static String username(int i) {
    return "bench.%05d".formatted(i);
  }

  /** Access tokens of the first users; the tables must be there. */
  List<String> tokens(int many) throws SQLException {
    if (accessTokens.size() < many) {
      accessTokens.clear();
      insert(many);
    }
    return accessTokens.subList(0, many);
  }

  private void insert(int many) throws SQLException {
    try (Connection connection = backends.connect();
         PreparedStatement users = connection.prepareStatement("""
             INSERT INTO users (username, password_hash)
             SELECT 'bench.' || lpad(i::text, 5, '0'), ? FROM generate_series(0, ? - 1) AS i
             ON CONFLICT (username) DO UPDATE SET password_hash = EXCLUDED.password_hash
             RETURNING id, username""")) {
      users.setString(1, hash);
      users.setInt(2, many);
      try (ResultSet rows = users.executeQuery()) {
        while (rows.next()) {
          accessTokens.add(tokens.sign(new User(rows.getLong(1), rows.getString(2), null, null, false)).access());
        }
      }
    }
  }

  /** An access token of a user whom another database has under that id. */
  String token(long id, String username) {
    return tokens.sign(new User(id, username, null, null, false)).access();
  }

  /** Makes rooms {@code prefix + 0} and so on over REST and returns their ids. */
  List<Long> rooms(Node node, String prefix, int many) throws Exception {
    String token = tokens(1).get(0);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      HttpRequest request = HttpRequest.newBuilder(node.uri("/rooms")).header("Authorization", "Bearer " + token)
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString("{\"name\":\"" + prefix + i + "\"}")).build();
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 201) {
        throw new IOException("a room could not be made: " + answer.statusCode() + " " + answer.body());
      }
      ids.add(Long.parseLong(answer.body().replaceFirst("(?s).*?\"id\"\\s*:\\s*(\\d+).*", "$1")));
    }
    return ids;
  }
}
