package io.fastroom.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * REDIS_URL, understood. One server: {@code redis://[[user]:password@]host[:port][/db]}, {@code rediss://…} with TLS,
 * {@code unix://[[user]:password@]/path?db=0}. Sentinel:
 * {@code redis+sentinel://[user:password@]host:port,host:port/master[/db]}. Cluster:
 * {@code redis+cluster://host:port,host:port}, or several hosts without a suffix. {@code rediss+…} is TLS again.
 * Parameters: {@code db}, {@code tls_ca}, and for sentinels with a login of their own {@code sentinel_username} and
 * {@code sentinel_password}.
 *
 * @param endpoints one URL a server, as the client library takes them; of {@link Kind#SENTINEL} the sentinels, without
 *     a login
 * @param master the name sentinels know it by, else null
 * @param database 0 in a cluster
 * @param login {@code user:password@} as in a URL, empty for none
 * @param sentinelLogin the same for sentinels; null when theirs is {@code login}, if they ask for one at all
 * @param authority path of the PEM file with the authorities that servers' certificates are checked against, null for
 *     those of the JVM
 */
public record RedisUrl(Kind kind, List<String> endpoints, String master, int database, String login,
                       String sentinelLogin, String authority) {
  public enum Kind { SINGLE, SENTINEL, CLUSTER }

  private static final Pattern FORM =
      Pattern.compile("(rediss?)(?:\\+(sentinel|cluster))?://(?:([^/?]*)@)?([^@/?]+)(/[^?]*)?(?:\\?(.*))?");
  private static final Pattern SOCKET = Pattern.compile("unix:(?://(?:([^/?]*)@)?)?(/[^/?][^?]*)(?:\\?(.*))?");
  private static final Pattern HOST = Pattern.compile("(?:[\\w.-]+|\\[[0-9A-Fa-f:.%]+])(?::\\d{1,5})?");

  private static final int MAX_PORT = 65_535;

  /** @throws IllegalArgumentException saying what is allowed; it does not repeat the URL, which may hold a password */
  public static RedisUrl parse(String url) {
    if (url.startsWith("unix:")) {
      return socket(url);
    }
    Matcher parts = FORM.matcher(url);
    if (!parts.matches()) {
      throw bad("is none of these");
    }
    List<String> hosts = List.of(parts.group(4).split(",", -1));
    if (!hosts.stream().allMatch(host -> HOST.matcher(host).matches())) {
      throw bad("names a host that is none");
    }
    Kind kind = "sentinel".equals(parts.group(2)) ? Kind.SENTINEL
        : parts.group(2) != null || hosts.size() > 1 ? Kind.CLUSTER : Kind.SINGLE;
    List<String> path = parts.group(5) == null ? List.of()
        : Stream.of(parts.group(5).split("/")).filter(part -> !part.isEmpty()).toList();
    String master = null;
    if (kind == Kind.SENTINEL) {
      if (path.isEmpty()) {
        throw bad("names no master");
      }
      master = path.get(0);
      path = path.subList(1, path.size());
    }
    boolean tls = parts.group(1).equals("rediss");
    Map<String, String> parameters = parameters(parts.group(6) == null ? "" : parts.group(6), kind, tls);
    int database = path.isEmpty() ? database(parameters) : number(path);
    if (kind == Kind.CLUSTER && database != 0) {
      throw bad("names a database, but a cluster has only one");
    }
    String login = login(parts.group(3));
    String port = kind == Kind.SENTINEL ? ":26379" : ":6379";
    String prefix = parts.group(1) + "://" + (kind == Kind.SENTINEL ? "" : login);
    String suffix = kind == Kind.SINGLE ? "/" + database : "";
    List<String> endpoints =
        hosts.stream().map(host -> prefix + (host.matches(".*:\\d+") ? host : host + port) + suffix).toList();
    endpoints.forEach(endpoint -> check(kind == Kind.SENTINEL ? endpoint.replace("://", "://" + login) : endpoint));
    String authority = decoded(parameters.get("tls_ca"));
    if (authority != null && !holdsCertificates(authority)) {
      throw bad("has a tls_ca that is no readable PEM file");
    }
    return new RedisUrl(kind, endpoints, master, database, login, sentinelLogin(parameters), authority);
  }

  private static RedisUrl socket(String url) {
    Matcher parts = SOCKET.matcher(url);
    if (!parts.matches()) {
      throw bad("names no socket");
    }
    Map<String, String> parameters = parameters(parts.group(3) == null ? "" : parts.group(3), Kind.SINGLE, false);
    int database = database(parameters);
    String login = login(parts.group(1));
    String endpoint = "unix://" + parts.group(2) + (database == 0 ? "" : "?db=" + database);
    try {
      new URI(endpoint);
    } catch (URISyntaxException e) {
      throw bad("names a socket whose path is not percent-encoded");
    }
    decoded(login);
    return new RedisUrl(Kind.SINGLE, List.of(endpoint), null, database, login, null, null);
  }

  /** As the library is to read it: to it a plus in a login is a space. @param text null for none */
  private static String login(String text) {
    return text == null ? "" : text.replace("+", "%2B") + "@";
  }

  /** Whether it is a file of PEM certificates. */
  static boolean holdsCertificates(String path) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      return !CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty();
    } catch (IOException | CertificateException | InvalidPathException e) {
      return false;
    }
  }

  private static Map<String, String> parameters(String query, Kind kind, boolean tls) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&")) {
      String name = pair.replaceFirst("=.*", "");
      boolean known = switch (name) {
        case "db" -> kind != Kind.CLUSTER;
        case "tls_ca" -> tls;
        case "sentinel_username", "sentinel_password" -> kind == Kind.SENTINEL;
        default -> false;
      };
      if (!name.isEmpty() && !known) {
        throw bad("has a parameter that is not known here: " + name);
      }
      parameters.put(name, pair.substring(Math.min(pair.length(), name.length() + 1)));
    }
    return parameters;
  }

  private static String sentinelLogin(Map<String, String> parameters) {
    String password = parameters.get("sentinel_password");
    return password == null ? null
        : encoded(parameters.getOrDefault("sentinel_username", "")) + ":" + encoded(password) + "@";
  }

  /** What a parameter may have as it is, a login may not. */
  private static String encoded(String value) {
    return URLEncoder.encode(decoded(value), StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decoded(String value) {
    try {
      return value == null ? null : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Its message would repeat the password.
      throw bad("is not percent-encoded");
    }
  }

  /** Things at which the client library would fail only later. */
  private static void check(String endpoint) {
    try {
      // Names with _ are resolved before the library reads them.
      URI uri = new URI(endpoint.replace('_', '-'));
      if (uri.getHost() != null && uri.getPort() > 0 && uri.getPort() <= MAX_PORT) {
        return;
      }
    } catch (URISyntaxException e) {
      // Its message would repeat the password.
    }
    throw bad("names a host or port that is none, or a password that is not percent-encoded");
  }

  private static int number(List<String> path) {
    if (path.size() > 1 || !path.get(0).matches("\\d{1,4}")) {
      throw bad("names a database that is no number");
    }
    return Integer.parseInt(path.get(0));
  }

  private static int database(Map<String, String> parameters) {
    String db = parameters.get("db");
    return db == null ? 0 : number(List.of(db));
  }

  private static IllegalArgumentException bad(String why) {
    return new IllegalArgumentException(why + ": redis://[user:password@]host[:port][/db], rediss://…[?tls_ca=path], "
        + "unix://[user:password@]/path?db=0, "
        + "redis+sentinel://host:port,…/master[/db][?sentinel_username=…&sentinel_password=…], redis+cluster://host:port,…");
  }

  /** Whose login the library does not read. */
  public boolean isSocket() {
    return endpoints.get(0).startsWith("unix:");
  }

  /** Of {@link #login}; null for none. */
  public String user() {
    String user = login.replaceFirst("[:@].*", "");
    return user.isEmpty() ? null : decoded(user);
  }

  /** Of {@link #login}; null for none. */
  public String password() {
    return login.contains(":") ? decoded(login.substring(login.indexOf(':') + 1, login.length() - 1)) : null;
  }

  /** With the authority of REDIS_TLS_CA, unless it has one of its own. @param path null for none */
  public RedisUrl trusting(String path) {
    return authority != null || path == null ? this
        : new RedisUrl(kind, endpoints, master, database, login, sentinelLogin, path);
  }

  /** Another single server, with the same authority. */
  public RedisUrl one(String endpoint) {
    return new RedisUrl(Kind.SINGLE, List.of(endpoint), null, 0, login, null, authority);
  }

  /** A server that sentinels named. @param host a name or an address of either kind */
  public String named(String host, int port) {
    String scheme = endpoints.get(0).replaceFirst("://.*", "://");
    return scheme + login + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/" + database;
  }

  /** Another server with the credentials of a known one. @param host empty for the same host */
  public static String at(String endpoint, String host, int port) {
    Matcher known = FORM.matcher(endpoint);
    if (!known.matches()) {
      throw new IllegalArgumentException("no endpoint");
    }
    String there = !host.isEmpty() ? host.contains(":") ? "[" + host + "]" : host
        : known.group(4).replaceFirst(":\\d+$", "");
    return known.group(1) + "://" + (known.group(3) == null ? "" : known.group(3) + "@") + there + ":" + port;
  }

  /** The same server taken as a member of a cluster. */
  public RedisUrl asCluster() {
    return new RedisUrl(Kind.CLUSTER, endpoints.stream().map(url -> url.replaceFirst("/\\d+$", "")).toList(), null, 0,
        login, null, authority);
  }
}
