package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Room;
import io.fastroom.persistence.PersistenceApi;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body may be, and in how many ways it may be said. */
class BodiesTest {
  private static RestNode node;

  @BeforeAll
  static void start() {
    node = new RestNode();
    node.answer(PersistenceApi.CREATE_ROOM, create -> Future.succeededFuture(
        new Room(5, create.name(), create.isPrivate(), Instant.EPOCH)));
    node.answer(PersistenceApi.FIND_CREDENTIALS, find -> Future.succeededFuture(
        new PersistenceApi.Credentials(null, null, false)));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static List<OpenApi.Call> callsWithBodies() {
    return OpenApi.calls(node.tokens.sign(RestNode.ALICE).refresh()).stream()
        .filter(call -> call.body() != null && call.body().startsWith("{")).toList();
  }

  @ParameterizedTest
  @MethodSource("callsWithBodies")
  void a_field_that_the_schema_does_not_have_is_422_and_named(OpenApi.Call call) {
    for (String field : List.of("enable", "isPrivate", "x/y~z", "__proto__", "NAME", "content ", "50%", "a+b",
        "\u00e9\ud83d\ude42", "#?", "")) {
      JsonObject body = new JsonObject(call.body()).put(field, true);
      HttpResponse<String> response = node.send(RestNode.json(node.signedIn(call.url()), call.method(), body.encode()));
      assertThat(response.statusCode()).as(call.id() + " " + response.body()).isEqualTo(422);
      assertThat(new JsonObject(response.body()).getJsonArray("errors").stream()
          .map(error -> ((JsonObject) error).getString("pointer")))
          .containsExactly("/" + field.replace("~", "~0").replace("/", "~1"));
    }
  }

  @Test
  void a_field_with_a_control_character_is_422_too() {
    for (String field : List.of("\n\"", "\t%", "x\n\n")) {
      assertThat(node.send(RestNode.json(node.request("/register"), "POST", new JsonObject().put(field, 1).encode()))
          .statusCode()).isEqualTo(422);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/json;v=1", "application/json; v=1",
      "APPLICATION/JSON ; charset=UTF-8",
      "application/json;charset=\"utf-8\"", "application/json; charset=us-ascii",
          "application/json;v=\"a;b\\\"c\";charset=utf8",
      "application/json; profile=\"https://x.example/y\"", "application/json;", "application/json ; ; v=1",
          "application/json;charset = utf-8"})
  void parameters_of_a_media_type_mean_nothing(String type) {
    assertThat(post("/rooms", type, "{\"name\":\"x\"}").statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json;charset=latin1", "application/json; charset=utf-16",
      "application/json;charset=\"utf-16\"",
      "application/json;v=1;charset=iso-8859-1", "application/json;charset=bogus", "application/json;charset=",
          "application/json v=1",
      "application/json;v", "application/json;v=\"open", "application/json/x", "application", "json", "application/*", "*/*",
      "application/ld+json", "application/json,application/json", "text/json", "application/json;=1"})
  void another_character_set_or_type_is_415(String type) {
    assertThat(post("/rooms", type, "{\"name\":\"x\"}").statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "identity, gzip", "br", ""})
  void a_packed_body_is_415_and_told_to_come_as_it_is(String coding) {
    HttpResponse<String> answer = node.send(node.signedIn("/rooms").header("Content-Type", "application/json")
        .header("Content-Encoding", coding).POST(BodyPublishers.ofString("{\"name\":\"x\"}")));
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.headers().firstValue("Accept-Encoding")).hasValue("identity");
    assertThat(node.send(node.signedIn("/rooms").header("Content-Type", "application/json")
        .header("Content-Encoding", "Identity").POST(BodyPublishers.ofString("{\"name\":\"x\"}"))).statusCode())
        .isEqualTo(201);
  }

  private static HttpResponse<String> post(String path, String type, String body) {
    return node.send(node.signedIn(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  private static String part(String name, String value) {
    return "--b o\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }

  @Test
  void a_login_may_come_in_parts() {
    String type = "multipart/form-data; boundary=\"b o\"";
    String good = part("username", "alice") + part("password", "wr\u00f6ng") + "--b o--\r\n";
    assertThat(post("/token", type, good).statusCode()).isEqualTo(401);
    assertThat(post("/token", "Multipart/Form-Data; charset=utf-8; boundary=\"b o\"", good).statusCode()).isEqualTo(401);
    assertThat(post("/token", type, part("grant_type", "password") + part("scope", "") + good).statusCode()).isEqualTo(401);
    for (String wrong : List.of("", "--b o--\r\n", part("username", "alice") + "--b o--\r\n", part("x", "y") + good,
        part("username", "bob") + good, good.replace("alice", "a\u0000"), good.replace("alice", ""),
        good.replace("name=\"password\"", "name=\"password\"; filename=\"x\""))) {
      assertThat(post("/token", type, wrong).statusCode()).as(wrong).isEqualTo(422);
    }
    byte[] latin = good.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(node.send(node.request("/token").header("Content-Type", type).POST(BodyPublishers.ofByteArray(latin)))
        .statusCode()).isEqualTo(400);
    for (String wrong : List.of("multipart/form-data", "multipart/form-data; boundary=",
        "multipart/form-data; boundary=other")) {
      assertThat(post("/token", wrong, good).statusCode()).as(wrong).isIn(400, 415, 422);
    }
    assertThat(post("/token", type, part("username", "x".repeat(65_000)) + good.repeat(9)).statusCode()).isEqualTo(413);
    assertThat(post("/token", type, part("a", "b").repeat(900)).statusCode()).isIn(400, 422);
    assertThat(post("/token", "multipart/mixed; boundary=\"b o\"", good).statusCode()).isEqualTo(415);
    assertThat(post("/rooms", type, good).statusCode()).isEqualTo(415);
    assertThat(post("/token", "application/x-www-form-urlencoded; v=1", "username=alice&password=x").statusCode())
        .isEqualTo(401);
    assertThat(post("/token", "application/x-www-form-urlencoded", "username=alice&password=x&user=y").statusCode())
        .isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"gzip;true", "x-gzip;true", "GZIP;true", "gzip, deflate, br;true", "*;true",
      "gzip|q=1.0;true",
      "gzip|q=0.5;true", "identity|q=0.5, gzip;true", "gzip|q=0.001;true", "identity|q=0, *;true", "*|q=0.1;true",
          "br, *|q=0.5;true",
      "gzip|q=0;false", "gzip|q=0.0;false", "gzip | q=0.000;false", "*|q=0;false", "identity;false", "br;false",
          "deflate;false",
      "gzipped;false", "notgzip;false", "gzip|q=0, *;false", "identity, gzip|q=0.5;false", "identity|q=0.8, *|q=0.3;false",
      "gzip|q=2;false", "gzip|q=abc;false", ",;false"})
  void a_coding_is_used_as_far_as_the_client_wants_it(String header, boolean gzipped) {
    HttpResponse<String> response = node.send(node.request("/docs").header("Accept-Encoding", header.replace('|', ';')));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(gzipped);
    assertThat(response.headers().allValues("Vary")).anyMatch(vary -> vary.equalsIgnoreCase("accept-encoding"));
  }
}
