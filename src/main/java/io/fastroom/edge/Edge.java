package io.fastroom.edge;

import io.fastroom.bus.Refused;
import io.fastroom.http.CommonHeaders;
import io.fastroom.http.EventStreams;
import io.fastroom.http.ProblemHandler;
import io.fastroom.http.Requests;
import io.fastroom.http.UrlText;
import io.fastroom.internals.AcceptingTransport;
import io.fastroom.internals.HttpConnections;
import io.fastroom.model.Problem;
import io.fastroom.net.Forwarded;
import io.fastroom.net.ForwardedNotice;
import io.fastroom.net.TrustedProxies;
import io.fastroom.settings.Settings;
import io.fastroom.websocket.WebSocketVerticle;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of the public port. It owns the server and deploys the REST handler and the WebSocket verticle
 * on its own context: three objects, one thread, no hop. Two verticles listening on the same port would get connections
 * in turn, regardless of what is requested.
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
  /** Of TLS 1.3, and those of 1.2 with forward secrecy and authenticated encryption (RFC 9325, 4.2). */
  private static final List<String> CIPHER_SUITES = List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256",
      "TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final Settings settings;
  private final Doors doors;
  private final Function<EventStreams, ? extends Requests> newHttp;
  private final Supplier<WebSocketVerticle> newSockets;
  private final TrustedProxies proxies;
  private final ForwardedNotice notice;
  private final IdleHttpConnections idle;

  private ProblemHandler problems;
  private Requests http;
  private WebSocketVerticle sockets;
  private HttpServer server;
  private long sweeping;

  /**
   * @param doors one for all edges of the node
   * @param notice one for all edges of the node
   */
  public Edge(Settings settings, Doors doors, ForwardedNotice notice, Function<EventStreams, ? extends Requests> http,
              Supplier<WebSocketVerticle> sockets) {
    this.settings = settings;
    this.doors = doors;
    this.notice = notice;
    this.idle = new IdleHttpConnections(settings.http().idle(), doors.open());
    this.newHttp = http;
    this.newSockets = sockets;
    this.proxies = new TrustedProxies(settings.http().trustedProxies());
  }

  @Override
  public Future<?> start() throws Exception {
    problems = new ProblemHandler(vertx);
    sockets = newSockets.get();
    http = newHttp.apply(sockets::stream);
    sweeping = vertx.setPeriodic(IdleHttpConnections.SWEEP_MILLIS, id -> idle.sweep());
    server = vertx.createHttpServer(options())
        .connectionHandler(this::connected)
        .invalidRequestHandler(problems::unreadable)
        .exceptionHandler(failure -> LOG.debug("connection failed: {}", kind(failure)))
        .requestHandler(this::dispatch);
    if (settings.http().tls() != null) {
      AcceptingTransport.onAccepted(vertx, doors::accepted);
    }
    Future<?> answering = http.deploy(context);
    Future<?> holding = sockets.deploy(context);
    return Future.all(answering, holding)
        .compose(deployed -> server.listen(settings.http().port(), settings.http().host()));
  }

  /** Its message may quote what was sent, and with it a token. */
  private static String kind(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure.getClass().getName() + (cause == null ? "" : " by " + cause.getClass().getName());
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
    if (tls == null) {
      return options;
    }
    // Else a client has the node compute keys over one connection for as long as it likes.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
    return options.setSsl(true).setUseAlpn(true)
        // The keys of a handshake take a millisecond and more, in which nobody else of the loop would be served.
        .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true))
        // One that has agreed on HTTP/2 is no connection for Vert.x until it speaks, so nobody else closes it.
        .setWriteIdleTimeout(IdleHttpConnections.FIRST_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setKeyCertOptions(new PemKeyCertOptions().setCertPath(tls.certificate()).setKeyPath(tls.key()));
  }

  /** The port it listens on, which is the system's choice when 0 was asked for. */
  public int port() {
    return server.actualPort();
  }

  private void connected(HttpConnection connection) {
    if (settings.http().tls() == null) {
      Runnable leaving = doors.limit().admit(connection.remoteAddress());
      if (leaving == null) {
        connection.close();
        return;
      }
      HttpConnections.closed(connection).onComplete(closed -> leaving.run());
    }
    doors.handshakes().over(HttpConnections.channel(connection));
    HttpConnections.readStrictly(connection, () -> idle.mayBeAsked(connection));
    HttpConnections.mayBeSilent(connection);
    idle.opened(connection);
  }

  private void dispatch(HttpServerRequest request) {
    try {
      CommonHeaders.put(request);
      idle.requested(request, Forwarded.isProxied(request) || proxies.contains(request.remoteAddress()), sockets.isShut());
      notice.see(request);
      RequestRules.check(request);
      if (SOCKETS.equals(request.path()) || (SOCKETS + "/").equals(request.path())) {
        UrlText.check(request);
        socket(request);
      } else {
        http.handle(request);
      }
    } catch (RuntimeException e) {
      // Nobody else would answer.
      problems.answer(request, e);
    }
  }

  private void socket(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    sockets.accept(request).onSuccess(opened -> idle.forget(connection)).onFailure(failure -> refuse(request, failure));
  }

  private void refuse(HttpServerRequest request, Throwable failure) {
    if (!(failure instanceof Refused refused)) {
      problems.answer(request, new Refused(Problem.BAD_REQUEST, "The WebSocket handshake is not valid"));
      return;
    }
    if (refused.problem() == Problem.METHOD_NOT_ALLOWED) {
      request.response().putHeader(HttpHeaders.ALLOW, "GET");
    } else if (refused.problem() == Problem.UPGRADE_REQUIRED) {
      request.response().putHeader(HttpHeaders.UPGRADE, "websocket").putHeader(HttpHeaders.CONNECTION, "Upgrade")
          .putHeader("Sec-WebSocket-Version", "13");
    }
    problems.answer(request, refused);
  }

  /**
   * New connections go to the other edges at once; sockets are closed over the drain time, requests finish, and so do those
   * that proxies may just be sending.
   */
  @Override
  public Future<?> stop() {
    idle.leave();
    Future<Void> drained = sockets.drain();
    long seconds = settings.node().drain().toSeconds() + SHUTDOWN_GRACE_SECONDS;
    return Future.join(drained, server.shutdown(seconds, TimeUnit.SECONDS)).onComplete(closed -> vertx.cancelTimer(sweeping))
        .transform(closed -> undeploy());
  }

  private Future<?> undeploy() {
    try {
      return Future.join(sockets.undeploy(context), http.undeploy(context));
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
