package io.fastroom.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An entry of a list of origins: any origin, one origin, or, with {@code *.} before the host, all names below that host
 * (one label or more) but not the host itself. Immutable.
 *
 * @param host empty for any origin
 */
public record OriginPattern(String scheme, String host, int port, boolean below) {
  public static final String ALLOWED = "* or origins like https://chat.example.org, https://*.example.org or "
      + "http://localhost:3000";
  private static final Pattern FORM = Pattern.compile("(?i)(https?://)(\\*\\.)?([^*]+?)/?");

  /** @throws IllegalArgumentException for what could never be the origin of a page */
  public static OriginPattern parse(String text) {
    if (text.equals("*")) {
      return new OriginPattern("", "", 0, true);
    }
    Matcher form = FORM.matcher(text);
    Origin origin = form.matches() ? Origin.parse(form.group(1) + form.group(3)) : null;
    boolean below = origin != null && form.group(2) != null;
    if (origin == null || below && HostName.isAddress(origin.host())) {
      throw new IllegalArgumentException("no page has the origin " + text);
    }
    return new OriginPattern(origin.scheme(), origin.host(), origin.port(), below);
  }

  public boolean isAny() {
    return host.isEmpty();
  }

  public boolean matches(Origin origin) {
    return isAny() || origin.scheme().equals(scheme) && origin.port() == port
        && (below ? origin.host().endsWith("." + host) : origin.host().equals(host));
  }
}
