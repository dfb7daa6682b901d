package io.fastroom.support;

import io.fastroom.auth.Tokens;
import io.fastroom.model.User;
import io.fastroom.settings.Settings;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many users at once. They go into the table without a password: to hash one each takes longer than most stories. */
public final class Crowd {
  private static final Duration LIFE = Duration.ofHours(8);

  private Crowd() { }

  /** People who can do all but sign in; a node must have made the tables. */
  public static List<Person> of(Postgres postgres, String hint, int many) {
    String prefix = Names.unique(hint) + ".";
    Vertx vertx = Vertx.vertx();
    try (Connection database = postgres.connect(); PreparedStatement insert = database.prepareStatement(
        "INSERT INTO users (username, password_hash) SELECT ? || i, '' FROM generate_series(1, ?) AS i"
            + " RETURNING id, username")) {
      Tokens tokens = new Tokens(vertx, new Settings.Tokens(NodeProcess.SECRET, List.of(), LIFE, LIFE));
      insert.setString(1, prefix);
      insert.setInt(2, many);
      List<Person> people = new ArrayList<>();
      ResultSet rows = insert.executeQuery();
      while (rows.next()) {
        User user = new User(rows.getLong(1), rows.getString(2), null, null, false);
        people.add(new Person(user.username(), user.id(), null, tokens.sign(user).access(), null));
      }
      return people;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      vertx.close().await();
    }
  }
}
