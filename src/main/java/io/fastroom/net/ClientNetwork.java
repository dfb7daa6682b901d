package io.fastroom.net;

/**
 * Where a client is, as it is counted.
 *
 * @param host the address; of IPv6 the network of 64 bits that one customer has
 * @param site of IPv6 the network of 48 bits that one site may have, null for IPv4
 */
public record ClientNetwork(String host, String site) {
  @Override
  public String toString() {
    return host;
  }
}
