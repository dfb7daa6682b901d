package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bad input to REST: always a problem document of the right status. */
class RestErrorsTest extends Story {
  private final Person alice = person("alice");
  private final Rest rest = alice.on(one());

  private static void problem(Answer answer, int status) {
    answer.expect(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    JsonObject problem = answer.json();
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("type")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank().doesNotContain("io.vertx", "Exception", "\tat ");
  }

  @Test
  void malformed_json_is_400() {
    for (String bad : List.of("{", "x", "", "{\"name\":}", "{\"name\":\"a\"} {}")) {
      problem(rest.send("POST", "/rooms", "application/json", bad), 400);
    }
  }

  @Test
  void json_that_is_no_object_of_the_right_shape_is_422() {
    for (String bad : List.of("[]", "1", "null", "\"x\"", "{}", "{\"name\":1}", "{\"name\":null}",
        "{\"name\":\"x\",\"is_private\":\"yes\"}")) {
      problem(rest.send("POST", "/rooms", "application/json", bad), 422);
    }
    JsonObject error = rest.send("POST", "/rooms", "application/json", "{\"name\":1}").json()
        .getJsonArray("errors").getJsonObject(0);
    assertThat(error.getString("pointer")).contains("name");
    assertThat(error.getString("detail")).isNotBlank();
  }

  @Test
  void another_media_type_is_415_and_a_large_body_413() {
    problem(rest.send("POST", "/rooms", "text/plain", "{\"name\":\"x\"}"), 415);
    problem(rest.send("POST", "/rooms", "application/json", "{\"name\":\"" + "x".repeat(70_000) + "\"}"), 413);
  }

  @Test
  void an_unknown_path_is_404_and_an_unknown_method_405_with_allow() {
    problem(rest.get("/nowhere"), 404);
    Answer answer = rest.send("PUT", "/rooms", "application/json", "{}");
    problem(answer, 405);
    assertThat(answer.header("Allow")).contains("GET").contains("POST");
  }

  @Test
  void hostile_paths_are_refused_without_a_trace() {
    for (String path : List.of("/rooms/-1", "/rooms/0", "/rooms/%00", "/rooms/1%2F2", "/rooms/by-name/%ff",
        "/rooms/by-name/%00", "/users/%00", "/rooms/1/messages/x", "/rooms/1/members/x/ban", "/docs/%2e%2e/x")) {
      Answer answer = path.endsWith("ban") ? rest.post(path) : path.endsWith("messages/x") ? rest.delete(path)
          : rest.get(path);
      assertThat(answer.status()).as(path).isBetween(400, 499);
    }
  }
}
