package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What administrators do with accounts, by REST and by scripts/admin. */
class AdministrationTest extends Story {
  record Said(int code, String text) { }

  /** The tool as scripts/admin starts it. */
  static Said tool(String input, String... arguments) {
    return tool(StandardCharsets.UTF_8, input, arguments);
  }

  private static Said tool(Charset charset, String input, String... arguments) {
    Path target = Path.of("target").toAbsolutePath();
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-cp", target.resolve("classes") + ":" + target.resolve("lib") + "/*",
        "io.fastroom.Admin"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DATABASE_URL", Backends.postgres().url());
    try {
      Process process = builder.start();
      process.getOutputStream().write(input.getBytes(charset));
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Said(process.exitValue(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Person admin() {
    Person admin = person("admin");
    // A program that has just started on a machine that is busy may give up waiting for PostgreSQL.
    Until.holds("somebody is an administrator", Duration.ofMinutes(1),
        () -> tool("", "grant", admin.name()).code() == 0);
    return admin;
  }

  private static JsonObject set(String field, Object value) {
    return new JsonObject().put(field, value);
  }

  private static String path(Person person) {
    return "/admin/users/" + person.id();
  }

  @Test
  void the_tool_makes_lists_and_unmakes_administrators_and_resets_passwords() {
    Person first = admin();
    Person second = person("second");
    assertThat(tool("", "grant", second.name().toUpperCase()).code()).isZero();
    assertThat(tool("", "list").text().lines()).contains(first.name(), second.name());
    second.on(two()).get("/admin/users").expect(200);
    assertThat(tool("", "revoke", second.name()).code()).isZero();
    second.on(two()).get("/admin/users").expect(403);
    assertThat(tool("", "grant", Names.unique("nobody")).code()).isEqualTo(1);
    assertThat(tool("", "make", "x").code()).isEqualTo(2);

    Ws open = connect(second, one());
    Said reset = tool("", "reset-password", second.name());
    assertThat(reset.text()).matches("\\S{16,}");
    assertThat(open.awaitClose()).isEqualTo(4401);
    Rest nobody = new Rest(one().url(), null);
    nobody.form("/token", Map.of("username", second.name(), "password", reset.text())).expect(200);
    assertThat(tool("short\n", "reset-password", second.name(), "--stdin"))
        .isEqualTo(new Said(1, "admin: the password must be 8 to 128 characters"));
    assertThat(tool(StandardCharsets.ISO_8859_1, "battery stäple 9\n", "reset-password", second.name(), "--stdin"))
        .isEqualTo(new Said(1, "admin: the password must be in UTF-8"));
    assertThat(tool("battery stäple 9\n", "reset-password", " " + second.name() + " ", "--stdin").code()).isZero();
    nobody.form("/token", Map.of("username", second.name(), "password", "battery stäple 9")).expect(200);
  }

  @Test
  void administration_is_for_administrators_alone() {
    Person alice = person("alice");
    Rest rest = alice.on(one());
    for (int status : List.of(rest.get("/admin/users").status(), rest.patch(path(alice), set("role", "admin")).status(),
        rest.post("/admin/users", set("username", Names.unique("x")).put("password", "long enough")).status())) {
      assertThat(status).isEqualTo(403);
    }
    new Rest(one().url(), null).get("/admin/users").expect(401);
  }

  @Test
  void disabling_ends_everything_at_once_and_enabling_works_at_once() {
    Person admin = admin();
    Person bob = person("bob");
    Ws here = connect(bob, one());
    Ws there = connect(bob, two());
    long since = System.nanoTime();
    assertThat(admin.on(one()).patch(path(bob), set("disabled", true)).expect(200).json().getBoolean("disabled")).isTrue();
    bob.on(one()).get("/users/me").expect(401);
    assertThat(here.awaitClose()).isEqualTo(4401);
    assertThat(there.awaitClose()).isEqualTo(4401);
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(1));
    bob.on(two()).get("/users/me").expect(401);
    Rest nobody = new Rest(two().url(), null);
    nobody.post("/refresh", set("refresh_token", bob.refresh())).expect(401);
    nobody.form("/token", Map.of("username", bob.name(), "password", bob.password())).expect(401);

    admin.on(two()).patch(path(bob), set("disabled", false)).expect(200);
    Person again = bob.login(one());
    again.on(one()).get("/users/me").expect(200);
    again.on(two()).get("/rooms").expect(200);
    connect(again, two()).await("the banner", type("system"));
    bob.on(one()).get("/users/me").expect(401);
  }

  @Test
  void an_operator_disables_and_enables_by_sql_too() throws Exception {
    Person bob = person("bob");
    try (var database = Backends.postgres().connect(); var statement = database.createStatement()) {
      Ws open = connect(bob, two());
      statement.execute("UPDATE users SET disabled = true WHERE id = " + bob.id());
      assertThat(open.awaitClose()).isEqualTo(4401);
      Until.holds("no node lets them in", Duration.ofSeconds(2), () -> bob.on(one()).get("/users/me").status() == 401);
      statement.execute("UPDATE users SET disabled = false WHERE id = " + bob.id());
      Until.holds("both nodes let them in", Duration.ofSeconds(2), () -> bob.on(one()).get("/users/me").status() == 200
          && bob.on(two()).get("/users/me").status() == 200);
    }
  }

  @Test
  void finds_accounts_page_by_page() {
    Person admin = admin();
    String common = Names.unique("q").replaceAll("[^a-z0-9]", "");
    List<Person> people = List.of(person(common + "_a"), person(common + "_b"), person(common + "_c"));
    admin.on(one()).patch(path(people.get(2)), set("disabled", true)).expect(200);
    JsonObject first = admin.on(one()).get("/admin/users?limit=2&q=" + common.toUpperCase()).expect(200).json();
    assertThat(first.getJsonArray("items")).hasSize(2);
    JsonObject second = admin.on(two()).get("/admin/users?limit=2&q=" + common + "&cursor="
        + first.getString("next_cursor")).expect(200).json();
    assertThat(second.getJsonArray("items")).hasSize(1);
    assertThat(second.getString("next_cursor")).isNull();
    JsonArray disabled = admin.on(one()).get("/admin/users?disabled=true&q=" + common).expect(200).json()
        .getJsonArray("items");
    assertThat(disabled).hasSize(1);
    assertThat(admin.on(one()).get("/admin/users?q=%25&limit=1").expect(200).json().getJsonArray("items")).isEmpty();
    assertThat(admin.on(one()).get("/admin/users?role=admin&q=" + admin.name()).expect(200).json()
        .getJsonArray("items")).hasSize(1);
    people.get(0).on(one()).patch("/users/me", set("full_name", "E\u0301va \u010capek " + common)).expect(200);
    for (String words : List.of("\u00c9va \u010c", "\u00e9VA C\u030capek", "e\u0301va")) {
      assertThat(admin.on(two()).get("/admin/users?q=" + Rest.encode(words + (words.endsWith("k") ? " " + common : "")))
          .expect(200).json().getJsonArray("items").stream().map(each -> ((JsonObject) each).getLong("id"))).as(words)
          .contains(people.get(0).id());
    }
    for (String bad : List.of("role=root", "disabled=maybe", "cursor=x!", "limit=0")) {
      admin.on(one()).get("/admin/users?" + bad).expect(422);
    }
  }

  @Test
  void makes_accounts_and_bots() {
    Person admin = admin();
    String name = Names.unique("made");
    JsonObject made = admin.on(one()).post("/admin/users", set("username", name).put("password", "long enough")
        .put("role", "admin")).expect(201).json();
    assertThat(made.getString("role")).isEqualTo("admin");
    admin.on(one()).post("/admin/users", set("username", name).put("password", "long enough")).expect(409);
    admin.on(one()).post("/admin/users", set("username", Names.unique("x"))).expect(422);
    String bot = Names.unique("bot");
    assertThat(admin.on(one()).post("/admin/users", set("username", bot).put("bot", true)).expect(201).json()
        .getBoolean("is_bot")).isTrue();
    for (String guess : List.of("", "x", "long enough")) {
      assertThat(new Rest(one().url(), null).form("/token", Map.of("username", bot, "password", guess)).status())
          .isIn(401, 422);
    }
  }
}
