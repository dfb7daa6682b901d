package io.fastroom.settings;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address, or a network in CIDR notation. Nothing here queries DNS. Immutable. */
public final class AddressRange {
  public static final String ALLOWED = "addresses or CIDR ranges like 10.0.0.7, 10.0.0.0/8 or fd00::/8, no host names";
  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f.:]+)(?:/(0|[1-9]\\d{0,2}))?");
  /** Some programs read a number with a leading zero as octal, others reject it. */
  private static final Pattern OCTAL = Pattern.compile("(.*[.:])?0\\d+\\..*|.*\\.0\\d+(\\..*)?");
  /** The bits before an IPv4 address that is written as an IPv6 one. */
  private static final int MAPPED_BITS = 96;

  private final String text;
  private final IpSubnetFilterRule rule;

  private AddressRange(String text, IpSubnetFilterRule rule) {
    this.text = text;
    this.rule = rule;
  }

  /** @throws IllegalArgumentException for anything else */
  public static AddressRange parse(String text) {
    Matcher form = FORM.matcher(text);
    byte[] bytes = form.matches() && !OCTAL.matcher(form.group(1)).matches()
        ? NetUtil.createByteArrayFromIpAddressString(form.group(1)) : null;
    if (bytes == null) {
      throw new IllegalArgumentException(text + " is no address and no CIDR range");
    }
    InetAddress address = address(bytes);
    int bits = form.group(2) == null ? 8 * bytes.length : Integer.parseInt(form.group(2));
    // On a dual-stack socket such a peer appears as an IPv4 address.
    int shown = bits - (address.getAddress().length == bytes.length ? 0 : MAPPED_BITS);
    if (bits > 8 * bytes.length || shown < 0) {
      throw new IllegalArgumentException(text + " has a prefix that is too long or too short");
    }
    return new AddressRange(text, new IpSubnetFilterRule(address, shown, IpFilterRuleType.ACCEPT));
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  public boolean contains(InetAddress address) {
    return rule.matches(new InetSocketAddress(address, 0));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressRange range && range.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
