package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.Passwords;
import io.fastroom.model.Problem;
import io.fastroom.support.TestSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every status that openapi.yaml names is answered by its operation, in the form that it names. */
class ContractTest {
  private static final Map<Integer, Problem> FROM_BELOW = Map.of(403, Problem.BANNED, 404, Problem.NOT_FOUND,
      409, Problem.NOT_YOURSELF, 503, Problem.UNAVAILABLE);
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions().setBaseUri("app://test").setDraft(Draft.DRAFT202012);

  private static final ScriptedLimits LIMITS = new ScriptedLimits(key -> 0);
  private static RestNode node;
  private static SampleAnswers answers;

  private record Case(OpenApi.Call call, int status) {
    @Override
    public String toString() {
      return call.id() + " " + status;
    }
  }

  @BeforeAll
  static void start() {
    node = new RestNode(TestSettings.of("AUTH_RATE_PER_MINUTE", "30", "REST_WRITE_RATE", "10", "SMTP_URL",
        "smtp://elsewhere", "PUBLIC_URL", "https://chat.example.org"), LIMITS);
    answers = new SampleAnswers(node, RestNode.await(new Passwords(node.vertx).hash(SampleAnswers.PASSWORD)));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static Stream<Case> cases() {
    String refresh = node.tokens.sign(RestNode.ALICE).refresh();
    return OpenApi.calls(refresh).stream()
        .flatMap(call -> call.statuses().stream().map(status -> new Case(call, status)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answers(Case c) {
    // A reading call is only limited in how many there are at once.
    answers.problem = c.status == 429 && c.call.method().equals("GET") ? Problem.RATE_LIMITED : FROM_BELOW.get(c.status);
    LIMITS.answer = key -> c.status == 429 ? 1_500 : 0;
    answers.repeated = c.status == 200;
    HttpResponse<String> response = node.send(request(c));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(c.status);
    JsonObject schema = c.call.schema(c.status);
    if (schema == null) {
      assertThat(response.body()).isEmpty();
      return;
    }
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue(c.status < 300 ? "application/json" : "application/problem+json");
    Object json = response.body().startsWith("[") ? new JsonArray(response.body()) : new JsonObject(response.body());
    OutputUnit result = Validator.create(JsonSchema.of(schema), OPTIONS).validate(json);
    assertThat(result.getValid()).as(json + " " + result.getErrors()).isTrue();
    assertKnown(schema, json);
  }

  private static HttpRequest.Builder request(Case c) {
    OpenApi.Call call = c.call;
    String more = call.url().contains("?") ? "&" : "?";
    String url = call.url() + (c.status == 400 ? more + "x=%ff" : c.status == 422 ? more + "x=%00" : "");
    HttpRequest.Builder request = call.secured() && c.status != 401 ? node.signedIn(url) : node.request(url);
    String body = call.body();
    if (c.status == 401 && !call.secured()) {
      body = call.id().equals("createToken") ? "username=alice&password=wrong" : "{\"refresh_token\":\"wrong\"}";
    }
    if (c.status == 413) {
      body = " ".repeat(65_537);
    }
    if (call.mediaType() != null) {
      request.header("Content-Type", c.status == 415 ? "text/plain" : call.mediaType());
    }
    return request.method(call.method(), body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  /** Whether an answer has no field that its schema does not name. */
  private static void assertKnown(JsonObject schema, Object json) {
    if (json instanceof JsonObject object && schema.containsKey("properties")) {
      JsonObject properties = schema.getJsonObject("properties");
      assertThat(properties.fieldNames()).containsAll(object.fieldNames());
      object.forEach(entry -> assertKnown(properties.getJsonObject(entry.getKey()), entry.getValue()));
    } else if (json instanceof JsonArray array) {
      array.forEach(item -> assertKnown(schema.getJsonObject("items"), item));
    }
  }

  /** What can happen to any call of its kind, whatever it is about. */
  private static Set<Integer> possible(OpenApi.Call call) {
    Set<Integer> statuses = new TreeSet<>(Set.of(400, 422));
    if (!call.id().equals("getHealth")) {
      statuses.add(503);
    }
    if (call.secured()) {
      statuses.addAll(Set.of(401, 403, 429));
    }
    if (call.path().contains("{")) {
      statuses.add(404);
    }
    if (List.of("POST", "PATCH").contains(call.method()) || call.mediaType() != null) {
      statuses.add(413);
    }
    if (call.mediaType() != null) {
      statuses.add(415);
    }
    return statuses;
  }

  @Test
  void no_operation_is_silent_about_what_can_happen() {
    List<String> silent = new ArrayList<>();
    for (OpenApi.Call call : OpenApi.calls("")) {
      Set<Integer> missing = possible(call);
      missing.removeAll(call.statuses());
      missing.forEach(status -> silent.add(call.id() + " " + status));
      Map.of(401, "WWW-Authenticate", 429, "Retry-After", 503, "Retry-After").forEach((status, header) -> {
        if (call.statuses().contains(status) && !call.responses().getJsonObject("" + status)
            .getJsonObject("headers", new JsonObject()).containsKey(header)) {
          silent.add(call.id() + " " + status + " " + header);
        }
      });
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void the_length_of_a_parameter_is_what_the_document_says() {
    answers.problem = null;
    for (String good : List.of("x", "x".repeat(64), "%F0%9F%98%80".repeat(64))) {
      assertThat(node.send(node.signedIn("/rooms/42/presence?cursor=" + good)).statusCode()).as(good).isEqualTo(200);
    }
    for (String bad : List.of("", "x".repeat(65), "x".repeat(5_000))) {
      HttpResponse<String> refused = node.send(node.signedIn("/rooms/42/presence?cursor=" + bad));
      assertThat(refused.statusCode()).as(bad).isEqualTo(422);
      assertThat(refused.body()).contains("\"parameter\":\"cursor\"");
    }
  }

  @Test
  void every_error_stands_in_the_list_of_codes() {
    Set<Problem> ofTheSocket = Set.of(Problem.UNKNOWN_TYPE, Problem.TOO_LONG, Problem.TOO_MANY_ROOMS);
    assertThat(OpenApi.schema("ProblemCode").getJsonArray("enum")).containsExactlyElementsOf(
        Stream.of(Problem.values()).filter(each -> !ofTheSocket.contains(each)).map(Problem::code).distinct().toList());
  }

  @Test
  void the_documents_and_the_documentation_are_served() {
    assertThat(new JsonObject(node.send(node.request("/openapi.json")).body()).getString("openapi")).isEqualTo("3.1.0");
    assertThat(new JsonObject(node.send(node.request("/asyncapi.json")).body()).getString("asyncapi")).isEqualTo("3.0.0");
    assertThat(node.send(node.request("/asyncapi.yaml")).body()).startsWith("asyncapi: 3.0.0");
    for (String path : List.of("/docs", "/docs/", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js")) {
      HttpResponse<String> file = node.send(node.request(path));
      assertThat(file.statusCode()).as(path).isEqualTo(200);
      assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow()).contains("default-src 'self'")
          .doesNotContain("unsafe-eval").doesNotContain("http");
      String etag = file.headers().firstValue("ETag").orElseThrow();
      assertThat(node.send(node.request(path).header("If-None-Match", etag)).statusCode()).isEqualTo(304);
    }
    assertThat(node.send(node.request("/docs")).body()).doesNotContain("http://").doesNotContain("https://");
  }
}
