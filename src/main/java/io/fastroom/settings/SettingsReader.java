package io.fastroom.settings;

import static io.fastroom.settings.Setting.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads {@link Settings} from the environment, then {@code .env}, then {@code conf/fastroom.properties}: the first that
 * has a value wins, and an empty value is none.
 */
public final class SettingsReader {
  private final Map<String, String> values;
  private final int cores;

  /** @param values by name; @param cores what defaults are reckoned from */
  SettingsReader(Map<String, String> values, int cores) {
    this.values = values;
    this.cores = cores;
  }

  /** @throws BadSetting when a value is not allowed */
  public static Settings read(Map<String, String> environment, Path folder) {
    Map<String, String> values = new HashMap<>();
    for (Map<String, String> source : List.of(file(folder.resolve("conf/fastroom.properties")),
        file(folder.resolve(".env")), environment)) {
      source.forEach((name, value) -> {
        if (!value.isBlank()) {
          values.put(name.equals("redis_url") ? "REDIS_URL" : name, value.strip());
        }
      });
      // Within one source the upper-case name wins, as the documented one.
      if (!source.getOrDefault("REDIS_URL", "").isBlank()) {
        values.put("REDIS_URL", source.get("REDIS_URL").strip());
      }
    }
    return new SettingsReader(values, Runtime.getRuntime().availableProcessors()).settings();
  }

  /** Lines of {@code NAME=value}, optionally quoted or after {@code export}; {@code #} begins a comment line. */
  private static Map<String, String> file(Path path) {
    Map<String, String> values = new HashMap<>();
    if (!Files.isRegularFile(path)) {
      return values;
    }
    try {
      for (String line : Files.readAllLines(path)) {
        String[] pair = line.strip().replaceFirst("^export\\s+", "").split("=", 2);
        if (pair.length == 2 && !pair[0].startsWith("#")) {
          values.put(pair[0].strip(), pair[1].strip().replaceFirst("^([\"'])(.*)\\1$", "$2"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be read", e);
    }
    return values;
  }

  Settings settings() {
    String database = url(DATABASE_URL, DatabaseUrl::parse);
    String redis = url(REDIS_URL, RedisUrl::parse);
    int port = number(PORT);
    return new Settings(
        new Settings.Http(text(HOST), port, list(CORS_ORIGINS), list(TRUSTED_PROXIES), number(AUTH_RATE_PER_MINUTE),
            tls(TLS_CERTIFICATE, TLS_KEY), tls(TLS_KEY, TLS_CERTIFICATE), number(CONNECTIONS_PER_ADDRESS)),
        new Settings.Management(text(MANAGEMENT_HOST), number(MANAGEMENT_PORT, beside(port))),
        new Settings.Database(database, url(DATABASE_REPLICA_URL, DatabaseUrl::parse),
            number(DATABASE_POOL_SIZE, Math.min(32, Math.max(8, 2 * cores)))),
        new Settings.Redis(redis),
        new Settings.Tokens(secret(database), list(FASTROOM_PREVIOUS_SECRETS),
            Duration.ofSeconds(number(ACCESS_TOKEN_EXP_SECONDS)), Duration.ofSeconds(number(REFRESH_TOKEN_EXP_SECONDS))),
        new Settings.WebSocket(Duration.ofSeconds(number(WS_HEARTBEAT_INTERVAL)), heartbeatTtl(), number(WS_CHAT_RATE),
            number(WS_MESSAGE_RATE), number(WS_MAX_ROOMS), number(WS_MAX_SOCKETS_PER_USER), list(WS_ORIGINS)),
        new Settings.Verticles(number(EDGE_INSTANCES, Math.min(64, cores)),
            number(PERSISTENCE_INSTANCES, Math.min(64, Math.max(1, cores / 2))),
            number(PRESENCE_INSTANCES, Math.min(64, Math.max(1, cores / 4)))),
        new Settings.Logs(level(), text(LOG_FORMAT).equalsIgnoreCase("json")),
        serverId(), bool(DEBUG), bool(FASTROOM_TEST), Duration.ofSeconds(number(DRAIN_SECONDS)),
        database == null && redis == null, Path.of(text(DATA_DIR)));
  }

  /** A URL that its own reader understands. */
  private String url(Setting setting, Consumer<String> reader) {
    String url = text(setting);
    try {
      if (url != null) {
        reader.accept(url);
      }
      return url;
    } catch (IllegalArgumentException e) {
      throw new BadSetting(setting, url, e.getMessage());
    }
  }

  private static int beside(int port) {
    return port + 1000 <= 65535 ? port + 1000 : port - 1000;
  }

  /** Whoever knows the default secret signs tokens at will: beside a real database only one who says DEBUG=true may. */
  private String secret(String database) {
    boolean development = database == null || values.containsKey(DEBUG.name()) && bool(DEBUG);
    for (String previous : list(FASTROOM_PREVIOUS_SECRETS)) {
      if (!development && previous.equals(FASTROOM_SECRET.byDefault)) {
        throw new BadSetting(FASTROOM_PREVIOUS_SECRETS, "", "not the default secret beside a real DATABASE_URL");
      }
    }
    String secret = text(FASTROOM_SECRET);
    if (!development && secret.equals(FASTROOM_SECRET.byDefault)) {
      throw new BadSetting(FASTROOM_SECRET, secret,
          "with a DATABASE_URL a secret of your own is needed (or DEBUG=true, for development)");
    }
    return secret;
  }

  private Duration heartbeatTtl() {
    long interval = number(WS_HEARTBEAT_INTERVAL) * 1000L;
    int ttl = number(WS_HEARTBEAT_TTL_MS, (int) interval + 5000);
    if (ttl <= interval) {
      throw new BadSetting(WS_HEARTBEAT_TTL_MS, String.valueOf(ttl),
          "a number of milliseconds greater than WS_HEARTBEAT_INTERVAL (" + interval + ")");
    }
    return Duration.ofMillis(ttl);
  }

  private String tls(Setting wanted, Setting other) {
    String path = text(wanted);
    if (path == null && text(other) != null) {
      throw new BadSetting(wanted, "", "TLS_CERTIFICATE and TLS_KEY are set together or not at all");
    }
    if (path != null && !Files.isReadable(Path.of(path))) {
      throw new BadSetting(wanted, path, "the path of a readable PEM file");
    }
    return path;
  }

  private String level() {
    String level = text(LOG_LEVEL).toUpperCase(Locale.ROOT);
    return level.equals("WARNING") ? "WARN" : level.equals("CRITICAL") ? "ERROR" : level;
  }

  private String serverId() {
    String given = text(SERVER_ID);
    if (given != null) {
      return given;
    }
    byte[] random = new byte[3];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private boolean bool(Setting setting) {
    return List.of("true", "1", "yes", "on").contains(text(setting).toLowerCase(Locale.ROOT));
  }

  private List<String> list(Setting setting) {
    String text = text(setting);
    return text == null ? List.of() : Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private int number(Setting setting) {
    return Integer.parseInt(text(setting));
  }

  private int number(Setting setting, int byDefault) {
    String text = text(setting);
    return text == null ? byDefault : Integer.parseInt(text);
  }

  private String text(Setting setting) {
    String value = values.getOrDefault(setting.name(), setting.byDefault);
    if (value != null && values.containsKey(setting.name()) && !setting.rule.allows(value)) {
      throw new BadSetting(setting, value, setting.rule.allowed());
    }
    return value;
  }
}
