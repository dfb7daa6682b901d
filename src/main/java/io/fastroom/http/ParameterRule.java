package io.fastroom.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Parameter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks one parameter by openapi.yaml. The library would check it on a worker thread, and would accept numbers beyond
 * 64 bits as integers, and {@code 1.0} in a path, where an id has one spelling. Immutable.
 *
 * @param integer else it is text
 * @param minimum of an integer, or of the code points of a text
 * @param maximum the same
 * @param allowed the only values, empty for any
 * @param standard the default when it is missing, null for none
 */
record ParameterRule(String name, boolean inPath, boolean integer, long minimum, long maximum, List<String> allowed,
                     Object standard) {
  private static final Pattern INTEGER = Pattern.compile("(-?[0-9]{1,19})(\\.0+)?");

  static ParameterRule of(Parameter parameter) {
    JsonObject schema = parameter.getOpenAPIModel().getJsonObject("schema");
    boolean integer = "integer".equals(schema.getString("type"));
    JsonArray allowed = "boolean".equals(schema.getString("type")) ? new JsonArray().add("true").add("false")
        : schema.getJsonArray("enum", new JsonArray());
    Object standard = schema.getValue("default");
    return new ParameterRule(parameter.getName(), parameter.getIn() == Location.PATH, integer,
        schema.getLong(integer ? "minimum" : "minLength", Long.MIN_VALUE),
        schema.getLong(integer ? "maximum" : "maxLength", Long.MAX_VALUE),
        allowed.stream().map(String.class::cast).toList(),
        standard instanceof Number number ? Long.valueOf(number.longValue()) : standard);
  }

  /** @return a Long or a String */
  Object read(String raw) {
    return integer ? number(raw) : text(raw);
  }

  private Long number(String raw) {
    Matcher matcher = INTEGER.matcher(raw);
    if (!matcher.matches() || inPath && matcher.group(2) != null) {
      throw InvalidInput.parameter(name, "must be a 64-bit integer");
    }
    long value;
    try {
      value = Long.parseLong(matcher.group(1));
    } catch (NumberFormatException e) {
      throw InvalidInput.parameter(name, "must be a 64-bit integer");
    }
    if (value < minimum) {
      throw InvalidInput.parameter(name, "must be at least " + minimum);
    }
    if (value > maximum) {
      throw InvalidInput.parameter(name, "must be at most " + maximum);
    }
    return value;
  }

  private String text(String raw) {
    if (!allowed.isEmpty() && !allowed.contains(raw)) {
      throw InvalidInput.parameter(name, "must be one of " + String.join(", ", allowed));
    }
    int length = raw.codePointCount(0, raw.length());
    if (length < minimum || length > maximum) {
      throw InvalidInput.parameter(name, "must have " + minimum + " to " + maximum + " characters");
    }
    return raw;
  }
}
