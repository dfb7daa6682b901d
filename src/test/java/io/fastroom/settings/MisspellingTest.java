package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MisspellingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"WS_CHATRATE,WS_CHAT_RATE", "WS_CHAT_RATES,WS_CHAT_RATE", "WS_ORIGIN,WS_ORIGINS",
      "WS_MAX_ROOM,WS_MAX_ROOMS", "WS_HEARTBEAT_TTL,WS_HEARTBEAT_TTL_MS", "FASTROOM_SECRETS,FASTROOM_SECRET",
      "FASTROOM_PREVIOUS_SECRET,FASTROOM_PREVIOUS_SECRETS", "FASTROOM_DATABASE_URL,DATABASE_URL",
      "FASTROOM_REDIS_URL,REDIS_URL", "FASTROOM_PROT,PORT", "DATABSE_URL,DATABASE_URL", "DATABASEURL,DATABASE_URL",
      "DATABASE_URI,DATABASE_URL", "DATABASE_URLS,DATABASE_URL", "database_url,DATABASE_URL", "REDIS_URI,REDIS_URL",
      "REDISURL,REDIS_URL", "CORS_ORIGIN,CORS_ORIGINS", "CORSORIGINS,CORS_ORIGINS", "TRUSTED_PROXY,TRUSTED_PROXIES",
      "TRUSTED_PROXYS,TRUSTED_PROXIES", "MANAGMENT_PORT,MANAGEMENT_PORT", "MANAGEMENTHOST,MANAGEMENT_HOST",
      "ACCESS_TOKEN_EXP_SECOND,ACCESS_TOKEN_EXP_SECONDS", "DRAIN_SECOND,DRAIN_SECONDS", "LOGLEVEL,LOG_LEVEL",
      "LOGFORMAT,LOG_FORMAT", "HTTP_IDLE_SECS,HTTP_IDLE_SECONDS", "PUBLIC_URI,PUBLIC_URL", "SERVERID,SERVER_ID",
      "AUTH_RATE_PER_MIN,AUTH_RATE_PER_MINUTE", "TLS_CERTIFICATES,TLS_CERTIFICATE", "DATABASE_POOLSIZE,DATABASE_POOL_SIZE",
      "FASTROOM_SECRET_FILE,FASTROOM_SECRET", "DATABASE_URL_FILE,DATABASE_URL", "REDIS_URL_FILE,REDIS_URL",
      "DATABASE_REPLICA_URL_FILE,DATABASE_REPLICA_URL", "SMTP_URL_FILE,SMTP_URL"})
  void names_the_setting_that_is_meant(String name, String meant) throws IOException {
    String line = name + " is no setting of FastRoom; is " + meant + " meant?";
    assertThatThrownBy(() -> SettingsReader.read(Map.of(name, "1"), folder)).isInstanceOf(BadSetting.class)
        .hasMessage(line);
    Files.writeString(folder.resolve(".env"), name + "=1\n");
    assertThatThrownBy(() -> SettingsReader.read(Map.of(), folder)).hasMessage(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "HOME", "USER", "SHELL", "LANG", "LOGNAME", "HOSTNAME", "PWD", "OLDPWD", "TERM", "PORTS",
      "POST", "HOSTS", "JAVA_HOME", "JAVA_OPTS", "MAVEN_OPTS", "DEBUGINFOD_URLS", "XDG_DATA_DIRS", "XDG_SESSION_ID",
      "SSH_CONNECTION", "DATABASE_HOST", "DATABASE_USER", "DATABASE_NAME", "DATABASE_PASSWORD", "POSTGRES_PASSWORD",
      "POSTGRES_URL", "REDIS_HOST", "REDIS_PASSWORD", "REDIS_DB", "REDIS_TLS", "PGDATA", "PGHOST", "SERVER_NAME",
      "SERVER_PORT", "SERVER_IP", "LOG_DIR", "LOG_FILE", "SMTP_HOST", "OTEL_EXPORTER_OTLP_ENDPOINT", "NODE_ENV", "TZ",
      "TLS_KEY_FILE", "TLS_CERT_FILE",
      "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "ORIGIN", "CERTIFICATE", "SECRET", "DATA", "RATE", "URL",
      "KUBERNETES_SERVICE_HOST", "KUBERNETES_PORT", "FASTROOM_SERVICE_HOST", "FASTROOM_SERVICE_PORT",
      "FASTROOM_SERVICE_PORT_HTTP", "FASTROOM_PORT_8000_TCP", "FASTROOM_PORT_8000_TCP_PROTO",
      "FASTROOM_PORT_8000_TCP_PORT", "FASTROOM_PORT_8000_TCP_ADDR", "FASTROOM_WEB_SERVICE_HOST",
      "FASTROOM_WEB_PORT_80_TCP", "WS_SERVICE_HOST", "WS_SERVICE_PORT_WS", "WS_PORT_8000_TCP", "REDIS_SERVICE_HOST",
      "REDIS_PORT_6379_TCP_ADDR", "DATABASE_SERVICE_PORT"})
  void leaves_other_programs_variables_alone(String name) throws IOException {
    assertThatCode(() -> SettingsReader.read(Map.of(name, "x"), folder)).doesNotThrowAnyException();
    Files.writeString(folder.resolve(".env"), name + "=x\n");
    assertThatCode(() -> SettingsReader.read(Map.of(), folder)).doesNotThrowAnyException();
  }

  @Test
  void takes_links_of_kubernetes_for_what_nobody_has_set() {
    Map<String, String> links = Map.of("FASTROOM_PORT", "tcp://10.0.0.1:8000", "WS_PORT", "tcp://10.0.0.1:80",
        "FASTROOM_WEB_PORT", "udp://10.0.0.1:80", "MANAGEMENT_PORT", "tcp://10.0.0.1:9000");
    assertThat(SettingsReader.read(links, folder).management().port()).isEqualTo(9000);
    assertThatThrownBy(() -> SettingsReader.read(Map.of("FASTROOM_PORT", "8000"), folder))
        .hasMessageContaining("is PORT meant?");
  }

  @Test
  void knows_every_name_in_a_file_that_is_its_own() throws IOException {
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/fastroom.properties"), "PORT=1\nCHAT_RATE=3\n");
    assertThatThrownBy(() -> SettingsReader.read(Map.of(), folder)).hasMessageContaining("CHAT_RATE is no setting");
  }

  @Test
  void does_not_take_one_setting_for_another() {
    for (Setting setting : Setting.values()) {
      assertThatCode(() -> Misspelling.check(Map.of(setting.name(), "x"), fault -> {
        throw fault;
      })).doesNotThrowAnyException();
    }
  }
}
