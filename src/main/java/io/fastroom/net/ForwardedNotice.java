package io.fastroom.net;

import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs once for each peer that what it says about its clients is not believed, or not in a header that is read. Otherwise,
 * with a load balancer missing from the settings, or one that says {@code Forwarded} alone, all its clients would count as
 * one without anybody seeing why. One for all edges of a node.
 *
 * <p>Thread: any. Limits: {@value #MAX_PEERS} peers, since anybody can send such a header.
 */
public final class ForwardedNotice {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.edge");
  private static final int MAX_PEERS = 32;

  private final TrustedProxies proxies;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  public ForwardedNotice(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  public void see(HttpServerRequest request) {
    String claim = Forwarded.claim(request);
    if (claim == null || request.remoteAddress() == null) {
      return;
    }
    boolean trusted = proxies.contains(request.remoteAddress());
    String peer = request.remoteAddress().hostAddress();
    if (trusted && !Forwarded.isUnread(request) || peer == null || told.size() >= MAX_PEERS || !told.add(peer)) {
      return;
    }
    if (trusted) {
      LOG.warn("Forwarded from {} is not read, and all behind that address count as one: let it send X-Forwarded-For", peer);
    } else {
      LOG.warn("{} from {} is not believed, and all behind that address count as one: if it is your proxy, name it in "
          + "TRUSTED_PROXIES", claim, peer);
    }
  }
}
