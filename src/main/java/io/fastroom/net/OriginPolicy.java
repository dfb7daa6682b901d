package io.fastroom.net;

import io.fastroom.settings.Origin;
import io.fastroom.settings.Origin.Authority;
import io.fastroom.settings.OriginPattern;
import io.fastroom.settings.Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Set;

/**
 * Which pages' browsers may talk to us: those of the same origin, those listed, and any page of this machine while
 * everything is embedded. Sockets and CORS share the policy. A client without {@code Origin} is not a browser and is
 * let through.
 *
 * <p>Decision record 007 explains what the same origin is behind proxies, and which risk is taken. Immutable; any
 * thread.
 */
public final class OriginPolicy {
  private static final Set<String> LOCALHOST = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String FETCH_SITE = "Sec-Fetch-Site";

  private final List<OriginPattern> listed;
  private final boolean any;
  private final boolean localhost;
  private final Origin publicOrigin;
  private final TrustedProxies proxies;

  /** @param origins allowed besides the same one */
  public OriginPolicy(List<OriginPattern> origins, Settings settings) {
    this.any = origins.stream().anyMatch(OriginPattern::isAny);
    this.localhost = settings.node().embedded();
    this.listed = List.copyOf(origins);
    this.publicOrigin = settings.http().publicUrl() == null ? null : Origin.ofUrl(settings.http().publicUrl());
    this.proxies = new TrustedProxies(settings.http().trustedProxies());
  }

  /** Whether every page is allowed, of whatever origin. */
  public boolean allowsAny() {
    return any;
  }

  /** Whether the answer to one page may differ from that to another. */
  public boolean distinguishes() {
    return !any && (localhost || publicOrigin != null || !listed.isEmpty());
  }

  /** Whether pages of this origin may read our answers, by whatever address they reached us. */
  public boolean lists(String header) {
    Origin origin = any ? null : Origin.parse(header);
    return any || origin != null && lists(origin);
  }

  private boolean lists(Origin origin) {
    return origin.equals(publicOrigin) || localhost && LOCALHOST.contains(origin.host())
        || listed.stream().anyMatch(pattern -> pattern.matches(origin));
  }

  /** Whether the page that makes this request may have a socket. */
  public boolean allows(HttpServerRequest request) {
    List<String> headers = request.headers().getAll(HttpHeaders.ORIGIN);
    if (headers.isEmpty() || any) {
      return true;
    }
    Origin origin = headers.size() > 1 ? null : Origin.parse(headers.get(0));
    return origin != null && (lists(origin) || isSame(origin, request));
  }

  private boolean isSame(Origin origin, HttpServerRequest request) {
    boolean trusted = proxies.contains(request.remoteAddress());
    boolean proxied = trusted || Forwarded.isProxied(request);
    boolean tls = trusted && Forwarded.saysTls(request) || !proxied && request.isSSL();
    if (tls && !origin.scheme().equals("https")) {
      return false;
    }
    String site = request.getHeader(FETCH_SITE);
    if ("same-origin".equals(site)) {
      return true;
    }
    Authority ours = ours(request, trusted);
    if (ours == null || !ours.host().equals(origin.host())) {
      return false;
    }
    // TLS may end at a proxy, so a missing port is the default port of the origin's scheme.
    return ours.at(origin.scheme()).equals(origin)
        || site == null && mayHaveLostItsPort(ours, request) && !ours.host().equals(publicHost());
  }

  private String publicHost() {
    return publicOrigin == null ? null : publicOrigin.host();
  }

  /** The name by which the page knows us, null when the request does not say. */
  private static Authority ours(HttpServerRequest request, boolean trusted) {
    String forwarded = trusted ? Forwarded.first(request, Forwarded.HOST) : null;
    String host = forwarded == null ? request.getHeader(HttpHeaders.HOST) : forwarded;
    return host == null ? null : Authority.parse(host);
  }

  /**
   * Whether a proxy may have removed the port (nginx's {@code $host}) or replaced it by the one at which it reaches us
   * ({@code $host:$proxy_port}). A browser that reaches us directly names our port unless it is its scheme's default.
   */
  private static boolean mayHaveLostItsPort(Authority ours, HttpServerRequest request) {
    SocketAddress local = request.localAddress();
    int port = local == null ? -1 : local.port();
    return ours.port() < 0
        ? port != Origin.standardPort(request.isSSL() ? "https" : "http") || Forwarded.isProxied(request)
        : ours.port() == port && Forwarded.isProxied(request);
  }
}
