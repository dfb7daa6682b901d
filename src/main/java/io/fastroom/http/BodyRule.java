package io.fastroom.http;

import io.fastroom.http.InvalidInput.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.RequestBody;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What openapi.yaml says of one operation's body. Immutable; any thread. */
final class BodyRule {
  private static final Pattern MISSING = Pattern.compile(".*required property \"([^\"]*)\".*");
  /** Errors that only say that there are others. */
  private static final Set<String> COLLECTIVE = Set.of("properties", "allOf", "$ref", "items");

  private final boolean form;
  private final boolean required;
  private final Pattern mediaType;
  private final Validator validator;

  BodyRule(OpenAPIContract contract, RequestBody body, boolean form) {
    this.form = form;
    this.required = body.isRequired();
    String type = form ? "application/x-www-form-urlencoded" : "application/json";
    this.mediaType = Pattern.compile("(?i)" + Pattern.quote(type) + "\\s*(;\\s*charset\\s*=\\s*\"?utf-?8\"?\\s*)?;?");
    this.validator = contract.getSchemaRepository().validator(body.getContent().get("application/json").getSchema());
  }

  /**
   * Reads and checks a body by its schema.
   *
   * @return an empty object for an absent one that is not required
   * @throws InvalidInput 400, 415 or 422
   */
  JsonObject read(HttpServerRequest request, Buffer body) {
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (body.length() == 0 && (types.isEmpty() || !required)) {
      if (required) {
        throw InvalidInput.body("", form ? "must be a form" : "must be a JSON object");
      }
      return new JsonObject();
    }
    if (types.isEmpty() || !types.stream().allMatch(type -> mediaType.matcher(type.strip()).matches())) {
      throw InvalidInput.mediaType(form ? "a form (application/x-www-form-urlencoded)" : "application/json");
    }
    JsonObject object = form ? FormBody.read(body) : JsonBody.read(body);
    OutputUnit result = validator.validate(object);
    if (!result.getValid()) {
      throw InvalidInput.of(faults(result));
    }
    return object;
  }

  private static List<Fault> faults(OutputUnit result) {
    List<Fault> faults = result.getErrors().stream().filter(error -> !COLLECTIVE.contains(keyword(error)))
        .map(BodyRule::fault).distinct().toList();
    return faults.isEmpty() ? List.of(new Fault("", null, "does not match its schema")) : faults;
  }

  private static String keyword(OutputUnit error) {
    return error.getKeywordLocation().substring(error.getKeywordLocation().lastIndexOf('/') + 1);
  }

  private static Fault fault(OutputUnit error) {
    String pointer = error.getInstanceLocation().substring(1);
    Matcher missing = MISSING.matcher(error.getError());
    if (missing.matches()) {
      return new Fault(pointer + "/" + missing.group(1), null, "is required");
    }
    return new Fault(pointer, null, "is invalid: " + error.getError());
  }
}
