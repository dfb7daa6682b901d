package io.fastroom.websocket;

import io.fastroom.net.OriginPolicy;
import io.fastroom.settings.Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** What a request must bring to become a socket: an allowed origin and, somewhere, a token. Thread: any. */
final class Handshake {
  private final OriginPolicy origins;

  Handshake(Settings settings) {
    this.origins = new OriginPolicy(settings.webSocket().origins(), settings);
  }

  boolean originAllowed(HttpServerRequest request) {
    return origins.allows(request);
  }

  /** The access token by any of its three ways, null when there is none. */
  static String token(HttpServerRequest request) {
    String token = request.getParam("access_token");
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
