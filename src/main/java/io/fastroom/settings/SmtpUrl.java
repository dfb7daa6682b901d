package io.fastroom.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SMTP_URL, understood: {@code smtp://[user:password@]host[:port]}, port 25, or 587 with a login; {@code smtps://…} with
 * TLS from the first byte, port 465. Parameters: {@code starttls}, and {@code tls_ca}.
 *
 * @param username null when there is no login
 * @param password null when there is no login
 * @param authority path of the PEM file with the authorities that the server's certificate is checked against, null for
 *     those of the JVM
 */
public record SmtpUrl(String host, int port, boolean tls, StartTls startTls, String username, String password,
                      String authority) {
  /** Whether a connection without TLS goes on with it. */
  public enum StartTls { NEVER, OPTIONAL, REQUIRED }

  private static final Pattern FORM =
      Pattern.compile("(?i)(smtps?)://(?:([^/?@]*)@)?([^@/?]+)/?(?:\\?(.*))?");
  private static final int PLAIN_PORT = 25;
  private static final int SUBMISSION_PORT = 587;
  private static final int TLS_PORT = 465;

  /** @throws IllegalArgumentException saying what is allowed; it does not repeat the URL, which may hold a password */
  public static SmtpUrl parse(String url) {
    Matcher parts = FORM.matcher(url);
    if (!parts.matches()) {
      throw bad("is none of these");
    }
    Origin.Authority server = Origin.Authority.parse(parts.group(3));
    if (server == null) {
      throw bad("names a host that is none");
    }
    boolean tls = parts.group(1).equalsIgnoreCase("smtps");
    String[] login = parts.group(2) == null ? new String[0] : parts.group(2).split(":", 2);
    if (login.length == 1 || login.length == 2 && (login[0].isEmpty() || login[1].isEmpty())) {
      throw bad("has a login without a name or a password");
    }
    Map<String, String> parameters = parameters(parts.group(4), tls);
    String authority = parameters.get("tls_ca");
    if (authority != null && !RedisUrl.holdsCertificates(authority)) {
      throw bad("has a tls_ca that is no readable PEM file");
    }
    boolean named = login.length == 2;
    int port = tls ? TLS_PORT : named ? SUBMISSION_PORT : PLAIN_PORT;
    String host = server.host().replaceAll("[\\[\\]]", "");
    return new SmtpUrl(host, server.port() < 0 ? port : server.port(), tls,
        startTls(parameters.get("starttls"), named && !isThisMachine(host)), named ? decoded(login[0]) : null,
        named ? decoded(login[1]) : null, authority);
  }

  private static boolean isThisMachine(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /** A password goes to no other machine in clear, unless that is asked for. */
  private static StartTls startTls(String given, boolean carriesPassword) {
    try {
      return given != null ? StartTls.valueOf(given.toUpperCase(Locale.ROOT))
          : carriesPassword ? StartTls.REQUIRED : StartTls.OPTIONAL;
    } catch (IllegalArgumentException e) {
      throw bad("has a starttls that is not never, optional or required");
    }
  }

  private static Map<String, String> parameters(String query, boolean tls) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      String name = pair.replaceFirst("=.*", "");
      if (!name.equals("tls_ca") && (tls || !name.equals("starttls"))) {
        throw bad("has a parameter that is not known here: " + name);
      }
      parameters.put(name, decoded(pair.substring(Math.min(pair.length(), name.length() + 1))));
    }
    return parameters;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw bad("is not percent-encoded");
    }
  }

  private static IllegalArgumentException bad(String why) {
    return new IllegalArgumentException(why + ": smtp://[user:password@]host[:port][?starttls=never|optional|required], "
        + "smtps://[user:password@]host[:port], each with tls_ca=path");
  }
}
