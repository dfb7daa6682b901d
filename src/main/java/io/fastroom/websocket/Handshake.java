package io.fastroom.websocket;

import io.fastroom.auth.QueryToken;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.net.OriginPolicy;
import io.fastroom.settings.Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** What a request needs to become a socket: the form of RFC 6455, an allowed origin and a token. Any thread. */
final class Handshake {
  static final String VERSION_HEADER = "Sec-WebSocket-Version";
  static final String VERSION = "13";
  private static final String WEBSOCKET = "websocket";
  private static final String KEY_HEADER = "Sec-WebSocket-Key";
  private static final int KEY_BYTES = 16;
  private static final int KEY_LENGTH = 24;

  private final OriginPolicy origins;
  private final boolean queryToken;

  Handshake(Settings settings) {
    this.origins = new OriginPolicy(settings.webSocket().origins(), settings);
    this.queryToken = settings.webSocket().queryToken();
  }

  /** @throws Refused when the request may not become a socket, whatever its token */
  void check(HttpServerRequest request) {
    checkForm(request);
    if (!origins.allows(request)) {
      throw new Refused(Problem.ORIGIN_NOT_ALLOWED, "Pages of this origin may not open sockets here");
    }
  }

  private static void checkForm(HttpServerRequest request) {
    if (request.method() != HttpMethod.GET) {
      throw new Refused(Problem.METHOD_NOT_ALLOWED, "Sockets are opened with GET");
    }
    if (request.version() == HttpVersion.HTTP_2) {
      throw new Refused(Problem.BAD_REQUEST, "Sockets are opened over HTTP/1.1");
    }
    // Without a version Netty would fall back to a draft of the protocol whose frames differ.
    if (!request.canUpgradeToWebSocket() || !lists(request, HttpHeaders.CONNECTION, HttpHeaders.UPGRADE.toString())
        || !lists(request, HttpHeaders.UPGRADE, WEBSOCKET)
        || !request.headers().getAll(VERSION_HEADER).equals(List.of(VERSION))) {
      throw new Refused(Problem.UPGRADE_REQUIRED, "This address speaks WebSocket only, version " + VERSION);
    }
    if (!isKey(request.headers().getAll(KEY_HEADER)) || hasBody(request) || !isUri(request.uri())) {
      throw new Refused(Problem.BAD_REQUEST, "The WebSocket handshake is not valid");
    }
    // The library looks only at the first of several header lines, and answers by itself when it refuses it.
    request.headers().set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE).set(HttpHeaders.UPGRADE, WEBSOCKET);
  }

  /** Others may stand beside it. The library looks for it anywhere in the header, within a longer word as well. */
  private static boolean lists(HttpServerRequest request, CharSequence header, String wanted) {
    return Arrays.stream(String.join(",", request.headers().getAll(header)).split(","))
        .anyMatch(item -> item.strip().equalsIgnoreCase(wanted));
  }

  private static boolean isKey(List<String> keys) {
    try {
      return keys.size() == 1 && keys.get(0).length() == KEY_LENGTH
          && Base64.getDecoder().decode(keys.get(0)).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length != null && !length.equals("0") || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private static boolean isUri(String text) {
    try {
      return new URI(text) != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * The access token, from any of the three places where it may be; null when there is none.
   *
   * @throws Refused when it is in a place that the settings do not allow
   */
  String token(HttpServerRequest request) {
    String token = QueryToken.of(request.query());
    if (token != null && !queryToken) {
      throw new Refused(Problem.UNAUTHORIZED, "A token in the query string is not taken here");
    }
    if (token != null) {
      return token;
    }
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return header.substring(7).trim();
    }
    String[] protocols = String.join(",", request.headers().getAll("Sec-WebSocket-Protocol")).split(",");
    boolean ours = protocols.length > 1 && protocols[0].trim().equals(WebSocketVerticle.SUBPROTOCOL);
    return ours ? protocols[1].trim() : null;
  }
}
