package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @ParameterizedTest
  @ValueSource(strings = {"postgresql+asyncpg", "postgresql", "postgres"})
  void takes_every_scheme(String scheme) {
    DatabaseUrl url = DatabaseUrl.parse(scheme + "://bob:p%40ss%2Fw+rd@db.example:6432/fast%20room?sslmode=require");

    assertThat(url).isEqualTo(
        new DatabaseUrl("db.example", 6432, "fast room", "bob", "p@ss/w+rd", "require", null));
    assertThat(url.options()).matches(options -> options.getSslMode() == SslMode.REQUIRE
        && options.getPassword().equals("p@ss/w+rd") && options.getPort() == 6432);
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/fast+room");
    assertThat(url.toString()).doesNotContain("p@ss");
  }

  @Test
  void has_the_usual_defaults() {
    assertThat(DatabaseUrl.parse("postgres://localhost"))
        .isEqualTo(new DatabaseUrl("localhost", 5432, "postgres", "postgres", "", "allow", null));
    assertThat(DatabaseUrl.parse("postgres://u@[::1]/d?ssl=true"))
        .isEqualTo(new DatabaseUrl("::1", 5432, "d", "u", "", "require", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql://x/y", "postgres://a:p#ss@", "postgres://u:sec ret@h/d", "postgres:///d",
      "postgres://u:secret@h/d?sslmode=maybe"})
  void says_what_is_wrong_without_the_password(String url) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url)).isInstanceOf(IllegalArgumentException.class)
        .message().doesNotContain("sec").isNotEmpty();
  }
}
