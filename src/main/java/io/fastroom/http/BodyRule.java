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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks one operation's body by its schema in openapi.yaml. Immutable; any thread. */
final class BodyRule {
  private static final Pattern MISSING = Pattern.compile(".*required property \"([^\"]*)\".*");
  /** Errors that only say that there are others. */
  private static final Set<String> COLLECTIVE = Set.of("properties", "allOf", "$ref", "items");

  private static final String UNKNOWN = "additionalProperties";

  private final boolean form;
  private final boolean required;
  private final Validator validator;

  BodyRule(OpenAPIContract contract, RequestBody body, boolean form) {
    this.form = form;
    this.required = body.isRequired();
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
    JsonObject object = fields(types, body);
    OutputUnit result = validator.validate(object);
    if (!result.getValid()) {
      throw InvalidInput.of(faults(result));
    }
    return object;
  }

  private JsonObject fields(List<String> types, Buffer body) {
    MediaType type = MediaType.of(types);
    String name = type == null || !type.utf8() ? "" : type.name();
    if (form ? name.equals(Contract.FORM) : name.equals(Contract.JSON)) {
      return form ? FormBody.read(body) : JsonBody.read(body);
    }
    if (form && name.equals(Contract.MULTIPART)) {
      return MultipartBody.read(types.get(0), body);
    }
    throw InvalidInput.mediaType(
        form ? "a form (" + Contract.FORM + " or " + Contract.MULTIPART + ")" : Contract.JSON);
  }

  private static List<Fault> faults(OutputUnit result) {
    // The library also reports a field with a wrong value as an unknown one.
    Set<String> known = result.getErrors().stream().filter(error -> !keyword(error).equals(UNKNOWN))
        .map(OutputUnit::getInstanceLocation).collect(Collectors.toSet());
    List<Fault> faults = result.getErrors().stream().filter(error -> !COLLECTIVE.contains(keyword(error)))
        .filter(error -> !keyword(error).equals(UNKNOWN) || !known.contains(error.getInstanceLocation()))
        .map(BodyRule::fault).distinct().toList();
    return faults.isEmpty() ? List.of(new Fault("", null, "does not match its schema")) : faults;
  }

  private static String keyword(OutputUnit error) {
    return error.getKeywordLocation().substring(error.getKeywordLocation().lastIndexOf('/') + 1);
  }

  private static Fault fault(OutputUnit error) {
    // The library writes the pointer as the fragment of a URL; of a control character it may leave out a digit.
    String pointer = URLDecoder.decode(error.getInstanceLocation().substring(1).replace("+", "%2B")
        .replaceAll("%(?![0-9A-Fa-f]{2})", "%25"), StandardCharsets.UTF_8);
    if (keyword(error).equals(UNKNOWN)) {
      return new Fault(pointer, null, "is no field of it");
    }
    Matcher missing = MISSING.matcher(error.getError());
    if (missing.matches()) {
      return new Fault(pointer + "/" + missing.group(1), null, "is required");
    }
    return new Fault(pointer, null, "is invalid: " + error.getError());
  }
}
