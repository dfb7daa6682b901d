package io.fastroom.edge;

import io.fastroom.http.Requests;
import io.fastroom.http.UnreadableRequests;
import io.fastroom.internals.HttpConnections;
import io.fastroom.model.Problem;
import io.fastroom.net.TrustedProxies;
import io.fastroom.settings.Settings;
import io.fastroom.websocket.WebSocketVerticle;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of the public port. It owns the server and deploys what answers requests and what holds
 * sockets on its own context: three objects, one thread, no hop. Two verticles that listened on one port would get
 * connections in turn, whatever those want.
 *
 * <p>Thread: its event loop.
 */
public final class Edge extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");
  private static final int SOCKET_BYTES = 64 << 10;
  private static final int HEADER_BYTES = 16 << 10;
  private static final int BACKLOG = 8_192;
  private static final long SHUTDOWN_GRACE_SECONDS = 2;
  private static final String SOCKETS = "/ws";
  private static final String VERSION_HEADER = "Sec-WebSocket-Version";
  private static final String VERSION = "13";

  private final Settings settings;
  private final ConnectionLimit limit;
  private final Supplier<? extends Requests> newHttp;
  private final Supplier<WebSocketVerticle> newSockets;
  private final TrustedProxies proxies;
  private final IdleConnections slowPeers = new IdleConnections();

  private Requests http;
  private WebSocketVerticle sockets;
  private HttpServer server;
  private long sweeping;

  /** @param limit one for all edges of the node */
  public Edge(Settings settings, ConnectionLimit limit, Supplier<? extends Requests> http,
              Supplier<WebSocketVerticle> sockets) {
    this.settings = settings;
    this.limit = limit;
    this.newHttp = http;
    this.newSockets = sockets;
    this.proxies = new TrustedProxies(settings.http().trustedProxies());
  }

  @Override
  public Future<?> start() throws Exception {
    http = newHttp.get();
    sockets = newSockets.get();
    sweeping = vertx.setPeriodic(IdleConnections.SWEEP_MILLIS, id -> slowPeers.sweep());
    server = vertx.createHttpServer(options())
        .connectionHandler(this::connected)
        .invalidRequestHandler(new UnreadableRequests())
        .exceptionHandler(failure -> LOG.debug("connection failed: {}", failure.toString()))
        .requestHandler(this::dispatch);
    Future<?> answering = http.deploy(context);
    Future<?> holding = sockets.deploy(context);
    return Future.all(answering, holding)
        .compose(deployed -> server.listen(settings.http().port(), settings.http().host()));
  }

  private HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions()
        .setAcceptBacklog(BACKLOG)
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(HEADER_BYTES)
        .setMaxHeaderSize(HEADER_BYTES)
        .setMaxWebSocketFrameSize(SOCKET_BYTES)
        .setMaxWebSocketMessageSize(SOCKET_BYTES)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setRegisterWebSocketWriteHandlers(false)
        .setWebSocketSubProtocols(List.of(WebSocketVerticle.SUBPROTOCOL));
    Settings.Tls tls = settings.http().tls();
    return tls == null ? options : options.setSsl(true).setUseAlpn(true)
        .setKeyCertOptions(new PemKeyCertOptions().setCertPath(tls.certificate()).setKeyPath(tls.key()));
  }

  /** The port it listens on, which is the system's choice when 0 was asked for. */
  public int port() {
    return server.actualPort();
  }

  private void connected(HttpConnection connection) {
    slowPeers.opened(connection);
    if (limit.isSet() && !proxies.contains(connection.remoteAddress())) {
      String address = connection.remoteAddress().hostAddress();
      if (!limit.admit(address)) {
        connection.close();
      }
      HttpConnections.closed(connection).onComplete(closed -> limit.release(address));
    }
  }

  private void dispatch(HttpServerRequest request) {
    slowPeers.requested(request.connection());
    String path = request.path();
    if (SOCKETS.equals(path) || (SOCKETS + "/").equals(path)) {
      socket(request);
    } else {
      http.handle(request);
    }
  }

  private void socket(HttpServerRequest request) {
    if (request.method() != HttpMethod.GET) {
      request.response().putHeader(HttpHeaders.ALLOW, "GET");
      refuse(request, 405, "Method not allowed", "Sockets are opened with GET.");
    } else if (!request.canUpgradeToWebSocket() || !VERSION.equals(request.getHeader(VERSION_HEADER))) {
      // Without a version Netty would fall back to a draft of the protocol with other frames.
      request.response().putHeader(HttpHeaders.UPGRADE, "websocket").putHeader(HttpHeaders.CONNECTION, "Upgrade")
          .putHeader(VERSION_HEADER, VERSION);
      refuse(request, 426, "Upgrade required", "This address speaks WebSocket only.");
    } else {
      Problem refusal = sockets.refusal(request);
      if (refusal == null) {
        accept(request);
        return;
      }
      if (refusal == Problem.UNAVAILABLE) {
        request.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
      }
      refuse(request, refusal.status(), refusal.title(), "The socket was not opened.");
    }
  }

  private void accept(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    sockets.accept(request)
        .onSuccess(opened -> slowPeers.forget(connection))
        .onFailure(failure -> {
          LOG.debug("handshake failed: {}", failure.toString());
          if (!request.response().ended() && !request.response().closed()) {
            refuse(request, 400, "Bad request", "The WebSocket handshake is not valid.");
          }
        });
  }

  private static void refuse(HttpServerRequest request, int status, String title, String detail) {
    HttpServerResponse response = request.response();
    JsonObject problem = new JsonObject().put("type", "about:blank").put("title", title).put("status", status)
        .put("detail", detail);
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .end(problem.toBuffer());
  }

  /** New connections go to the other edges at once; sockets are sent away over the drain time, requests finish. */
  @Override
  public Future<?> stop() {
    vertx.cancelTimer(sweeping);
    Future<Void> drained = sockets.drain();
    long seconds = settings.node().drain().toSeconds() + SHUTDOWN_GRACE_SECONDS;
    return Future.join(drained, server.shutdown(seconds, TimeUnit.SECONDS)).transform(closed -> undeploy());
  }

  private Future<?> undeploy() {
    try {
      return Future.join(sockets.undeploy(context), http.undeploy(context));
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
