package io.fastroom.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes bad requests of good ones. */
final class Fuzz {
  private static final List<String> METHODS = List.of("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS",
      "TRACE",
      "FOO");
  private static final List<String> SEGMENTS = List.of("x", "-1", "0", "1.5", "1e9", "9223372036854775808", "%00",
      "%ff",
      "%c3%28", "%", "%zz", "%2F", "%2e%2e", "..", ".", "%20", "+", "\u00e9", "42%2F", "null", "[]", "%ed%a0%80",
      "%f0%9f%99%82", "4".repeat(400), "a%0d%0ab", "{room_id}", ";x=y", "%252F", "'%20or%201=1--", "me", "by-name");
  private static final List<String> QUERIES = List.of("limit=0", "limit=-1", "limit=201", "limit=x", "limit=", "limit",
      "limit=1&limit=2", "limit=99999999999999999999", "offset=-1", "offset=1.5", "offset=9223372036854775807",
      "offset=9223372036854775808", "order=up", "order=ASC", "before_id=-1", "before_id=x", "before_id=1&after_id=1",
      "after_id=%00", "x=%ff", "x=%", "x=%zz", "&&&=", "%00=1", "x=" + "y".repeat(3_000), "limit=%31", "limit=+1");
  private static final List<String> VALUES = List.of("null", "1", "-1", "1e400", "true", "[]", "{}", "\"\"", "\" \"",
      "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "[[[[]]]]", "{\"a\":{\"b\":[1,\"\\u0000\"]}}",
      "\"" + "x".repeat(5_000) + "\"",
      "1".repeat(2_000), "\"\u00ff\"", "\"\\x\"", "\"\n\"", "'x'", "NaN", "", "\"\\ud83d\\ude42\"", "\"a/b:c %20\"",
      "\".\"");
  private static final List<String> BODIES = List.of("", " ", "{", "}", "[", "[]", "null", "1", "\"x\"", "{}",
      "{}{}", "{\"a\":1,}",
      "[".repeat(5_000), "{\"a\":".repeat(3_000), "\u00ff\u00fe{\u0000}\u0000", "\u00ef\u00bb\u00bf{}", "a=b",
      "username=%ff",
      "username=a&username=b", "username=alice&password=%00", "username=%zz", "=&=&", "x".repeat(70_000), "\u0000");
  private static final List<String> TYPES = List.of("", "text/plain", "application/json;charset=utf-16",
      "APPLICATION/JSON",
      "application/json, application/json", "multipart/form-data", "multipart/form-data; boundary=x", "*/*", "json",
      "application/problem+json", "application/x-www-form-urlencoded; charset=latin1",
      "x".repeat(2_000), "\u00e9/\u00e9");
  private static final Pattern FIELD = Pattern.compile(":(true|false|\"[^\"]*\")");

  private final Random random;

  Fuzz(long seed) {
    random = new Random(seed);
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /**
   * @param type of its body, null for none; so is `authorization`
   * @param allowed the statuses that are documented for it, or for what it may have become
   */
  record Bad(String method, String url, String type, String authorization, String body, boolean chunked,
      Set<Integer> allowed) {
    byte[] bytes() throws IOException {
      byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.ISO_8859_1);
      StringBuilder head = new StringBuilder(method).append(' ').append(url).append(" HTTP/1.1\r\nHost: x\r\n");
      if (!authorization.isEmpty()) {
        head.append("Authorization: ").append(authorization).append("\r\n");
      }
      if (type != null) {
        head.append("Content-Type: ").append(type).append("\r\n");
      }
      head.append(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + content.length).append("\r\n\r\n");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      if (chunked) {
        bytes.write((Integer.toHexString(content.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      }
      bytes.write(content);
      bytes.write((chunked ? "\r\n0\r\n\r\n" : "").getBytes(StandardCharsets.ISO_8859_1));
      return bytes.toByteArray();
    }

    Bad with(UnaryOperator<String> change) {
      return new Bad(method, change.apply(url), type, change.apply(authorization), body, chunked, allowed);
    }

    /** As a line of a file. */
    String encode() {
      return new JsonObject().put("method", method).put("url", url).put("type", type)
          .put("authorization", authorization).put("body", body).put("chunked", chunked)
          .put("allowed", new JsonArray(allowed.stream().sorted().toList())).encode();
    }

    static Bad of(String line) {
      JsonObject json = new JsonObject(line);
      Set<Integer> allowed = json.getJsonArray("allowed").stream().map(Integer.class::cast).collect(Collectors.toSet());
      return new Bad(json.getString("method"), json.getString("url"), json.getString("type"),
          json.getString("authorization"), json.getString("body"), json.getBoolean("chunked"), allowed);
    }
  }

  /** One to three things are wrong with it. */
  Bad bad(OpenApi.Call call, String token) {
    String method = call.method();
    String url = call.url();
    String body = call.body();
    String type = call.mediaType();
    String authorization = "Bearer " + token;
    Set<Integer> allowed = new HashSet<>(call.statuses());
    for (int i = random.nextInt(3); i >= 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> {
          method = any(METHODS);
          // It is another operation then, or none, or a question for the methods.
          allowed.addAll(List.of(200, 201, 204, 401, 404, 405, 409, 413, 415));
        }
        case 1 -> {
          String[] parts = url.split("/");
          parts[1 + random.nextInt(parts.length - 1)] = any(SEGMENTS);
          url = String.join("/", parts);
        }
        case 2 -> url += (url.contains("?") ? "&" : "?") + any(QUERIES);
        case 3 -> body = any(BODIES);
        case 4 -> body = mutated(body);
        case 5 -> type = any(TYPES);
        case 6 -> {
          authorization = any(List.of("", "Bearer", "Bearer x", "Bearer " + token + "x",
      "Basic eDp5", token, "\u00e9"));
          allowed.add(401);
        }
        default -> url += any(List.of("/", "//", "/x", "?", "#x", "/%2e%2e", ";"));
      }
    }
    if (!url.equals(call.url())) {
      allowed.addAll(List.of(200, 201, 204, 401, 404, 405, 409, 413, 415));
    }
    allowed.addAll(List.of(400, 404, 422));
    boolean chunked = body != null && !body.isEmpty() && random.nextInt(4) == 0;
    return new Bad(method, url, type, authorization, body, chunked, allowed);
  }

  /** One value of its JSON replaced, or a field added, or a byte lost. */
  private String mutated(String body) {
    if (body == null || body.isEmpty()) {
      return any(BODIES);
    }
    Matcher field = FIELD.matcher(body);
    return switch (random.nextInt(3)) {
      case 0 -> field.find() ? field.replaceFirst(Matcher.quoteReplacement(":" + any(VALUES))) : body + any(VALUES);
      case 1 -> body.replaceFirst("[{]", Matcher.quoteReplacement("{\"extra\":" + any(VALUES) + ","));
      default -> body.substring(0, random.nextInt(body.length()));
    };
  }
}
