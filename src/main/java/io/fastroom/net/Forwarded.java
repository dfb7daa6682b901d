package io.fastroom.net;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;

/** What proxies say about their clients in headers. Any thread. */
public final class Forwarded {
  static final String HOST = "X-Forwarded-Host";
  static final String PROTO = "X-Forwarded-Proto";
  static final String FOR = "X-Forwarded-For";
  private static final String STANDARD = "Forwarded";
  private static final List<String> ALL = List.of(FOR, HOST, PROTO, STANDARD, "X-Real-IP", "Via");

  private Forwarded() { }

  /** Whether there is a proxy in between. No page can make its browser send one of these headers with a handshake. */
  public static boolean isProxied(HttpServerRequest request) {
    return ALL.stream().anyMatch(request.headers()::contains);
  }

  /** The header that claims something about the client, null when there is none. */
  static String claim(HttpServerRequest request) {
    return ALL.stream().limit(4).filter(request.headers()::contains).findFirst().orElse(null);
  }

  /** Whether the client's address is there in a form that nobody here reads, RFC 7239, and in no other. */
  static boolean isUnread(HttpServerRequest request) {
    return request.headers().contains(STANDARD) && !request.headers().contains(FOR);
  }

  /** What the proxy nearest to the client wrote, null when there is nothing. */
  static String first(HttpServerRequest request, String header) {
    String value = request.getHeader(header);
    String first = value == null ? "" : value.split(",", 2)[0].strip();
    return first.isEmpty() ? null : first;
  }

  static boolean saysTls(HttpServerRequest request) {
    String proto = first(request, PROTO);
    return proto != null && List.of("https", "wss").contains(proto.toLowerCase(Locale.ROOT));
  }
}
