package io.fastroom.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * What the threads of a browser do, as its own profiler sees it. It is asked for by the browser's own socket, since the
 * driver does not pass on what is traced.
 *
 * <p>Thread: one that waits.
 */
public final class Trace implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<String> CATEGORIES = List.of("disabled-by-default-devtools.timeline",
      "disabled-by-default-devtools.timeline.frame");

  private final WebSocket socket;
  private final Heard heard;
  private int commands;

  private Trace(String address, Set<String> names) throws IOException, InterruptedException {
    heard = new Heard(names);
    HttpClient http = HttpClient.newHttpClient();
    String version = http.send(HttpRequest.newBuilder(URI.create("http://" + address + "/json/version")).build(),
        BodyHandlers.ofString()).body();
    socket = http.newWebSocketBuilder()
        .buildAsync(URI.create(new JsonObject(version).getString("webSocketDebuggerUrl")), heard).join();
  }

  /**
   * Begins to write down what goes on in a browser.
   *
   * @param names of the events that are wanted, of all that come; seconds of all would be hundreds of megabytes
   */
  @SuppressWarnings("unchecked")
  public static Trace of(Browser browser, Set<String> names) throws Exception {
    Map<String, Object> options = (Map<String, Object>) browser.driver().getCapabilities()
        .getCapability("goog:chromeOptions");
    Trace trace = new Trace((String) options.get("debuggerAddress"), names);
    trace.ask("Tracing.start", new JsonObject().put("traceConfig",
        new JsonObject().put("includedCategories", new JsonArray(CATEGORIES)))).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    return trace;
  }

  /** Ends it. @return events in the format of traces of Chromium, in no order */
  public List<JsonObject> end() throws Exception {
    ask("Tracing.end", new JsonObject());
    heard.complete.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    return heard.events;
  }

  private CompletableFuture<Void> ask(String method, JsonObject params) {
    heard.answered = new CompletableFuture<>();
    socket.sendText(new JsonObject().put("id", ++commands).put("method", method).put("params", params).encode(), true);
    return heard.answered;
  }

  @Override
  public void close() {
    socket.abort();
  }

  private static final class Heard implements WebSocket.Listener {
    private final Set<String> names;
    private final StringBuilder text = new StringBuilder();
    private final List<JsonObject> events = new ArrayList<>();
    private final CompletableFuture<Void> complete = new CompletableFuture<>();
    private volatile CompletableFuture<Void> answered = new CompletableFuture<>();

    private Heard(Set<String> names) {
      this.names = names;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        message(new JsonObject(text.toString()));
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    private void message(JsonObject message) {
      if (message.containsKey("error")) {
        answered.completeExceptionally(new IllegalStateException(message.encode()));
      } else if (message.containsKey("id")) {
        answered.complete(null);
      } else if (message.getString("method").equals("Tracing.dataCollected")) {
        message.getJsonObject("params").getJsonArray("value").stream().map(JsonObject.class::cast)
            .filter(event -> names.contains(event.getString("name"))).forEach(events::add);
      } else if (message.getString("method").equals("Tracing.tracingComplete")) {
        complete.complete(null);
      }
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      complete.completeExceptionally(failure);
    }
  }
}
