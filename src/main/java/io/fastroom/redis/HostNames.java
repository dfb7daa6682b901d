package io.fastroom.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names with {@code _}, as Docker gives them: a URI takes none for a host, so the library is given the address. Any
 * thread.
 */
final class HostNames {
  private static final Pattern UNDERSCORED =
      Pattern.compile("(rediss?://(?:[^@/]*@)?)([\\w.-]*_[\\w.-]*)((?::\\d+)?(?:/.*)?)");

  private HostNames() { }

  /** @param endpoint a URL; @return the same, or with an address in place of such a name */
  static Future<String> resolved(Vertx vertx, String endpoint) {
    Matcher parts = UNDERSCORED.matcher(endpoint);
    if (!parts.matches()) {
      return Future.succeededFuture(endpoint);
    }
    return vertx.executeBlocking(() -> InetAddress.getByName(parts.group(2)).getHostAddress())
        .map(address -> parts.group(1) + (address.contains(":") ? "[" + address + "]" : address) + parts.group(3));
  }
}
