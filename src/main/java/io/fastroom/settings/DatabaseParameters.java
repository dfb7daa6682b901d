package io.fastroom.settings;

import io.fastroom.settings.DatabaseUrl.Host;
import io.fastroom.settings.DatabaseUrl.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a database URL: those of libpq, and {@code ssl} and {@code currentSchema}, which other drivers
 * have. Each is honoured, or refused by name. Stateless apart from reading.
 */
final class DatabaseParameters {
  /** Known to libpq, but nothing here implements them. */
  private static final Set<String> REFUSED = Set.of("hostaddr", "passfile", "service", "servicefile", "require_auth",
      "sslcrl", "sslcrldir", "sslcertmode", "ssl_max_protocol_version", "requirepeer", "krbsrvname", "gsslib",
      "gssdelegation", "replication", "keepalives_idle", "keepalives_interval", "keepalives_count", "requiressl",
      "min_protocol_version", "max_protocol_version", "sslkeylogfile");
  /** For the server; its settings go into {@code options}. */
  private static final Set<String> SERVERS = Set.of("statement_timeout", "lock_timeout", "search_path", "timezone",
      "idle_in_transaction_session_timeout", "default_transaction_isolation", "work_mem", "jit");

  private final Map<String, String> given;

  private DatabaseParameters(Map<String, String> given) {
    this.given = given;
  }

  /** @param given by name, decoded; what is left in it afterwards was not understood */
  static DatabaseUrl read(List<Host> hosts, Map<String, String> given) {
    return new DatabaseParameters(given).read(hosts);
  }

  private DatabaseUrl read(List<Host> hosts) {
    String user = text("user", "postgres");
    Map<String, String> session = new LinkedHashMap<>();
    String startOptions = ServerOptions.read(text("options", ""), session);
    if (given.containsKey("currentSchema")) {
      session.put("search_path", given.remove("currentSchema"));
    }
    int connectSeconds = Math.max(0, number("connect_timeout", 0));
    boolean binding = one("channel_binding", "prefer", "disable", "prefer", "require").equals("require");
    String name = text("fallback_application_name", null);
    DatabaseUrl url = new DatabaseUrl(hosts, text("dbname", user), user, text("password", ""), target(), tls(hosts),
        Map.copyOf(session).isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(session), startOptions,
        text("application_name", name), connectSeconds == 1 ? 2 : connectSeconds,
        one("keepalives", "1", "0", "1").equals("1"), Math.max(0, number("tcp_user_timeout", 0)), binding);
    noOps();
    for (String left : given.keySet()) {
      throw new IllegalArgumentException(SERVERS.contains(left.toLowerCase(Locale.ROOT))
          ? "the database URL has the parameter " + left + ", which is a setting of the server: options=-c%20" + left
              + "%3D..."
          : REFUSED.contains(left) ? "the database URL has the parameter " + left + ", which FastRoom cannot honour"
          : "the database URL has the parameter " + left + ", which FastRoom does not know");
    }
    if (binding && url.tls().mode() == DatabaseTls.Mode.DISABLE) {
      throw new IllegalArgumentException("the database URL has channel_binding=require, which needs TLS");
    }
    return url;
  }

  /** Accepted when they ask for what is the case anyway; other values would not be honoured. */
  private void noOps() {
    one("client_encoding", "utf8", "utf8", "utf-8", "unicode", "auto");
    one("gssencmode", "disable", "disable", "prefer");
    one("sslnegotiation", "postgres", "postgres");
    one("sslcompression", "0", "0");
    one("sslsni", "1", "1");
    one("load_balance_hosts", "disable", "disable");
    one("ssl_min_protocol_version", "tlsv1.2", "", "tlsv1", "tlsv1.1", "tlsv1.2");
  }

  private Target target() {
    String text = one("target_session_attrs", "", "", "any", "read-write", "read-only", "primary", "standby",
        "prefer-standby");
    return text.isEmpty() ? null : Target.valueOf(text.replace('-', '_').toUpperCase(Locale.ROOT));
  }

  private DatabaseTls tls(List<Host> hosts) {
    String ssl = text("ssl", "");
    String mode = text("sslmode", switch (ssl) {
      case "true", "1" -> "require";
      case "false", "0" -> "disable";
      default -> ssl;
    });
    DatabaseTls tls = DatabaseTls.read(mode, new DatabaseTls.Files(text("sslrootcert", null),
        text("sslcert", null), text("sslkey", null), text("sslpassword", null)));
    // As with libpq, a Unix socket has no TLS.
    return hosts.stream().allMatch(Host::isSocket) ? DatabaseTls.NONE : tls;
  }

  private String text(String name, String byDefault) {
    String value = given.remove(name);
    return value == null || value.isEmpty() ? byDefault : value;
  }

  private int number(String name, int byDefault) {
    String text = text(name, String.valueOf(byDefault));
    if (!text.matches("-?\\d{1,9}")) {
      throw new IllegalArgumentException("the database URL has the parameter " + name + ", which must be a whole number");
    }
    return Integer.parseInt(text);
  }

  private String one(String name, String byDefault, String... allowed) {
    String value = text(name, byDefault).toLowerCase(Locale.ROOT);
    if (!List.of(allowed).contains(value)) {
      throw new IllegalArgumentException("the database URL has the parameter " + name + ", which can be "
          + String.join(", ", java.util.Arrays.stream(allowed).filter(word -> !word.isEmpty()).toList()));
    }
    return value;
  }
}
