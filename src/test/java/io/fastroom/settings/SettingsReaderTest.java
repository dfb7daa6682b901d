package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsReaderTest {
  private static final String REAL = "postgresql://u:hush@db/fastroom";

  @TempDir Path folder;

  @Test
  void takes_the_documented_defaults_from_an_empty_environment() {
    Settings settings = read(Map.of());

    assertThat(settings.http()).isEqualTo(
        new Settings.Http("0.0.0.0", 8000, null, List.of(), List.of(), Duration.ofSeconds(75), 30, null, 0, 10, 16,
            Settings.Registration.OPEN));
    assertThat(settings.management()).isEqualTo(new Settings.Management("127.0.0.1", 9000));
    assertThat(settings.tokens()).isEqualTo(new Settings.Tokens("dev-secret-change-me", List.of(),
        Duration.ofHours(8), Duration.ofDays(14)));
    assertThat(settings.webSocket()).isEqualTo(new Settings.WebSocket(Duration.ofSeconds(25), Duration.ofSeconds(30),
        20, 100, 100, 50, List.of(), true));
    assertThat(settings.logs()).isEqualTo(new Settings.Logs("INFO", false, null));
    assertThat(settings.node().serverId()).matches("[0-9a-f]{6}");
    assertThat(settings.node().drain()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.node().drainNotice()).as("nobody balances a node that has everything in itself").isZero();
    assertThat(settings.node().embedded()).isTrue();
    assertThat(read(Map.of("DATABASE_URL", REAL, "DEBUG", "true")).node().drainNotice())
        .isEqualTo(Duration.ofMillis(1500));
    assertThat(read(Map.of("DRAIN_NOTICE_SECONDS", "0.25")).node().drainNotice()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void prefers_the_environment_to_dot_env_and_that_to_conf() throws IOException {
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/fastroom.properties"), "PORT=1\nHOST=conf\nSERVER_ID=conf\n");
    Files.writeString(folder.resolve(".env"), "# a comment\nexport PORT=2\nHOST=\"dot env\"\n");

    Settings settings = read(Map.of("PORT", "3"));

    assertThat(settings.http().port()).isEqualTo(3);
    assertThat(settings.http().host()).isEqualTo("dot env");
    assertThat(settings.node().serverId()).isEqualTo("conf");
  }

  @Test
  void takes_an_empty_value_for_none() throws IOException {
    Files.writeString(folder.resolve(".env"), "PORT=2\n");

    assertThat(read(Map.of("PORT", "", "DATABASE_URL", " ")).http().port()).isEqualTo(2);
    assertThat(read(Map.of("DATABASE_URL", " ")).node().embedded()).isTrue();
  }

  @Test
  void knows_both_names_of_the_redis_url() {
    assertThat(read(Map.of("redis_url", "redis://low")).redis().url()).isEqualTo("redis://low");
    assertThat(read(Map.of("redis_url", "redis://low", "REDIS_URL", "redis://up")).redis().url())
        .isEqualTo("redis://up");
  }

  @ParameterizedTest
  @CsvSource({"PORT,65536", "PORT,eight", "PORT,-1", "PORT,99999999999999999999", "EDGE_INSTANCES,0",
      "EDGE_INSTANCES,65", "LOG_LEVEL,LOUD", "LOG_FORMAT,xml", "DEBUG,perhaps", "SERVER_ID,a b", "SERVER_ID,a:b",
      "REDIS_URL,localhost:6379", "DATABASE_URL,mysql://x/y", "WS_HEARTBEAT_INTERVAL,0", "CORS_ORIGINS,example.org",
      "WS_ORIGINS,https://a.example/path", "TLS_KEY,/nowhere/key.pem", "DRAIN_SECONDS,1.5", "DRAIN_NOTICE_SECONDS,soon",
          "HTTP_IDLE_SECONDS,-1",
      "PUBLIC_URL,chat.example.org", "PUBLIC_URL,https://chat.example.org/?x=y", "WS_QUERY_TOKEN,maybe",
      "OIDC_ISSUER,id.example.org", "OIDC_ISSUER,https://id.example.org/?x=y", "OIDC_AUDIENCE,fastroom",
      "OIDC_JWKS_URL,https://id.example.org/keys", "OIDC_USERNAME_CLAIM,nickname", "LOCAL_ACCOUNTS,perhaps", "OTLP_ENDPOINT,localhost:4318",
      "OTLP_ENDPOINT,http://localhost:99999", "OTLP_ENDPOINT,http://:4318", "OTLP_ENDPOINT,http://[::1",
      "OTLP_ENDPOINT,http://otel_collector:4318", "OTLP_ENDPOINT,http://a|b", "REDIS_URL,redis://127.0.0.1:0",
      "REDIS_URL,redis://127.0.0.1:65536", "REDIS_URL,redis+sentinel://a:1,b:99999/main", "REDIS_NAMESPACE,1x",
      "REDIS_NAMESPACE,x:", "REDIS_NAMESPACE,room", "REDIS_NAMESPACE,x:room", "REDIS_NAMESPACE,x:presence:hb",
      "REDIS_NAMESPACE,rate:x"})
  void names_the_variable_and_what_is_allowed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value))).isInstanceOf(BadSetting.class)
        .hasMessageMatching("(?s)(?!.*\n).*(" + name + "|TLS_CERTIFICATE)=.* is not allowed: .+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"OTLP_ENDPOINT", "PUBLIC_URL", "OIDC_ISSUER", "CORS_ORIGINS", "WS_ORIGINS"})
  void does_not_repeat_the_login_of_a_url(String name) {
    assertThatThrownBy(() -> read(Map.of(name, "http://otel:ses/am@e@h:4318"))).isInstanceOf(BadSetting.class)
        .hasMessageContaining(name + "=http://(not shown)@h:4318 is not allowed");
  }

  /** Of which no name can be one of a deployment whose namespace is a part of it, or that has none. */
  @ParameterizedTest
  @ValueSource(strings = {"fastroom", "rooms", "x:y", "x:room1", "presence-2", "x:fastroom:roommates", "a.b_c-d"})
  void takes_other_namespaces(String namespace) {
    assertThat(read(Map.of("REDIS_URL", "redis://r", "REDIS_NAMESPACE", namespace)).redis().prefix())
        .isEqualTo(namespace + ":");
  }

  @Test
  void wants_an_issuer_and_an_audience_together() {
    Map<String, String> given = Map.of("OIDC_ISSUER", "https://id.example.org/realms/x/", "OIDC_AUDIENCE", "a, https://b/c");
    Settings.Provider provider = read(given).identity().provider();
    assertThat(provider.issuer()).isEqualTo("https://id.example.org/realms/x/");
    assertThat(provider.audiences()).containsExactly("a", "https://b/c");
    assertThat(provider.usernameClaim()).isEqualTo("preferred_username");
    assertThat(provider.keysUrl()).isNull();
    assertThatThrownBy(() -> read(with(given, "OIDC_JWKS_URL", "https://id.example.org:99999/keys")))
        .hasMessageContaining("OIDC_JWKS_URL=");
    assertThat(read(with(given, "OIDC_JWKS_URL", "http://my_idp:8080/keys?of=x")).identity().provider().keysUrl())
        .isEqualTo("http://my_idp:8080/keys?of=x");
    assertThat(read(Map.of()).identity()).isEqualTo(new Settings.Identity(null, true));
    assertThatThrownBy(() -> read(Map.of("OIDC_ISSUER", "https://id.example.org"))).isInstanceOf(BadSetting.class)
        .hasMessageContaining("OIDC_AUDIENCE= is not allowed");
  }

  @Test
  void never_shows_the_value_of_a_secret() {
    assertThatThrownBy(() -> read(Map.of("DATABASE_URL", "mysql://u:hush@db/x"))).hasMessageNotContaining("hush");
  }

  @Test
  void wants_a_heartbeat_to_outlive_its_interval() {
    assertThatThrownBy(() -> read(Map.of("WS_HEARTBEAT_INTERVAL", "10", "WS_HEARTBEAT_TTL_MS", "10000")))
        .isInstanceOf(BadSetting.class).hasMessageContaining("WS_HEARTBEAT_TTL_MS=10000");
    assertThat(read(Map.of("WS_HEARTBEAT_INTERVAL", "3")).webSocket().heartbeatTtl()).isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void refuses_the_default_secret_beside_a_real_database() {
    assertThatThrownBy(() -> read(Map.of("DATABASE_URL", REAL))).hasMessageContaining("FASTROOM_SECRET");
    assertThatThrownBy(() -> read(Map.of("DATABASE_URL", REAL, "DEBUG", "false")))
        .hasMessageContaining("FASTROOM_SECRET");
    assertThatThrownBy(() -> read(Map.of("DATABASE_URL", REAL, "FASTROOM_SECRET",
        "m".repeat(32), "FASTROOM_PREVIOUS_SECRETS",
            "dev-secret-change-me"))).hasMessageContaining("FASTROOM_PREVIOUS_SECRETS");
    assertThat(read(Map.of("DATABASE_URL", REAL, "DEBUG", "true")).node().embedded()).isFalse();
  }

  @Test
  void refuses_a_secret_that_can_be_guessed_beside_a_real_database() {
    String enough = "\u00e9".repeat(16);
    assertThat(read(Map.of("DATABASE_URL", REAL, "FASTROOM_SECRET", enough)).tokens().secret()).isEqualTo(enough);
    for (String secret : List.of("mine", "x".repeat(31), "\u00e9".repeat(15) + "x")) {
      assertThatThrownBy(() -> read(Map.of("DATABASE_URL", REAL, "FASTROOM_SECRET", secret)))
          .hasMessageContaining("FASTROOM_SECRET").hasMessageContaining("32 bytes").hasMessageNotContaining(secret);
      assertThatThrownBy(() -> read(Map.of("DATABASE_URL", REAL, "FASTROOM_SECRET", enough, "FASTROOM_PREVIOUS_SECRETS",
          enough + "2," + secret))).hasMessageContaining("FASTROOM_PREVIOUS_SECRETS").hasMessageNotContaining(secret);
      assertThat(read(Map.of("FASTROOM_SECRET", secret)).tokens().secret()).isEqualTo(secret);
      assertThat(read(Map.of("DATABASE_URL", REAL, "DEBUG", "yes", "FASTROOM_SECRET", secret)).tokens().secret())
          .isEqualTo(secret);
    }
  }

  @ParameterizedTest
  @CsvSource({"postgresql+asyncpg://u:p@h/d", "postgresql://u:p@h/d", "postgres://u:p@h/d"})
  void takes_every_spelling_of_a_database_url(String url) {
    assertThat(read(Map.of("DATABASE_URL", url, "DEBUG", "1")).database().url()).isEqualTo(url);
  }

  @Test
  void splits_lists_at_commas() {
    Map<String, String> values = new HashMap<>();
    values.put("CORS_ORIGINS", "https://a.example, http://b.example:8080 ,*");
    values.put("TRUSTED_PROXIES", "10.0.0.0/8,::1");

    assertThat(read(values).http().corsOrigins()).hasSize(3).anyMatch(OriginPattern::isAny);
    assertThat(read(values).http().trustedProxies()).map(AddressRange::toString)
        .containsExactly("10.0.0.0/8", "::1");
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void has_defaults_that_are_allowed(Setting setting) {
    assertThat(setting.byDefault == null || setting.rule.allows(setting.byDefault)).isTrue();
  }

  private static Map<String, String> with(Map<String, String> given, String name, String value) {
    Map<String, String> more = new HashMap<>(given);
    more.put(name, value);
    return more;
  }

  private Settings read(Map<String, String> environment) {
    return SettingsReader.read(environment, folder);
  }
}
