package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Programs;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Migrations of a database in which there is something else already. */
@Tag("slow")
final class SharedDatabaseTest {
  private static final String CHAT_FIRST = "?options=-csearch_path%3Dchat,public";

  private final String url = TestDatabase.create();

  @Test
  void a_table_in_the_way_is_named_in_one_line() {
    TestDatabase.execute(url, "CREATE TABLE rooms (id int)");

    Programs.Ended ended = migrate(url, "up");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.said().lines()).containsExactly("FastRoom: cannot migrate: change set rooms of "
        + "db/changelog/002-rooms.sql: ERROR: relation \"rooms\" already exists (42P07)");
  }

  @Test
  void what_a_node_says_of_it_is_json_where_that_is_asked_for() {
    TestDatabase.execute(url, "CREATE TABLE rooms (id int)");

    Programs.Ended ended = run(url, List.of("LOG_FORMAT=json", "DEBUG=true", "REDIS_URL=redis://127.0.0.1:1"), "run");

    assertThat(ended.said().lines().map(JsonObject::new)).extracting(line -> line.getString("message"))
        .anyMatch(message -> message.contains("change set rooms"));
  }

  @Test
  void the_lock_of_another_program_in_a_later_schema_is_let_alone() {
    TestDatabase.execute(url, "CREATE SCHEMA chat",
        "CREATE TABLE public.databasechangelog (id text, author text, filename text)",
        "CREATE TABLE public.databasechangeloglock (id int, locked boolean, lockgranted timestamp, lockedby text)",
        "INSERT INTO public.databasechangeloglock VALUES (1, true, now(), 'another program')");

    Programs.Ended ended = migrate(url + CHAT_FIRST, "up");

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(TestDatabase.text(url, "SELECT lockedby FROM public.databasechangeloglock")).isEqualTo("another program");
    assertThat(TestDatabase.number(url, "SELECT count(*) FROM chat.databasechangeloglock")).isEqualTo(1);
  }

  /** As when somebody makes a schema of the role's own name, which is first in PostgreSQL's search path by default. */
  @Test
  void tables_in_a_later_schema_are_not_made_anew_in_an_earlier_one() {
    assertThat(migrate(url, "up").code()).isZero();
    assertThat(migrate(url, "rollback", "1").code()).isZero();
    TestDatabase.execute(url, "CREATE SCHEMA chat");

    for (String command : List.of("up", "status")) {
      Programs.Ended ended = migrate(url + CHAT_FIRST, command);
      assertThat(ended.code()).as(ended.said()).isEqualTo(1);
      assertThat(ended.said().lines()).singleElement().asString().contains("schema public", "ones in chat", "currentSchema");
    }
    assertThat(TestDatabase.number(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'chat'")).isZero();
    assertThat(migrate(url + "?currentSchema=public", "up").said()).contains("1 change sets applied");
    assertThat(migrate(url + "?currentSchema=chat", "up").code()).isZero();
  }

  @Test
  void a_search_path_without_a_schema_that_is_there_is_told_in_the_servers_words() {
    Programs.Ended ended = migrate(url + "?currentSchema=nowhere", "up");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.said().lines()).singleElement().asString().contains("no schema has been selected to create in");
  }

  private static Programs.Ended migrate(String url, String... arguments) {
    List<String> all = new ArrayList<>(List.of("migrate"));
    all.addAll(List.of(arguments));
    return run(url, List.of(), all.toArray(String[]::new));
  }

  private static Programs.Ended run(String url, List<String> settings, String... arguments) {
    List<String> command = new ArrayList<>(List.of("env", "DATABASE_URL=" + url));
    command.addAll(settings);
    command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
        "-cp", NodeProcess.productClassPath(), "io.fastroom.FastRoom"));
    command.addAll(List.of(arguments));
    return Programs.run(command.toArray(String[]::new));
  }
}
