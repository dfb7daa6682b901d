package io.fastroom.webhook;

import io.fastroom.internals.HttpConnections;
import io.fastroom.net.Targets;
import io.fastroom.net.Targets.Destination;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Makes one try to deliver one event.
 *
 * <p>Thread: that of the verticle. Limits: a try takes {@link #TRY_MILLIS} at most; of an answer's body
 * {@link #BODY_BYTES} are read, since nothing but its status counts.
 */
final class Sender {
  private static final long TRY_MILLIS = 10_000;
  private static final int CONNECT_MILLIS = 5_000;
  private static final int IDLE_SECONDS = 15;
  private static final int BODY_BYTES = 64 << 10;
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  /**
   * @param status null when there was no answer
   * @param error null when it was delivered
   */
  record Outcome(Integer status, String error) {
    boolean delivered() {
      return error == null;
    }
  }

  private final Targets targets;
  private final HttpClient client;

  /** @param most how many tries may be under way at once */
  Sender(Vertx vertx, Targets targets, int most) {
    this.targets = targets;
    // Many hooks may lead to one server, of which one that hangs must not hold up another.
    this.client = vertx.httpClientBuilder().with(new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS)
            .setIdleTimeout(IDLE_SECONDS).setKeepAliveTimeout(IDLE_SECONDS).setDecompressionSupported(false))
        .with(new PoolOptions().setHttp1MaxSize(most).setMaxWaitQueueSize(most))
        // A try says what became of it; else each word of a receiver's that is no HTTP would be an error in the log.
        .withConnectHandler(connection -> {
          connection.exceptionHandler(failure -> { });
          HttpConnections.dropInterim(connection);
        }).build();
  }

  /** Never fails. */
  Future<Outcome> send(String url, String secret, String id, byte[] body) {
    Try one = new Try();
    return Future.succeededFuture(url).map(Targets::parse)
        .compose(to -> targets.resolve(to).map(address -> one.found(options(to, address))))
        .compose(client::request)
        .compose(request -> {
          one.begun(request);
          Signature.headers(secret, id, Instant.now(), body).forEach(request::putHeader);
          return request.send(Buffer.buffer(body)).compose(one::answered);
        })
        .timeout(TRY_MILLIS, TimeUnit.MILLISECONDS)
        .map(Sender::outcome)
        .otherwise(one::failed);
  }

  /** How far one try got. What has been given up is not sent later, when others may have been sent after it. */
  private static final class Try {
    private boolean found;
    private boolean over;
    private HttpClientRequest request;
    private Integer status;

    RequestOptions found(RequestOptions to) {
      check();
      found = true;
      return to;
    }

    void begun(HttpClientRequest begun) {
      if (over) {
        begun.reset();
      }
      check();
      request = begun;
    }

    private void check() {
      if (over) {
        throw new IllegalStateException("The try is over");
      }
    }

    Future<Integer> answered(HttpClientResponse response) {
      status = response.statusCode();
      return drained(response).map(status);
    }

    /** What was said with the status counts, also when the rest does not come. */
    Outcome failed(Throwable failure) {
      over = true;
      if (request != null) {
        request.reset();
      }
      return status == null ? new Outcome(null, words(failure, found)) : outcome(status);
    }
  }

  /** To exactly the address that was looked at; the name is for the Host header and for TLS. */
  private static RequestOptions options(Destination to, InetAddress address) {
    int port = to.port() > 0 ? to.port() : to.tls() ? HTTPS : HTTP;
    return new RequestOptions().setMethod(HttpMethod.POST).setSsl(to.tls()).setHost(to.host()).setPort(port)
        .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, port))).setURI(to.uri())
        .setFollowRedirects(false).setConnectTimeout(CONNECT_MILLIS)
        .putHeader("content-type", "application/json").putHeader("user-agent", "FastRoom");
  }

  /** Succeeds at the end of the body, whichever. */
  private static Future<Void> drained(HttpClientResponse response) {
    int[] read = new int[1];
    response.handler(chunk -> {
      read[0] += chunk.length();
      if (read[0] > BODY_BYTES) {
        response.request().reset();
      }
    });
    return response.end().timeout(TRY_MILLIS / 2, TimeUnit.MILLISECONDS).recover(failure -> {
      response.request().reset();
      return Future.succeededFuture();
    });
  }

  private static Outcome outcome(int status) {
    return new Outcome(status, status >= 200 && status < 300 ? null : "The receiver answered " + status);
  }

  /** In our words: those of libraries tell about the network that the node is in. */
  private static String words(Throwable failure, boolean found) {
    if (failure instanceof Targets.Forbidden || !found && failure instanceof IllegalArgumentException) {
      return failure.getMessage();
    }
    return failure instanceof UnknownHostException ? "The name of the receiver is not known"
        : failure instanceof TimeoutException ? found ? "The receiver did not answer within 10 seconds"
            : "The receiver's name could not be looked up within 10 seconds"
        : failure instanceof SSLException ? isOfCertificate(failure) ? "The receiver's certificate is not accepted"
            : "TLS with the receiver failed"
        : "The receiver could not be reached";
  }

  private static boolean isOfCertificate(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof CertificateException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  Future<Void> close() {
    return client.close();
  }
}
