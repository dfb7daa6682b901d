package io.fastroom.settings;

import static io.fastroom.settings.Setting.*;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Builds {@link Settings} from the {@link Sources}; a value that is not allowed stops the start. */
public final class SettingsReader {
  private static final int SECRET_BYTES = 32;
  private static final String GOOD_SECRET = "-".repeat(SECRET_BYTES);

  private final Map<String, String> values;
  private final int cores;

  private SettingsReader(Map<String, String> values, int cores) {
    this.values = values;
    this.cores = cores;
  }

  /** @throws BadSetting when a value is not allowed, or a name looks like a setting of ours but is not */
  public static Settings read(Map<String, String> environment, Path folder) {
    Settings settings = of(sources(environment, folder));
    if (settings.mail() != null && settings.http().publicUrl() == null) {
      LoggerFactory.getLogger("fastroom.app")
          .warn("PUBLIC_URL is not set: links in mail lead to {}", settings.mail().site());
    }
    return settings;
  }

  private static Map<String, String> sources(Map<String, String> environment, Path folder) {
    return Sources.read(environment, folder, LoggerFactory.getLogger("fastroom.app")::warn);
  }

  /** @param databaseUrl null when none is set */
  public record Migration(String databaseUrl, Settings.Logs logs) { }

  /** What a migration needs; nothing else needs to be set, or right. */
  public static Migration migration(Map<String, String> environment, Path folder) {
    SettingsReader reader = new SettingsReader(sources(environment, folder), 1);
    return new Migration(reader.url(DATABASE_URL, DatabaseUrl::parse), reader.logs());
  }

  /** Where the management port of a node with these settings is; nothing else needs to be right. */
  public static Settings.Management management(Map<String, String> environment, Path folder) {
    return new SettingsReader(Sources.read(environment, folder, line -> { }), 1).management();
  }

  /** How logs are wanted, as far as that can be told; the default where anything about it is wrong. */
  public static Settings.Logs logs(Map<String, String> environment, Path folder) {
    try {
      return new SettingsReader(Sources.read(environment, folder, line -> { }, misspelling -> { }), 1).logs();
    } catch (BadSetting e) {
      return new SettingsReader(Map.of(), 1).logs();
    }
  }

  /** A line for each setting that is not allowed, without giving up at the first. */
  public static List<String> faults(Map<String, String> environment, Path folder) {
    List<String> faults = new ArrayList<>();
    Map<String, String> values = new HashMap<>(Sources.read(environment, folder, line -> { },
        misspelling -> faults.add(misspelling.getMessage())));
    while (true) {
      try {
        of(values);
        return faults;
      } catch (BadSetting e) {
        faults.add(e.getMessage());
        // The rest is looked at as if the wrong one were not set, and a secret as if there were a good one.
        boolean changed = e.setting() == FASTROOM_SECRET
            ? !GOOD_SECRET.equals(values.put(FASTROOM_SECRET.name(), GOOD_SECRET))
            : e.setting() != null && values.remove(e.setting().name()) != null;
        if (!changed) {
          return faults;
        }
      }
    }
  }

  /** What these values mean where nothing else is set. */
  public static Settings of(Map<String, String> values) {
    return new SettingsReader(values, Runtime.getRuntime().availableProcessors()).settings();
  }

  private Settings settings() {
    String database = url(DATABASE_URL, DatabaseUrl::parse);
    String redis = url(REDIS_URL, RedisUrl::parse);
    boolean embedded = database == null && redis == null;
    Settings.Node node = new Settings.Node(serverId(), embedded, Path.of(text(DATA_DIR)), seconds(DRAIN_SECONDS),
        embedded && text(DRAIN_NOTICE_SECONDS) == null ? Duration.ZERO : notice());
    int port = number(PORT);
    Settings.Http http = new Settings.Http(text(HOST), port, text(PUBLIC_URL), origins(CORS_ORIGINS),
        list(TRUSTED_PROXIES).stream().map(AddressRange::parse).toList(), seconds(HTTP_IDLE_SECONDS),
        number(AUTH_RATE_PER_MINUTE), tls(), number(CONNECTIONS_PER_ADDRESS),
        number(REST_WRITE_RATE), number(REST_CONCURRENCY),
        Settings.Registration.valueOf(text(REGISTRATION).toUpperCase(Locale.ROOT)));
    Settings.WebSocket sockets = new Settings.WebSocket(seconds(WS_HEARTBEAT_INTERVAL), heartbeatTtl(),
        number(WS_CHAT_RATE), number(WS_MESSAGE_RATE), number(WS_MAX_ROOMS), number(WS_MAX_SOCKETS_PER_USER),
        origins(WS_ORIGINS), bool(WS_QUERY_TOKEN));
    // They have no effect on their own, but their values must be allowed all the same.
    List.of(DEBUG, FASTROOM_TEST).forEach(this::bool);
    return new Settings(node, http, management(),
        new Settings.Database(database, url(DATABASE_REPLICA_URL, DatabaseUrl::parse),
            number(DATABASE_POOL_SIZE, Math.min(32, Math.max(12, 2 * cores)))),
        new Settings.Redis(redis, text(REDIS_NAMESPACE), authority()),
        new Settings.Tokens(secret(database), list(FASTROOM_PREVIOUS_SECRETS), seconds(ACCESS_TOKEN_EXP_SECONDS),
            seconds(REFRESH_TOKEN_EXP_SECONDS)),
        new Settings.Identity(provider(), bool(LOCAL_ACCOUNTS)), sockets,
        new Settings.Memory(number(SOCKET_BUFFER_MB, 0), number(ROOM_MEMORY_MB, 0)),
        new Settings.Retention(number(MESSAGE_RETENTION_DAYS), number(AUDIT_RETENTION_DAYS)),
        new Settings.Verticles(number(EDGE_INSTANCES, Math.min(64, cores)),
            number(PERSISTENCE_INSTANCES, Math.min(64, Math.max(1, cores / 2))),
            number(PRESENCE_INSTANCES, Math.min(64, Math.max(1, cores / 4)))),
        logs(), mail(port), list(WEBHOOK_ALLOW).stream().map(AllowedTarget::parse).toList());
  }

