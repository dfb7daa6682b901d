package io.fastroom.settings;

import java.net.IDN;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where PostgreSQL is, read from a URL as libpq reads it: {@code postgresql://}, {@code postgres://} or
 * {@code postgresql+asyncpg://}, one host or several, percent-encoded where needed. Immutable.
 *
 * @param target which kind of host is accepted, null when the URL does not say
 * @param session settings of the server that hold for every statement, by name, in the order they were given
 * @param startOptions what {@code options} has beside settings, null for nothing
 * @param applicationName null when none is given
 * @param connectSeconds how long a host may take to answer, 0 when the URL does not say
 * @param userTimeoutMillis of TCP, 0 for the system's
 */
public record DatabaseUrl(List<Host> hosts, String database, String user, String password, Target target,
                          DatabaseTls tls, Map<String, String> session, String startOptions, String applicationName,
                          int connectSeconds, boolean keepAlive, int userTimeoutMillis, boolean channelBinding) {
  static final int DEFAULT_PORT = 5432;
  private static final Pattern SCHEME = Pattern.compile("(?:postgresql(?:\\+[a-z0-9]+)?|postgres)://(.*)");
  private static final Pattern PARTS =
      Pattern.compile("(?:(?<account>[^/?]*)@)?(?<hosts>[^/?@]*)(?:/(?<database>[^?@]*))?(?:\\?(?<query>.*))?");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})|%00");
  private static final Pattern HOST = Pattern.compile("(?:\\[(?<v6>[^\\[\\]]*)]|(?<name>[^:\\[\\]]*))(?::(?<port>[^:]*))?");

  /** @param name a host name in ASCII, an address, or the folder of a Unix socket, which begins with a slash */
  public record Host(String name, int port) {
    public boolean isSocket() {
      return name.startsWith("/");
    }

    /** As it stands in a URL. */
    @Override
    public String toString() {
      return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
  }

  /** {@code target_session_attrs}. */
  public enum Target {
    ANY, READ_WRITE, READ_ONLY, PRIMARY, STANDBY, PREFER_STANDBY;

    /** Whether a server of this kind is accepted. */
    public boolean takes(boolean inRecovery, boolean readOnly) {
      return switch (this) {
        case ANY, PREFER_STANDBY -> true;
        case READ_WRITE -> !readOnly && !inRecovery;
        case READ_ONLY -> readOnly || inRecovery;
        case PRIMARY -> !inRecovery;
        case STANDBY -> inRecovery;
      };
    }
  }

  /** @throws IllegalArgumentException saying what is wrong, without the password */
  public static DatabaseUrl parse(String url) {
    Matcher scheme = SCHEME.matcher(url);
    if (!scheme.matches()) {
      throw new IllegalArgumentException("a database URL begins with postgresql:// or postgres://");
    }
    Matcher parts = PARTS.matcher(scheme.group(1));
    if (!parts.matches() || url.chars().anyMatch(c -> c <= ' ' || c == '#' || c == '\\' || c == 0x7f)) {
      throw new IllegalArgumentException("the database URL is malformed; special characters are percent-encoded");
    }
    Map<String, String> given = query(parts.group("query"));
    String[] account = parts.group("account") == null ? new String[] {""} : parts.group("account").split(":", 2);
    put(given, "user", decode(account[0]));
    put(given, "password", account.length == 1 ? "" : decode(account[1]));
    put(given, "dbname", parts.group("database") == null ? "" : decode(parts.group("database")));
    List<Host> hosts = given.containsKey("host")
        ? named(given.remove("host"), given.remove("port")) : hosts(parts.group("hosts"), given.remove("port"));
    return DatabaseParameters.read(hosts, given);
  }

  /** The query's value wins, as with libpq. */
  private static void put(Map<String, String> given, String name, String value) {
    if (!value.isEmpty()) {
      given.putIfAbsent(name, value);
    }
  }

  private static List<Host> hosts(String text, String port) {
    List<Host> hosts = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      Matcher host = HOST.matcher(one);
      if (!host.matches()) {
        throw new IllegalArgumentException(
            "the database URL has a malformed host; an IPv6 address stands in [ ], special characters are percent-encoded");
      }
      String name = decode(host.group("v6") == null ? host.group("name") : host.group("v6"));
      hosts.add(host(name, host.group("port") == null ? port : host.group("port")));
    }
    return List.copyOf(hosts);
  }

  /** {@code host=a,b&port=1,2}: one port for each, or one for all. */
  private static List<Host> named(String names, String ports) {
    String[] name = names.split(",", -1);
    String[] port = ports == null ? new String[] {""} : ports.split(",", -1);
    if (port.length != 1 && port.length != name.length) {
      throw new IllegalArgumentException("the database URL has " + name.length + " hosts and " + port.length + " ports");
    }
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < name.length; i++) {
      hosts.add(host(name[i], port[port.length == 1 ? 0 : i]));
    }
    return List.copyOf(hosts);
  }

  private static Host host(String name, String port) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the database URL names no host, or has unescaped characters before it");
    }
    int number = port == null || port.isEmpty() ? DEFAULT_PORT : number(port);
    if (name.startsWith("/")) {
      return new Host(name, number);
    }
    try {
      // Not checked as strict host names: those of Docker and of Windows have underscores.
      String ascii = name.contains(":") ? name : IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
      if (!ascii.isEmpty() && ascii.chars().noneMatch(c -> c <= ' ' || "/@\"'<>\\^`{|}".indexOf(c) >= 0)) {
        return new Host(ascii, number);
      }
    } catch (IllegalArgumentException e) {
      // Reported below, with everything else a host cannot be.
    }
    throw new IllegalArgumentException("the database URL has a host that can be none");
  }

  private static int number(String port) {
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
      throw new IllegalArgumentException("the database URL has a port that is no number from 1 to 65535");
    }
    return Integer.parseInt(port);
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
    }
    return query;
  }

  /** Strict: text that is not UTF-8 or not hexadecimal is refused, and a plus stays a plus. */
  private static String decode(String text) {
    String decoded = BAD_ESCAPE.matcher(text).find() ? "\uFFFD"
        : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    if (decoded.indexOf('\uFFFD') >= 0) {
      throw new IllegalArgumentException("the database URL has a percent sign that encodes nothing");
    }
    return decoded;
  }

  /** What the node needs when the URL does not say: the host, of one or several, that accepts writes. */
  public DatabaseUrl writable() {
    return target != null ? this : new DatabaseUrl(hosts, database, user, password, Target.READ_WRITE, tls, session,
        startOptions, applicationName, connectSeconds, keepAlive, userTimeoutMillis, channelBinding);
  }

  /** Without the password: it may be logged. */
  @Override
  public String toString() {
    return user + "@" + hosts.stream().map(Host::toString).collect(Collectors.joining(",")) + "/" + database;
  }
}
