package io.fastroom.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A small OpenID provider: a discovery document, keys that can be published and withdrawn, and tokens. */
public final class IdentityProvider implements AutoCloseable {
  public static final String AUDIENCE = "fastroom";
  private static final String REALM = "/realms/test";

  private final int port = Ports.free();
  private final List<SigningKey> published = new CopyOnWriteArrayList<>();
  private final List<Long> readings = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
    Thread thread = new Thread(task, "identity-provider");
    thread.setDaemon(true);
    return thread;
  });
  private HttpServer server;
  /** What answers for the keys, null for the keys. */
  private volatile Answering keys;
  private volatile JsonObject discovery = new JsonObject().put("issuer", issuer()).put("jwks_uri", keysUrl());

  /** Answers one request in any way at all. */
  @FunctionalInterface
  public interface Answering {
    void answer(HttpExchange exchange) throws IOException;
  }

  public IdentityProvider() {
    comeBack();
  }

  public String issuer() {
    return "http://127.0.0.1:" + port + REALM;
  }

  public String keysUrl() {
    return issuer() + "/keys";
  }

  /** Of a node that takes its tokens. */
  public Map<String, String> settings() {
    return Map.of("OIDC_ISSUER", issuer(), "OIDC_AUDIENCE", AUDIENCE);
  }

  /** A new key that is published. @param algorithm RS256, ES256 or EdDSA */
  public SigningKey key(String algorithm) {
    SigningKey key = SigningKey.make(algorithm);
    published.add(key);
    return key;
  }

  public void withdraw(SigningKey key) {
    published.remove(key);
  }

  /** When its keys were asked for, by {@link System#nanoTime}. */
  public List<Long> readings() {
    return List.copyOf(readings);
  }

  /** From now on; null is the published keys again. */
  public void answerKeys(Answering answering) {
    keys = answering;
  }

  public void discovery(JsonObject document) {
    discovery = document;
  }

  /** What a good access token of five minutes says. */
  public JsonObject claims(String subject, String username) {
    long now = Instant.now().getEpochSecond();
    return new JsonObject().put("iss", issuer()).put("aud", AUDIENCE).put("sub", subject).put("iat", now)
        .put("exp", now + 300).put("jti", Names.unique("jti")).put("preferred_username", username);
  }

  public static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  public void goAway() {
    server.stop(0);
  }

  public void comeBack() {
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(REALM + "/.well-known/openid-configuration", exchange -> reply(exchange, 200, discovery.encode()));
    server.createContext(REALM + "/keys", exchange -> {
      readings.add(System.nanoTime());
      Answering other = keys;
      if (other == null) {
        JsonArray all = new JsonArray(published.stream().map(SigningKey::jwk).toList());
        reply(exchange, 200, new JsonObject().put("keys", all).encode());
      } else {
        other.answer(exchange);
      }
    });
    server.setExecutor(threads);
    server.start();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
