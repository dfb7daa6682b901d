package io.fastroom.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * REDIS_URL, understood. One server: {@code redis://[[user]:password@]host[:port][/db]}, {@code rediss://…} with TLS,
 * {@code unix:///path?db=0}. Sentinel: {@code redis+sentinel://[user:password@]host:port,host:port/master[/db]}.
 * Cluster: {@code redis+cluster://host:port,host:port}, or several hosts without a suffix. {@code rediss+…} is TLS
 * again.
 *
 * @param endpoints one URL a server, as the client library takes them; sentinels for {@link Kind#SENTINEL}
 * @param master the name sentinels know it by, else null
 * @param database 0 in a cluster
 */
public record RedisUrl(Kind kind, List<String> endpoints, String master, int database) {
  public enum Kind { SINGLE, SENTINEL, CLUSTER }

  private static final Pattern FORM =
      Pattern.compile("(rediss?)(?:\\+(sentinel|cluster))?://(?:([^/?]*)@)?([^@/?]+)(/[^?]*)?(?:\\?(.*))?");
  private static final Pattern HOST = Pattern.compile("(?:[\\w.-]+|\\[[0-9A-Fa-f:.%]+])(?::\\d{1,5})?");
  private static final Pattern DATABASE = Pattern.compile("(?:^|&)db=(\\d{1,4})(?:&|$)");

  /** @throws IllegalArgumentException saying what is allowed; it does not repeat the URL, which may hold a password */
  public static RedisUrl parse(String url) {
    if (url.startsWith("unix:")) {
      return new RedisUrl(Kind.SINGLE, List.of(url), null, database(url.substring(url.indexOf('?') + 1)));
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
    int database = path.isEmpty() ? database(parts.group(6) == null ? "" : parts.group(6)) : number(path);
    if (kind == Kind.CLUSTER && database != 0) {
      throw bad("names a database, but a cluster has only one");
    }
    String prefix = parts.group(1) + "://" + (parts.group(3) == null ? "" : parts.group(3) + "@");
    String port = kind == Kind.SENTINEL ? ":26379" : ":6379";
    String suffix = kind == Kind.CLUSTER ? "" : "/" + database;
    List<String> endpoints =
        hosts.stream().map(host -> prefix + (host.matches(".*:\\d+") ? host : host + port) + suffix).toList();
    endpoints.forEach(RedisUrl::check);
    return new RedisUrl(kind, endpoints, master, database);
  }

  /** What the client library would fail at later. */
  private static void check(String endpoint) {
    try {
      if (new URI(endpoint).getHost() != null) {
        return;
      }
    } catch (URISyntaxException e) {
      // Its message would repeat the password.
    }
    throw bad("names a host that is none, or a password that is not percent-encoded");
  }

  private static int number(List<String> path) {
    if (path.size() > 1 || !path.get(0).matches("\\d{1,4}")) {
      throw bad("names a database that is no number");
    }
    return Integer.parseInt(path.get(0));
  }

  private static int database(String query) {
    Matcher db = DATABASE.matcher(query);
    return db.find() ? Integer.parseInt(db.group(1)) : 0;
  }

  private static IllegalArgumentException bad(String why) {
    return new IllegalArgumentException(why + ": redis://[user:password@]host[:port][/db], rediss://…, "
        + "unix:///path?db=0, redis+sentinel://host:port,…/master[/db], redis+cluster://host:port,…");
  }

  /** One server, by an endpoint. */
  public static RedisUrl one(String endpoint) {
    return new RedisUrl(Kind.SINGLE, List.of(endpoint), null, 0);
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
    return new RedisUrl(Kind.CLUSTER, endpoints.stream().map(url -> url.replaceFirst("/\\d+$", "")).toList(), null, 0);
  }
}
