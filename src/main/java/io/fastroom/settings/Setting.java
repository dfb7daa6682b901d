package io.fastroom.settings;

import static io.fastroom.settings.Rule.number;
import static io.fastroom.settings.Rule.seconds;
import static io.fastroom.settings.Rule.text;

/**
 * Every setting: its rule, its value when unset (null: see {@code whenUnset}) and whether its value may be shown.
 * README's table has a row for each, in this order; a test checks that they agree.
 */
public enum Setting {
  FASTROOM_SECRET(text("(?s).+", "any text; not the default beside a real DATABASE_URL, unless DEBUG=true is set"),
      "dev-secret-change-me"),
  FASTROOM_PREVIOUS_SECRETS(Rule.LIST, ""),
  DATABASE_URL(Rule.ANY, null, "embedded"),
  DATABASE_REPLICA_URL(Rule.ANY, null, "none"),
  DATABASE_POOL_SIZE(number(4, 500), null, "from the cores"),
  REDIS_URL(Rule.ANY, null, "embedded"),
  REDIS_NAMESPACE(Rule.NAMESPACE, ""),
  REDIS_TLS_CA(Rule.PATH, null, "those of the JVM"),
  DATA_DIR(Rule.PATH, "data"),
  HOST(Rule.ANY, "0.0.0.0"),
  PORT(number(1, 65535), "8000"),
  PUBLIC_URL(Rule.SITE, null, "none"),
  SMTP_URL(Rule.ANY, null, "none"),
  MAIL_FROM(Rule.SENDER, null, "no-reply@ the host of PUBLIC_URL"),
  MANAGEMENT_HOST(Rule.ANY, "127.0.0.1"),
  MANAGEMENT_PORT(number(1, 65535), null, "PORT + 1000"),
  EDGE_INSTANCES(number(1, 64), null, "from the cores"),
  PERSISTENCE_INSTANCES(number(1, 64), null, "from the cores"),
  PRESENCE_INSTANCES(number(1, 64), null, "from the cores"),
  ACCESS_TOKEN_EXP_SECONDS(number(1, 31_536_000), "28800"),
  REFRESH_TOKEN_EXP_SECONDS(number(1, 315_360_000), "1209600"),
  AUTH_RATE_PER_MINUTE(number(0, 1_000_000), "30"),
  REGISTRATION(text("(?i)open|invite|closed", "open, invite or closed"), "open"),
  LOCAL_ACCOUNTS(Rule.BOOLEAN, "true"),
  OIDC_ISSUER(Rule.SITE, null, "none"),
  OIDC_AUDIENCE(Rule.LIST, null, "none"),
  OIDC_JWKS_URL(Rule.KEYS, null, "from the issuer"),
  OIDC_USERNAME_CLAIM(text("\\S{1,255}", "the name of a claim"), null, "preferred_username"),
  REST_WRITE_RATE(number(0, 1_000), "10"),
  REST_CONCURRENCY(number(0, 10_000), "16"),
  CORS_ORIGINS(Rule.ORIGINS, null, "same origin"),
  WS_ORIGINS(Rule.ORIGINS, null, "same origin"),
  TRUSTED_PROXIES(Rule.ADDRESSES, ""),
  HTTP_IDLE_SECONDS(number(0, 86_400), "75"),
  TLS_CERTIFICATE(Rule.PATH, null, "none"),
  TLS_KEY(Rule.PATH, null, "none"),
  CONNECTIONS_PER_ADDRESS(number(0, 1_000_000), "0"),
  WS_QUERY_TOKEN(Rule.BOOLEAN, "true"),
  WS_HEARTBEAT_INTERVAL(number(1, 3600), "25"),
  WS_HEARTBEAT_TTL_MS(number(1, 86_400_000), null, "interval + 5 s"),
  WS_CHAT_RATE(number(0, 1_000_000), "20"),
  WS_MESSAGE_RATE(number(0, 1_000_000), "100"),
  WS_MAX_ROOMS(number(0, 1_000_000), "100"),
  WS_MAX_SOCKETS_PER_USER(number(0, 1_000_000), "50"),
  SOCKET_BUFFER_MB(number(1, 1_000_000), null, "a quarter of the direct memory"),
  ROOM_MEMORY_MB(number(1, 1_000_000), null, "an eighth of the heap"),
  MESSAGE_RETENTION_DAYS(number(0, 36_500), "0"),
  WEBHOOK_ALLOW(Rule.TARGETS, ""),
  AUDIT_RETENTION_DAYS(number(0, 36_500), "0"),
  SERVER_ID(text("[A-Za-z0-9_-]{1,64}", "1 to 64 of A-Z a-z 0-9 _ -"), null, "random 6 hex"),
  DRAIN_SECONDS(number(0, 3600), "10"),
  DRAIN_NOTICE_SECONDS(seconds(600), null, "1.5"),
  LOG_LEVEL(text("(?i)TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|OFF", "TRACE, DEBUG, INFO, WARN, ERROR or OFF"),
      "INFO"),
  LOG_FORMAT(text("(?i)text|json", "text or json"), "text"),
  OTLP_ENDPOINT(Rule.ENDPOINT, null, "none"),
  DEBUG(Rule.BOOLEAN, "true"),
  FASTROOM_TEST(Rule.BOOLEAN, "false");

  final Rule rule;
  final String byDefault;
  /** How README's table gives the default. */
  public final String whenUnset;

  Setting(Rule rule, String byDefault) {
    this(rule, byDefault, byDefault.isEmpty() ? "none" : byDefault);
  }

  Setting(Rule rule, String byDefault, String whenUnset) {
    this.rule = rule;
    this.byDefault = byDefault;
    this.whenUnset = whenUnset;
  }

  /** Secrets and what carries a password are never shown. */
  boolean secret() {
    return this == FASTROOM_SECRET || this == FASTROOM_PREVIOUS_SECRETS
        || name().endsWith("_URL") && this != PUBLIC_URL;
  }
}
