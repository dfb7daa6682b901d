package io.fastroom.http;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.Keys;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.Principal;
import io.fastroom.auth.RateLimits;
import io.fastroom.auth.Revocations;
import io.fastroom.auth.Tokens;
import io.fastroom.bus.Address;
import io.fastroom.bus.Bus;
import io.fastroom.model.User;
import io.fastroom.settings.Settings;
import io.fastroom.support.TestSettings;
import io.fastroom.support.TestVertx;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** REST alone on a port of its own; what it asks of others is answered as a test says. */
final class RestNode implements AutoCloseable {
  static final User ALICE = new User(7, "alice", "alice@example.org", null, false);

  final Vertx vertx = TestVertx.create();
  final MeterRegistry registry = new SimpleMeterRegistry();
  final Tokens tokens;
  final Bus bus;
  final int port;
  final Set<String> revoked = ConcurrentHashMap.newKeySet();
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RestNode() {
    this(TestSettings.of("CORS_ORIGINS", "https://good.example", "TRUSTED_PROXIES", "127.0.0.1"),
        new RateLimits.Unlimited());
  }

  RestNode(Settings settings, RateLimits limits) {
    Bus.install(vertx);
    bus = new Bus(vertx);
    tokens = new Tokens(vertx, settings.tokens());
    Revocations revocations = (Principal principal) -> !revoked.contains(principal.jti());
    HttpVerticle verticle =
        new HttpVerticle(bus, settings, new AccessTokens(tokens, new Keys(bus)), new Passwords(vertx), revocations,
            new RestLimits(vertx, settings.http(), limits, registry), registry, (request, who, room, since) ->
            request.response().putHeader("Content-Type", "text/event-stream").end());
    await(vertx.deployVerticle(verticle));
    HttpServer server = await(vertx.createHttpServer(new HttpServerOptions().setMaxInitialLineLength(16_384))
        .requestHandler(verticle::handle).listen(0, "127.0.0.1"));
    port = server.actualPort();
  }

  <Q, A> void answer(Address<Q, A> at, Function<Q, Future<A>> answer) {
    await(bus.answer(at, answer));
  }

  String token() {
    return tokens.sign(ALICE).access();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(20));
  }

  HttpRequest.Builder signedIn(String path) {
    return request(path).header("Authorization", "Bearer " + token());
  }

  static HttpRequest.Builder json(HttpRequest.Builder request, String method, String body) {
    return request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
