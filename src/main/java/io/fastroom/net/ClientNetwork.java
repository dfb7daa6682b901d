package io.fastroom.net;

/**
 * The network of a client, as rate limits count it.
 *
 * @param host the address; for IPv6 the 64-bit network that one customer has
 * @param site for IPv6 the 48-bit network that one site may have, null for IPv4
 */
public record ClientNetwork(String host, String site) {
  @Override
  public String toString() {
    return host;
  }
}
