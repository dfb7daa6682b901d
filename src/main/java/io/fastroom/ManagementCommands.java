package io.fastroom;

import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Environment;
import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * {@code scale} and {@code health}: what asks the management port of the node that has the same settings. Exits with 0,
 * with 1 when the node says no or nothing, with 2 when it is used wrongly.
 */
final class ManagementCommands {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration SCALING = Duration.ofMinutes(2);

  private ManagementCommands() { }

  static void scale(String... args) {
    if (args.length != 2 || !args[1].matches("\\d{1,6}")) {
      System.err.println("usage: scale edge|persistence|presence N");
      System.exit(2);
    }
    finish(() -> send("PUT", "/verticles/" + URLEncoder.encode(args[0], StandardCharsets.UTF_8),
        "{\"instances\": " + args[1] + "}", SCALING), true);
  }

  /** Asks for readiness, or with {@code live} for liveness; for containers, whose images may have no other program. */
  static void health(String... args) {
    String which = args.length == 0 ? "ready" : args[0];
    if (args.length > 1 || !which.matches("ready|live")) {
      System.err.println("usage: health [ready|live]");
      System.exit(2);
    }
    finish(() -> send("GET", "/health/" + which, null, PATIENCE), false);
  }

  private interface Exchange {
    HttpResponse<String> run() throws IOException, InterruptedException;
  }

  private static void finish(Exchange exchange, boolean speaks) {
    int code = 1;
    try {
      HttpResponse<String> answer = exchange.run();
      code = answer.statusCode() == 200 ? 0 : 1;
      if (speaks || code != 0) {
        (code == 0 ? System.out : System.err).println(answer.body());
      }
    } catch (BadSetting e) {
      System.err.println("FastRoom: " + e.getMessage());
    } catch (IOException | InterruptedException e) {
      System.err.println("FastRoom: the management port does not answer (" + e.getClass().getSimpleName() + ")");
    }
    System.exit(code);
  }

  private static HttpResponse<String> send(String method, String path, String body, Duration patience)
      throws IOException, InterruptedException {
    Settings.Management at = SettingsReader.management(Environment.read(), Path.of(""));
    // Bound to every address, it is on loopback too.
    String host = at.host().matches("0\\.0\\.0\\.0|::|\\[::]") ? "127.0.0.1" : at.host();
    String authority = (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + at.port();
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + authority + path)).timeout(patience)
        .header("content-type", "application/json")
        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build();
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build()
        .send(request, BodyHandlers.ofString());
  }
}
