package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every table, and every column of those about people, is in the export or has a reason not to be. */
class ExportCoverageTest extends Story {
  private static final Map<String, String> SECTIONS = Map.ofEntries(
      Map.entry("users", "account"), Map.entry("external_identities", "identities"), Map.entry("logins", "sessions"),
      Map.entry("known_addresses", "known_addresses"), Map.entry("api_keys", "keys"), Map.entry("letters", "letters"),
      Map.entry("mail_links", "links"), Map.entry("room_members", "memberships"), Map.entry("rooms", "rooms_made"),
      Map.entry("invites", "invites"), Map.entry("messages", "messages"), Map.entry("reactions", "reactions"),
      Map.entry("audit", "audit"));
  /** Tables that say nothing of anybody, or nothing that does not stand in a section. */
  private static final Map<String, String> EXCUSED = Map.ofEntries(
      Map.entry("refresh_tokens", "secret; their logins are sessions"),
      Map.entry("blocked_tokens", "names of tokens that are dead"),
      Map.entry("read_marks", "read_seq of a membership"),
      Map.entry("room_events", "the log by which clients resume: of messages, memberships, reactions and rooms"),
      Map.entry("direct_rooms", "whose a room between two is: both have its membership"),
      Map.entry("user_counts", "how many memberships and rooms there are"),
      Map.entry("removed_users", "ids of accounts that are no more"),
      Map.entry("user_purges", "accounts that are no more"),
      Map.entry("user_purge_rooms", "accounts that are no more"),
      Map.entry("ended_identities", "hashes of identities whose accounts are no more"),
      Map.entry("webhooks", "a room's, not a person's"),
      Map.entry("webhook_cursors", "how far a hook is"),
      Map.entry("room_retentions", "for how long a room keeps its messages"),
      Map.entry("room_words", "words of names of rooms"),
      Map.entry("room_counts", "how many rooms there are"),
      Map.entry("member_counts", "how many members a room has"),
      Map.entry("room_purges", "rooms that are no more"),
      Map.entry("reaction_counts", "how many have reacted"),
      Map.entry("reaction_purges", "messages that are no more"),
      Map.entry("append_batches", "ids of commits under way"),
      Map.entry("deployment", "the database's own name"));
  /** Columns that another field says, or that are secret, or say nothing of anybody. */
  private static final Set<String> LEFT_OUT = Set.of("users.password_hash", "users.email_key", "users.new_email_key",
      "external_identities.user_id", "logins.user_id", "logins.family", "logins.generation", "logins.rotated_at",
      "logins.used_at", "logins.seen_at", "known_addresses.user_id", "known_addresses.address",
      "api_keys.user_id", "api_keys.hash",
      "letters.user_id", "letters.version", "mail_links.user_id", "mail_links.hash", "room_members.user_id",
      "room_members.changed_seq", "room_members.joined_seq", "room_members.moved_at", "room_members.moves",
      "room_members.left_alone", "rooms.head_seq", "rooms.message_count", "rooms.created_by", "invites.created_by",
      "invites.code", "messages.user_id",
      "messages.username", "messages.deleted", "messages.deleted_at", "messages.message_count", "messages.mentions",
      "reactions.user_id", "audit.actor_id", "audit.actor_name");
  private static final Map<String, String> RENAMED = Map.of("invites.expires_at", "expires");

