package io.fastroom.settings;

import com.ibm.icu.text.IDNA;
import io.netty.util.NetUtil;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The one form to which all spellings of a host are reduced, by the rules of browsers. Any thread. */
final class HostName {
  private static final IDNA BROWSERS = IDNA.getUTS46Instance(
      IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);
  /** Errors that browsers tolerate. */
  private static final Set<IDNA.Error> TOLERATED =
      EnumSet.of(IDNA.Error.HYPHEN_3_4, IDNA.Error.LEADING_HYPHEN, IDNA.Error.TRAILING_HYPHEN);
  private static final int MAX = 253;
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
  /** What browsers take for an address, in whatever notation. */
  private static final Pattern NUMBER_AT_END = Pattern.compile("(.*\\.)?(\\d+|0x[0-9a-f]*)");
  private static final Pattern ADDRESS = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  private HostName() { }

  /**
   * Lower case, punycode, IPv6 in brackets. A trailing dot makes no difference, and {@code _} is allowed, since
   * containers and services use it.
   *
   * @return null when no browser could reach such a host
   */
  static String normal(String host) {
    if (host.startsWith("[")) {
      return host.endsWith("]") ? ipv6(host.substring(1, host.length() - 1)) : null;
    }
    String name = ascii(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    if (name == null || name.length() > MAX || !NAME.matcher(name).matches()) {
      return null;
    }
    return NUMBER_AT_END.matcher(name).matches() && !isAddress(name) ? null : name;
  }

  static boolean isAddress(String normal) {
    return normal.startsWith("[") || ADDRESS.matcher(normal).matches() && NetUtil.isValidIpV4Address(normal);
  }

  private static String ipv6(String text) {
    byte[] bytes = text.indexOf('%') < 0 && NetUtil.isValidIpV6Address(text)
        ? NetUtil.createByteArrayFromIpAddressString(text) : null;
    return bytes == null ? null : "[" + NetUtil.bytesToIpAddress(bytes) + "]";
  }

  private static String ascii(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.chars().allMatch(c -> c < 0x80) && !lower.contains("xn--")) {
      return lower;
    }
    IDNA.Info info = new IDNA.Info();
    String ascii = BROWSERS.nameToASCII(host, new StringBuilder(), info).toString();
    return TOLERATED.containsAll(info.getErrors()) ? ascii : null;
  }
}
