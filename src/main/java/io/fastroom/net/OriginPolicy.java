package io.fastroom.net;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which browser pages may open a socket: those of the same origin, those listed, and any page of this machine while
 * everything is embedded. A client without {@code Origin} is no browser and passes. Thread: any.
 */
public final class OriginPolicy {
  private static final Set<String> LOCALHOST = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> allowed = new HashSet<>();
  private final boolean any;
  private final boolean localhost;

  /**
   * @param origins {@code *} is any
   * @param localhost whether this machine may, from any port
   */
  public OriginPolicy(List<String> origins, boolean localhost) {
    this.any = origins.contains("*");
    this.localhost = localhost;
    for (String origin : origins) {
      URI uri = parse(origin);
      if (uri != null) {
        allowed.add(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + hostAndPort(uri));
      }
    }
  }

  /**
   * @param origin the header, null when there is none
   * @param host host and optional port under which the client knows us, null when it did not say
   */
  public boolean allows(String origin, String host) {
    if (origin == null || any) {
      return true;
    }
    URI uri = parse(origin);
    if (uri == null) {
      return false;
    }
    // TLS may end before us, so the port a host leaves out is the one the origin's scheme has.
    URI ours = host == null ? null : parse(uri.getScheme() + "://" + host);
    return ours != null && hostAndPort(ours).equals(hostAndPort(uri))
        || allowed.contains(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + hostAndPort(uri))
        || localhost && LOCALHOST.contains(uri.getHost().toLowerCase(Locale.ROOT));
  }

  private static URI parse(String origin) {
    try {
      URI uri = new URI(origin);
      return uri.getScheme() == null || uri.getHost() == null ? null : uri;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static String hostAndPort(URI uri) {
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    return uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
  }
}
