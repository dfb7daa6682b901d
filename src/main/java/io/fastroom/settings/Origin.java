package io.fastroom.settings;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page comes from. Immutable.
 *
 * @param scheme http or https
 * @param host in its {@link HostName#normal one form}
 * @param port never left out
 */
public record Origin(String scheme, String host, int port) {
  private static final Pattern FORM = Pattern.compile("(?i)(https?)://(.+)");
  private static final Pattern URL = Pattern.compile("(?i)(https?://[^/?#\\s]+)(/[^?#\\s]*)?");

  /** @return null for what cannot be the origin of a page in a browser, such as {@code null} */
  public static Origin parse(String text) {
    Matcher form = FORM.matcher(text);
    Authority authority = form.matches() ? Authority.parse(form.group(2)) : null;
    return authority == null ? null : authority.at(form.group(1).toLowerCase(Locale.ROOT));
  }

  /**
   * The origin of the pages under a URL.
   *
   * @throws IllegalArgumentException when it is no URL of a site
   */
  public static Origin ofUrl(String url) {
    Matcher form = URL.matcher(url);
    Origin origin = form.matches() ? parse(form.group(1)) : null;
    if (origin == null) {
      throw new IllegalArgumentException(url + " is no URL of a site");
    }
    return origin;
  }

  /**
   * A host, as {@code Host} names it.
   *
   * @param port −1 when it is left out
   */
  public record Authority(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]/?#@\\\\]+)(?::(\\d{1,5}))?");

    /** @return null when it is none */
    public static Authority parse(String text) {
      Matcher form = FORM.matcher(text);
      String host = form.matches() ? HostName.normal(form.group(1)) : null;
      int port = host == null || form.group(2) == null ? -1 : Integer.parseInt(form.group(2));
      return host == null || port == 0 || port > 65_535 ? null : new Authority(host, port);
    }

    public boolean isAddress() {
      return HostName.isAddress(host);
    }

    public Origin at(String scheme) {
      return new Origin(scheme, host, port >= 0 ? port : standardPort(scheme));
    }
  }

  public static int standardPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }
}