  private static List<String> ask(String sql) {
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement();
         ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sql(String statement) {
    ask(statement + " RETURNING 1");
  }

  @Test
  void every_table_is_exported_or_excused() {
    one();
    List<String> tables = ask("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        + " AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'databasechangelog%'");
    Set<String> known = new TreeSet<>(SECTIONS.keySet());
    known.addAll(EXCUSED.keySet());
    assertThat(tables).as("a new table: put it into the export, or say here why not").isNotEmpty()
        .allMatch(known::contains);
    assertThat(known).as("a table that is no more").allMatch(tables::contains);
    assertThat(SECTIONS.keySet()).doesNotContainAnyElementsOf(EXCUSED.keySet());
  }

  @Test
  void every_column_about_somebody_is_exported_or_left_out_on_purpose() {
    JsonObject export = of_somebody_with_something_in_each().on(two()).get("/users/me/export").expect(200).json();
    Set<String> left = new TreeSet<>(LEFT_OUT);
    for (Map.Entry<String, String> each : SECTIONS.entrySet()) {
      Object section = export.getValue(each.getValue());
      JsonObject first = section instanceof JsonArray list ? list.getJsonObject(0) : (JsonObject) section;
      for (String column : ask("SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
          + " AND table_name = '" + each.getKey() + "'")) {
        String name = each.getKey() + "." + column;
        assertThat(left.remove(name) || first.containsKey(RENAMED.getOrDefault(name, column)))
            .as("%s is in %s, or left out on purpose", name, each.getValue()).isTrue();
      }
    }
    assertThat(left).as("columns that are no more").isEmpty();
  }

  private static Person of_somebody_with_something_in_each() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef own = alice.createRoom(one());
    long said = alice.on(one()).post(own.path() + "/messages", new JsonObject().put("content", "hello")).expect(201)
        .json().getLong("message_id");
    alice.on(one()).post("/users/me/keys", new JsonObject().put("name", "key").put("scopes", new JsonArray().add("read")))
        .expect(201);
    RoomRef other = bob.createRoom(one());
    alice.on(one()).post(other.path() + "/join").expect(201);
    bob.flag(one(), other, alice, "mute", true).expect(200);
    String id = String.valueOf(alice.id());
    sql("INSERT INTO external_identities (issuer, subject, user_id) VALUES ('https://id', '" + alice.name() + "', " + id
        + ")");
    sql("INSERT INTO known_addresses (user_id, address) VALUES (" + id + ", '\\x01')");
    // Not before the test is over: no node sends mail here.
    sql("INSERT INTO letters (kind, user_id) VALUES ('verify', " + id + ")");
    sql("INSERT INTO mail_links (hash, kind, user_id, email, expires_at) VALUES (sha256('" + alice.name()
        + "'), 'verify', " + id + ", 'a@example.org', now() + interval '1 day')");
    sql("INSERT INTO invites (code, uses, created_by) VALUES ('" + alice.name() + "', 1, " + id + ")");
    sql("INSERT INTO reactions (room_id, message_id, user_id, emoji) VALUES (" + own.id() + ", " + said + ", " + id
        + ", '👍')");
    return alice;
  }

  @Test
  void whose_message_was_deleted_by_a_moderator_is_told_and_who_reacts_much_has_it_all() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = bob.createRoom(one());
    long said = inRoom(alice, one(), room).chat(room.name(), "spam").getLong("message_id");
    bob.on(two()).delete(room.path() + "/messages/" + said).expect(204);
    sql("INSERT INTO reactions (room_id, message_id, user_id, emoji) SELECT " + room.id() + " + n % 2, n, " + alice.id()
        + ", e FROM generate_series(1, 700) n, unnest(ARRAY['👍', '🎉']) e");

    JsonObject export = alice.on(two()).get("/users/me/export").expect(200).json();

    assertThat(export.getJsonArray("audit").stream().map(JsonObject.class::cast)
        .filter(each -> "message_deleted".equals(each.getString("action")))).singleElement()
        .satisfies(each -> assertThat(each.getLong("target_id")).isEqualTo(said))
        .satisfies(each -> assertThat(each.encode()).doesNotContain(bob.name()).doesNotContain("127.0.0.1"));
    assertThat(export.getJsonArray("reactions").stream().distinct().toList()).hasSize(1_400)
        .hasSameSizeAs(export.getJsonArray("reactions"));
    assertThat(bob.on(two()).get("/users/me/export").expect(200).json().getJsonArray("reactions")).isEmpty();
  }
}
