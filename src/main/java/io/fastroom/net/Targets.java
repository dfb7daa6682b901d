package io.fastroom.net;

import io.fastroom.settings.AddressRange;
import io.fastroom.settings.AllowedTarget;
import io.fastroom.settings.Origin.Authority;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * To which addresses the node may be sent by others: to public ones, and to those that the settings name. A name is
 * resolved each time, and who asks connects to the very address that was looked at, so that a name cannot change in
 * between.
 *
 * <p>Thread: any. Limits: {@link NameLookups}.
 */
public final class Targets {
  private static final int MAX_URL = 2_048;
  /** The library takes no name with {@code _} for a host, nor one that is not ASCII; only the host may be that. */
  private static final Pattern URL = Pattern.compile("(?i)(https?)://([^/?#]+?):?((?:[/?][!-~&&[^#]]*)?)");
  /** Special purpose by the registries of IANA, and IPv6 that leads to an IPv4 address which nobody has looked at. */
  private static final List<AddressRange> REFUSED = Stream.of("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
      "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
      "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4").map(AddressRange::parse).toList();
  /** Of IPv6 only what is given out as public, without documentation and tunnels. */
  private static final AddressRange PUBLIC_6 = AddressRange.parse("2000::/3");
  private static final List<AddressRange> REFUSED_6 = Stream.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
      .map(AddressRange::parse).toList();

  private final List<AllowedTarget> allowed;
  private final NameLookups lookups;

  /** @param most how many names may be looked up at once; more fail */
  public Targets(Vertx vertx, List<AllowedTarget> allowed, int most) {
    this.allowed = List.copyOf(allowed);
    this.lookups = new NameLookups(vertx, most);
  }

  /** A name or an address leads where nobody may be sent. */
  public static final class Forbidden extends RuntimeException {
    private static final long serialVersionUID = 1;

    Forbidden(String host) {
      super(host + " has no public address", null, false, false);
    }
  }

  /**
   * What a URL leads to.
   *
   * @param host in its one form, in which it is resolved and told to the receiver: ASCII, IPv6 in brackets
   * @param port 0 when it is left out
   * @param uri path and query
   */
  public record Destination(boolean tls, String host, int port, String uri) { }

  /** @throws IllegalArgumentException when it is no URL of HTTP; the message says what is wrong */
  public static Destination parse(String url) {
    Matcher form = URL.matcher(url.length() <= MAX_URL ? url : "");
    Authority authority = form.matches() ? Authority.parse(form.group(2)) : null;
    if (authority == null || !isUri(form.group(3))) {
      throw new IllegalArgumentException("must be a URL like https://example.org/hook, without user and fragment");
    }
    return new Destination(form.group(1).equalsIgnoreCase("https"), authority.host(), Math.max(0, authority.port()),
        form.group(3).startsWith("/") ? form.group(3) : "/" + form.group(3));
  }

  private static boolean isUri(String rest) {
    try {
      return new URI("http://host" + rest).getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * The address to connect to. Fails with {@link Forbidden} when any address of the host is not allowed, and with
   * UnknownHostException when it has none.
   */
  public Future<InetAddress> resolve(Destination to) {
    String host = to.host();
    return lookups.addresses(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
        .map(found -> checked(host, found));
  }

  /** How many names are being looked up now. */
  public int resolving() {
    return lookups.underWay();
  }

  private InetAddress checked(String host, InetAddress[] addresses) {
    boolean named = allowed.stream().anyMatch(each -> host.equals(each.name()));
    if (!named && !Arrays.stream(addresses).allMatch(this::isAllowed)) {
      throw new Forbidden(host);
    }
    return addresses[0];
  }

  private boolean isAllowed(InetAddress address) {
    return isPublic(address)
        || allowed.stream().anyMatch(each -> each.addresses() != null && each.addresses().contains(address));
  }

  static boolean isPublic(InetAddress address) {
    return address instanceof Inet6Address
        ? PUBLIC_6.contains(address) && REFUSED_6.stream().noneMatch(range -> range.contains(address))
        : REFUSED.stream().noneMatch(range -> range.contains(address));
  }
}
