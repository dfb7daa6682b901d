package io.fastroom.http;

import io.fastroom.model.Scope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * openapi.yaml, the source of the routes and of the validation.
 *
 * <p>Thread: any; it does not change once it is loaded.
 *
 * @param document as it is served
 * @param routes as the router builder takes it
 * @param left the operations that were taken out of it, since they are switched off
 */
record Contract(JsonObject document, OpenAPIContract routes, Set<String> left) {
  static final String FORM = "application/x-www-form-urlencoded";
  static final String MULTIPART = "multipart/form-data";
  static final String JSON = "application/json";
  private static final String PASSWORD = "password";

  /** @param localAccounts false leaves out what is marked with x-local-accounts */
  static Future<Contract> load(Vertx vertx, boolean localAccounts) {
    return vertx.executeBlocking(() -> yaml("/openapi.yaml")).compose(document -> {
      Set<String> left = localAccounts ? Set.of() : leaveOutLocalAccounts(document);
      return OpenAPIContract.from(vertx, forRoutes(document)).map(routes -> new Contract(document, routes, left));
    });
  }

  private static Set<String> leaveOutLocalAccounts(JsonObject document) {
    JsonObject paths = document.getJsonObject("paths");
    JsonObject schemes = document.getJsonObject("components").getJsonObject("securitySchemes");
    schemes.remove(PASSWORD);
    schemes.getJsonObject("bearer").put("description", "An access token of the identity provider, or a key");
    leaveOutPassword(document);
    Set<String> left = new TreeSet<>();
    for (String path : List.copyOf(paths.fieldNames())) {
      JsonObject operations = paths.getJsonObject(path);
      for (String method : List.copyOf(operations.fieldNames())) {
        if (operations.getValue(method) instanceof JsonObject operation
            && Boolean.TRUE.equals(operation.getValue("x-local-accounts"))) {
          left.add(operation.getString("operationId"));
          operations.remove(method);
        } else if (operations.getValue(method) instanceof JsonObject operation) {
          leaveOutPassword(operation);
        }
      }
      if (operations.isEmpty()) {
        paths.remove(path);
      }
    }
    return left;
  }

  private static void leaveOutPassword(JsonObject secured) {
    JsonArray ways = secured.getJsonArray("security");
    if (ways != null) {
      secured.put("security", new JsonArray(
          ways.stream().filter(way -> !((JsonObject) way).containsKey(PASSWORD)).toList()));
    }
  }

  /** The document in its other form, without the comments of the file. */
  Buffer yaml() {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return Buffer.buffer(new Yaml(options).dump(new JsonObject(document.toBuffer()).getMap()));
  }

  static JsonObject yaml(String resource) throws IOException {
    try (InputStream file = Contract.class.getResourceAsStream(resource)) {
      Map<String, Object> document = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
      return new JsonObject(document);
    }
  }

  /**
   * Removes what the library does not know and the routes do not need: security (two schemes for the same bearer
   * token), answers as problem+json, a server without a host, and forms, which are checked by their schema like JSON.
   */
  private static JsonObject forRoutes(JsonObject document) {
    JsonObject routes = document.copy();
    routes.remove("security");
    routes.remove("servers");
    routes.getJsonObject("components").remove("responses");
    routes.getJsonObject("components").remove("securitySchemes");
    routes.getJsonObject("paths").forEach(path -> ((JsonObject) path.getValue()).forEach(entry -> {
      if (entry.getValue() instanceof JsonObject operation && operation.containsKey("operationId")) {
        operation.remove("security");
        operation.put("responses", new JsonObject().put("default", new JsonObject().put("description", "")));
        if (isForm(operation)) {
          JsonObject content = operation.getJsonObject("requestBody").getJsonObject("content");
          content.put(JSON, content.remove(FORM));
          content.remove(MULTIPART);
        }
      }
    }));
    return routes;
  }

  private static boolean isForm(JsonObject operation) {
    return operation.getJsonObject("requestBody", new JsonObject()).getJsonObject("content", new JsonObject())
        .containsKey(FORM);
  }

  /** An operation as written in the document. */
  private JsonObject operation(String operationId) {
    return document.getJsonObject("paths").stream()
        .flatMap(path -> ((JsonObject) path.getValue()).stream())
        .filter(entry -> entry.getValue() instanceof JsonObject operation
            && operationId.equals(operation.getString("operationId")))
        .map(entry -> (JsonObject) entry.getValue())
        .findAny().orElseThrow();
  }

  boolean takesForm(String operationId) {
    return isForm(operation(operationId));
  }

  /** The scopes, any one of which lets a key ask for it; none when no key may, as where the document says nothing. */
  Set<Scope> scopes(String operationId) {
    Object scopes = operation(operationId).getValue("x-scope", new JsonArray());
    return (scopes instanceof JsonArray several ? several : JsonArray.of(scopes)).stream()
        .map(scope -> Scope.of((String) scope)).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether its token may be in the query: for browsers, whose event sources cannot set a header. */
  boolean takesQueryToken(String operationId) {
    return operation(operationId).getJsonArray("security", new JsonArray()).stream()
        .anyMatch(way -> ((JsonObject) way).containsKey("query"));
  }

  /** Whether it is only for signed-in users. */
  boolean isSecured(String operationId) {
    JsonArray ways = operation(operationId).getJsonArray("security", document.getJsonArray("security"));
    return !ways.isEmpty() && ways.stream().noneMatch(way -> ((JsonObject) way).isEmpty());
  }
}