  private Settings.Management management() {
    return new Settings.Management(text(MANAGEMENT_HOST), number(MANAGEMENT_PORT, beside(number(PORT))));
  }

  private Settings.Logs logs() {
    return new Settings.Logs(level(), text(LOG_FORMAT).equalsIgnoreCase("json"), text(OTLP_ENDPOINT));
  }

  private Settings.Mail mail(int port) {
    String url = url(SMTP_URL, SmtpUrl::parse);
    String from = text(MAIL_FROM);
    if (url == null) {
      return null;
    }
    String site = text(PUBLIC_URL);
    if (site == null) {
      site = (text(TLS_CERTIFICATE) == null ? "http" : "https") + "://localhost:" + port;
    }
    return new Settings.Mail(SmtpUrl.parse(url), from == null ? "no-reply@" + Origin.ofUrl(site).host() : Rule.sender(from),
        site.replaceFirst("/+$", ""));
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

  /**
   * Whoever knows or guesses a secret can sign tokens: with a real database a weak secret is accepted only with
   * DEBUG=true.
   */
  private String secret(String database) {
    String secret = text(FASTROOM_SECRET);
    if (database != null && !(values.containsKey(DEBUG.name()) && bool(DEBUG))) {
      checkSecret(FASTROOM_SECRET, secret);
      list(FASTROOM_PREVIOUS_SECRETS).forEach(previous -> checkSecret(FASTROOM_PREVIOUS_SECRETS, previous));
    }
    return secret;
  }

  private static void checkSecret(Setting setting, String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    if (secret.equals(FASTROOM_SECRET.byDefault) || bytes < SECRET_BYTES) {
      throw new BadSetting(setting, secret, "with a DATABASE_URL a secret of your own of at least " + SECRET_BYTES
          + " bytes is needed, such as from openssl rand -hex 32 (or DEBUG=true, for development)");
    }
  }

  /** What is said of a provider means nothing without its issuer, and a token for anybody else must not be good here. */
  private Settings.Provider provider() {
    String issuer = text(OIDC_ISSUER);
    for (Setting setting : List.of(OIDC_AUDIENCE, OIDC_JWKS_URL, OIDC_USERNAME_CLAIM)) {
      if (issuer == null && text(setting) != null) {
        throw new BadSetting(setting, text(setting), "it needs OIDC_ISSUER");
      }
    }
    if (issuer != null && list(OIDC_AUDIENCE).isEmpty()) {
      throw new BadSetting(OIDC_AUDIENCE, "", "with OIDC_ISSUER it must say what the tokens for FastRoom have as aud");
    }
    String claim = text(OIDC_USERNAME_CLAIM);
    return issuer == null ? null : new Settings.Provider(issuer, list(OIDC_AUDIENCE), text(OIDC_JWKS_URL),
        claim == null ? OIDC_USERNAME_CLAIM.whenUnset : claim);
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

  private String authority() {
    String path = text(REDIS_TLS_CA);
    if (path != null && !RedisUrl.holdsCertificates(path)) {
      throw new BadSetting(REDIS_TLS_CA, path, "the path of a readable PEM file of certificates");
    }
    return path;
  }

  private Settings.Tls tls() {
    String certificate = pem(TLS_CERTIFICATE);
    String key = pem(TLS_KEY);
    if ((certificate == null) != (key == null)) {
      throw new BadSetting(certificate == null ? TLS_CERTIFICATE : TLS_KEY, "",
          "TLS_CERTIFICATE and TLS_KEY are set together or not at all");
    }
    return certificate == null ? null : new Settings.Tls(certificate, key);
  }

  private String pem(Setting setting) {
    String path = text(setting);
    if (path != null && !Files.isReadable(Path.of(path))) {
      throw new BadSetting(setting, path, "the path of a readable PEM file");
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
    return text == null ? List.of() : Rule.split(text);
  }

  private List<OriginPattern> origins(Setting setting) {
    return list(setting).stream().map(OriginPattern::parse).toList();
  }

  private Duration notice() {
    String seconds = text(DRAIN_NOTICE_SECONDS);
    return Duration.ofMillis(new BigDecimal(seconds == null ? DRAIN_NOTICE_SECONDS.whenUnset : seconds)
        .movePointRight(3).longValueExact());
  }

  private Duration seconds(Setting setting) {
    return Duration.ofSeconds(number(setting));
  }

  private int number(Setting setting) {
    return Integer.parseInt(text(setting));
  }

  private int number(Setting setting, int byDefault) {
    String text = text(setting);
    return text == null ? byDefault : Integer.parseInt(text);
  }

  private String text(Setting setting) {
    String given = values.get(setting.name());
    if (given == null) {
      return setting.byDefault;
    }
    // Space inside the quotes around a secret is part of it.
    String value = setting == FASTROOM_SECRET ? given : given.strip();
    if (!setting.rule.allows(value)) {
      throw new BadSetting(setting, value, setting.rule.allowed());
    }
    return value;
  }
}
