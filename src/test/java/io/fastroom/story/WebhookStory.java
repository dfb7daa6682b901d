package io.fastroom.story;


import io.fastroom.support.Backends;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What stories of webhooks need. */
abstract class WebhookStory extends Story {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  static JsonObject wish(String url, String... events) {
    JsonObject wish = new JsonObject().put("url", url);
    return events.length == 0 ? wish : wish.put("events", new JsonArray(List.of(events)));
  }

  static JsonObject make(Person person, RoomRef room, String url, String... events) {
    return person.on(one()).post(room.path() + "/webhooks", wish(url, events)).expect(201).json();
  }

  static String hooks(RoomRef room, JsonObject hook) {
    return room.path() + "/webhooks/" + hook.getLong("id");
  }

  static JsonObject shown(Person person, RoomRef room, JsonObject hook) {
    return person.on(two()).get(hooks(room, hook)).expect(200).json();
  }

  static JsonObject say(Person person, RoomRef room, String text) {
    return person.on(two()).post(room.path() + "/messages", new JsonObject().put("content", text)).expect(201).json();
  }

  static String sql(String statement) {
    try (var database = Backends.postgres().connect(); var sql = database.createStatement()) {
      if (!sql.execute(statement)) {
        return null;
      }
      var rows = sql.getResultSet();
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void awaits(String what, java.util.concurrent.Callable<Boolean> condition) {
    Until.holds(what, PATIENCE, condition);
  }

  HookReceiver receiver() {
    return closing(new HookReceiver());
  }
}
