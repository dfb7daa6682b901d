package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {
  private static final int FIRST_PROBLEM_ROOM = 1000;
  private static RestNode node;

  @BeforeAll
  static void start() {
    node = new RestNode();
    node.answer(PersistenceApi.GET_ROOM, ProblemsTest::room);
    node.answer(PersistenceApi.FIND_ROOM, find -> Future.succeededFuture(new SeenRoom(
        new Room(5, find.name(), false, Instant.now()), false)));
    node.answer(PersistenceApi.CREATE_ROOM, create -> Future.succeededFuture(
        new Room(5, create.name(), create.isPrivate(), Instant.now())));
    node.answer(PersistenceApi.UPDATE_ROOM, update -> Future.failedFuture(new IllegalStateException("a defect")));
  }

  private static Future<SeenRoom> room(PersistenceApi.GetRoom question) {
    int problem = (int) question.roomId() - FIRST_PROBLEM_ROOM;
    return problem < 0 ? Future.succeededFuture(
        new SeenRoom(new Room(question.roomId(), "general", false, Instant.EPOCH), false))
        : Future.failedFuture(new Refused(Problem.values()[problem], "so it is", 1_500));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static JsonObject problem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    JsonObject problem = new JsonObject(response.body());
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("type")).startsWith("urn:problem-type:fastroom:");
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank().doesNotContain("Exception", "io.vertx");
    return problem;
  }

  private static JsonObject error(HttpResponse<String> response) {
    JsonArray errors = problem(response, 422).getJsonArray("errors");
    assertThat(errors).isNotEmpty();
    return errors.getJsonObject(0);
  }

  @ParameterizedTest
  @EnumSource(Problem.class)
  void every_problem_of_the_catalogue_is_answered_with_its_status(Problem problem) {
    HttpResponse<String> response = node.send(node.signedIn("/rooms/" + (FIRST_PROBLEM_ROOM + problem.ordinal())));
    JsonObject json = problem(response, problem.status());
    assertThat(json.getString("code")).isEqualTo(problem.code());
    assertThat(json.getString("detail")).isEqualTo("so it is");
    if (problem.status() == 429 || problem.status() == 503) {
      assertThat(response.headers().firstValue("Retry-After")).hasValue("2");
    }
    if (problem.status() == 401) {
      assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }
  }

  @Test
  void says_nothing_of_a_defect() {
    var response = node.send(RestNode.json(node.signedIn("/rooms/1"), "PATCH", "{\"name\":\"x\"}"));
    assertThat(problem(response, 500).encode()).doesNotContain("defect");
  }

  @Test
  void is_unavailable_while_nobody_answers() {
    var response = node.send(node.signedIn("/users"));
    problem(response, 503);
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void asks_for_a_bearer_token() {
    for (String header : List.of("", "Basic YTpi", "Bearer", "Bearer x", "Bearer " + node.token() + "x",
        "Bearer " + node.tokens.sign(RestNode.ALICE).refresh())) {
      var response = node.send(node.request("/rooms/1").header("Authorization", header));
      problem(response, 401);
      assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }
    assertThat(node.send(node.request("/rooms/1").header("Authorization", "bearer " + node.token())).statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_revoked_token_is_refused() {
    String token = node.token();
    String jti = new JsonObject(new String(java.util.Base64.getUrlDecoder().decode(token.split("\\.")[1])))
        .getString("jti");
    node.revoked.add(jti);
    problem(node.send(node.request("/rooms/1").header("Authorization", "Bearer " + token)), 401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/rooms/x", "/rooms/1.0", "/rooms/1e3", "/rooms/+1", "/rooms/%201", "/rooms/9223372036854775808",
      "/rooms/-9223372036854775809", "/rooms/%D9%A1", "/rooms/1%2F2", "/rooms/1/messages/x", "/rooms/1/members/x/ban"})
  void an_id_that_is_no_64_bit_integer_is_422(String path) {
    var request = node.signedIn(path);
    var response = node.send(path.endsWith("ban") ? request.POST(BodyPublishers.noBody())
        : path.contains("messages") ? request.DELETE() : request);
    assertThat(error(response).getString("parameter")).endsWith("_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "limit=", "limit=1&limit=2", "offset=-1", "order=up",
      "offset=99999999999999999999"})
  void names_the_parameter_that_is_wrong(String query) {
    var response = node.send(node.signedIn("/rooms?" + query));
    assertThat(error(response).getString("parameter")).isEqualTo(query.substring(0, query.indexOf('=')));
  }

  @Test
  void before_and_after_do_not_go_together() {
    assertThat(error(node.send(node.signedIn("/rooms/1/messages?before_id=1&after_id=1"))).getString("parameter"))
        .isEqualTo("after_id");
  }

  @Test
  void names_every_field_that_is_wrong() {
    var response = node.send(RestNode.json(node.request("/register"), "POST",
        "{\"username\":5,\"email\":[],\"full_name\":null}"));
    assertThat(problem(response, 422).getJsonArray("errors").stream().map(e -> ((JsonObject) e).getString("pointer")))
        .containsExactlyInAnyOrder("/username", "/email", "/password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "x", "", " ", "{\"name\":}", "{\"name\":\"a\"} {}", "{\"name\":\"a\",\"name\":\"b\"}",
      "{'name':'a'}", "{\"name\":\"a\"", "\u0000", "{\"name\":\"\\x\"}", "\ufeff{\"name\":\"a\"}"})
  void malformed_json_is_400(String body) {
    problem(node.send(RestNode.json(node.signedIn("/rooms"), "POST", body)), 400);
  }

  @Test
  void deep_json_is_400() {
    for (String open : List.of("[", "{\"a\":")) {
      problem(node.send(RestNode.json(node.signedIn("/rooms"), "POST", open.repeat(10_000))), 400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "null", "true", "\"x\"", "{}", "{\"name\":1}", "{\"name\":null}", "{\"name\":[]}",
      "{\"name\":\"x\",\"is_private\":\"yes\"}", "{\"name\":\"\"}", "{\"name\":\" x\"}", "{\"name\":\"x\\u2003\"}",
      "{\"name\":\"a\\u0000\"}", "{\"name\":\"a\\ud800\"}", "{\"name\":\"a\\udc00b\"}", "{\"name\":\"a\\u009f\"}",
      "{\"name\":\".\"}", "{\"name\":\"..\"}", "{\"name\":\"x\",\"other\":{\"a\":[\"\\u0000\"]}}",
      "{\"name\":\"x\",\"\\ud800\":1}"})
  void json_that_is_not_a_room_is_422(String body) {
    error(node.send(RestNode.json(node.signedIn("/rooms"), "POST", body)));
  }

  @Test
  void a_change_must_change_something() {
    for (String body : List.of("{}", "{\"other\":1}", "{\"name\":null}", "{\"is_private\":null}")) {
      error(node.send(RestNode.json(node.signedIn("/rooms/1"), "PATCH", body)));
    }
  }

  @Test
  void lengths_are_counted_in_code_points() {
    assertThat(node.send(RestNode.json(node.signedIn("/rooms"), "POST", "{\"name\":\"" + "🙂".repeat(100) + "\"}"))
        .statusCode()).isEqualTo(201);
    error(node.send(RestNode.json(node.signedIn("/rooms"), "POST", "{\"name\":\"" + "🙂".repeat(101) + "\"}")));
  }

  @Test
  void text_that_is_not_utf_8_is_400() {
    byte[] body = "{\"name\":\"a_b\"}".getBytes();
    body[10] = (byte) 0xff;
    problem(node.send(node.signedIn("/rooms").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(body))), 400);
    problem(node.send(node.signedIn("/rooms/by-name/%ff")), 400);
    problem(node.send(node.signedIn("/rooms?limit=%c3%28")), 400);
    problem(node.send(node.signedIn("/rooms/by-name/%ed%a0%80")), 400);
    error(node.send(node.signedIn("/rooms/by-name/a%00")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/jsonx", "application/json; charset=iso-8859-1", "application/xml",
      "application/x-www-form-urlencoded", ";", "application/json, text/plain"})
  void another_media_type_is_415(String type) {
    problem(node.send(node.signedIn("/rooms").header("Content-Type", type)
        .POST(BodyPublishers.ofString("{\"name\":\"x\"}"))), 415);
  }

  @Test
  void conflicting_media_types_are_415_and_utf_8_is_understood() {
    problem(node.send(RestNode.json(node.signedIn("/rooms"), "POST", "{\"name\":\"x\"}")
        .header("Content-Type", "text/plain")), 415);
    assertThat(node.send(node.signedIn("/rooms").header("Content-Type", "Application/JSON;charset=UTF-8")
        .POST(BodyPublishers.ofString("{\"name\":\"x\"}"))).statusCode()).isEqualTo(201);
  }

  @Test
  void an_unknown_path_is_404_and_an_unknown_method_405_with_allow() {
    for (String path : List.of("/nowhere", "/rooms/1/nothing", "/metrics", "/health/ready", "/web/index.html",
        "/docs/%2e%2e/openapi.yaml2", "/META-INF/MANIFEST.MF")) {
      problem(node.send(node.request(path)), 404);
    }
    var response = node.send(RestNode.json(node.signedIn("/rooms/"), "PUT", "{}"));
    problem(response, 405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, POST");
    response = node.send(node.request("/register").method("HEAD", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("OPTIONS, POST");
    problem(node.send(node.request("/openapi.json").DELETE()), 405);
  }
}
