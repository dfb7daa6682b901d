package io.fastroom.auth;

import io.fastroom.internals.HttpConnections;
import io.fastroom.settings.Origin;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gets what a provider publishes. Whatever answers is not trusted: redirects are not followed, nothing is unpacked, and
 * where the keys are may only be told by a document that names the issuer.
 *
 * <p>Thread: the context it is made on. Limits: {@value #MAX_BYTES} bytes and {@value #TOTAL_MILLIS} ms a document.
 */
final class OidcDocuments {
  private static final Pattern SITE = Pattern.compile("([^:]+://[^/?#]+)(.*)");
  private static final String DISCOVERY = "/.well-known/openid-configuration";
  private static final int MAX_BYTES = 256 << 10;
  private static final int CONNECT_MILLIS = 3_000;
  private static final long TOTAL_MILLIS = 5_000;
  /** Where the keys are is asked again after so many readings. */
  private static final int READINGS = 60;

  private final Settings.Provider provider;
  private final HttpClient client;
  /** As the issuer said last, null when it is to be asked. */
  private String keysUrl;
  private int readings;

  OidcDocuments(Vertx vertx, Settings.Provider provider) {
    this.provider = provider;
    this.client = vertx.httpClientBuilder().with(new HttpClientOptions().setKeepAlive(false)
            .setConnectTimeout(CONNECT_MILLIS).setDecompressionSupported(false))
        .withConnectHandler(connection -> {
          // A reading says what became of it; else each word that is no HTTP would be an error in the log.
          connection.exceptionHandler(failure -> { });
          HttpConnections.dropInterim(connection);
        }).build();
  }

  /** The JWK set, unread. Fails with one line that says why. */
  Future<String> keys() {
    if (provider.keysUrl() != null) {
      return get(provider.keysUrl());
    }
    Future<String> where = keysUrl != null && readings++ < READINGS ? Future.succeededFuture(keysUrl) : discover();
    return where.compose(this::get).onFailure(failure -> keysUrl = null);
  }

  private Future<String> discover() {
    String issuer = provider.issuer();
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return get(base + DISCOVERY).map(this::keysUrl).onSuccess(url -> {
      keysUrl = url;
      readings = 0;
    });
  }

  private String keysUrl(String document) {
    JsonObject said = new JsonObject(document);
    if (!provider.issuer().equals(said.getValue("issuer"))) {
      throw new IllegalArgumentException("its discovery document is of another issuer than OIDC_ISSUER, which must be "
          + "exactly the same text");
    }
    if (said.getValue("jwks_uri") instanceof String url && isAllowed(url)) {
      return url;
    }
    throw new IllegalArgumentException("its discovery document has no jwks_uri that could be used");
  }

  /** Keys come by TLS, or from where the issuer itself is. */
  private boolean isAllowed(String url) {
    try {
      URI uri = new URI(url);
      Origin origin = Origin.parse(uri.getScheme() + "://" + uri.getRawAuthority());
      return origin != null && uri.getRawFragment() == null
          && ("https".equals(origin.scheme()) || origin.equals(Origin.ofUrl(provider.issuer())));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Future<String> get(String url) {
    RequestOptions options = new RequestOptions().setAbsoluteURI(reachable(url)).setFollowRedirects(false)
        .setConnectTimeout(CONNECT_MILLIS).setIdleTimeout(TOTAL_MILLIS)
        .putHeader(HttpHeaders.ACCEPT, "application/json").putHeader(HttpHeaders.USER_AGENT, "FastRoom");
    return client.request(options).compose(OidcDocuments::answer);
  }

  /** By the name of the host that servers of names know: an international one is told in another form. */
  private static String reachable(String url) {
    Matcher parts = SITE.matcher(url);
    Origin origin = parts.matches() ? Origin.parse(parts.group(1)) : null;
    return origin == null ? url : origin.scheme() + "://" + origin.host() + ":" + origin.port() + parts.group(2);
  }

  private static Future<String> answer(HttpClientRequest request) {
    // However slowly it drips.
    return request.send().compose(response -> body(request, response))
        .timeout(TOTAL_MILLIS, TimeUnit.MILLISECONDS)
        .recover(failure -> {
          request.reset();
          return Future.failedFuture(failure instanceof TimeoutException
              ? new IOException("it has not answered within " + TOTAL_MILLIS + " ms") : failure);
        });
  }

  private static Future<String> body(HttpClientRequest request, HttpClientResponse response) {
    if (response.statusCode() != 200) {
      response.exceptionHandler(ended -> { });
      request.reset();
      return Future.failedFuture(new IOException("it answers " + response.statusCode()));
    }
    Promise<String> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.handler(part -> {
      if (body.length() + part.length() > MAX_BYTES) {
        whole.tryFail(new IOException("its answer has more than " + MAX_BYTES + " bytes"));
        request.reset();
      } else {
        body.appendBuffer(part);
      }
    });
    response.exceptionHandler(whole::tryFail);
    response.endHandler(end -> whole.tryComplete(body.toString()));
    return whole.future();
  }

  Future<Void> close() {
    return client.close();
  }
}
