package io.fastroom.story;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;

/** What stories of keys need. */
abstract class KeyStory extends Story {
  static JsonObject wish(String... scopes) {
    return new JsonObject().put("name", "report").put("scopes", new JsonArray(List.of(scopes)));
  }

  static JsonObject make(Person person, String... scopes) {
    return person.on(one()).post("/users/me/keys", wish(scopes)).expect(201).json();
  }

  static String key(Person person, String... scopes) {
    return make(person, scopes).getString("key");
  }

  static Rest by(String key, NodeProcess node) {
    return new Rest(node.url(), key);
  }

  static JsonObject text(String content) {
    return new JsonObject().put("content", content);
  }

  static Predicate<JsonObject> refused(String ref) {
    return error("forbidden_scope").and(f -> ref.equals(f.getString("ref")));
  }

  static void sql(String statement) {
    try (var database = Backends.postgres().connect(); var sql = database.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  Ws socket(String key, NodeProcess node) {
    Ws ws = closing(Ws.connect(node, key));
    ws.mark();
    return ws;
  }
}
