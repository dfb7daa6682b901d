package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.settings.DatabaseTls.Mode;
import io.fastroom.settings.DatabaseUrl.Host;
import io.fastroom.settings.DatabaseUrl.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @ParameterizedTest
  @ValueSource(strings = {"postgresql+asyncpg", "postgresql", "postgres"})
  void takes_every_scheme(String scheme) {
    DatabaseUrl url = DatabaseUrl.parse(scheme + "://bob:p%40ss%2Fw+rd@db.example:6432/fast%20room?sslmode=require");

    assertThat(url.hosts()).containsExactly(new Host("db.example", 6432));
    assertThat(url.database()).isEqualTo("fast room");
    assertThat(url.user()).isEqualTo("bob");
    assertThat(url.password()).isEqualTo("p@ss/w+rd");
    assertThat(url.tls().mode()).isEqualTo(Mode.REQUIRE);
    assertThat(url.toString()).doesNotContain("p@ss").isEqualTo("bob@db.example:6432/fast room");
  }

  @Test
  void has_the_usual_defaults() {
    DatabaseUrl url = DatabaseUrl.parse("postgres://localhost");
    assertThat(url.hosts()).containsExactly(new Host("localhost", 5432));
    assertThat(url.database()).isEqualTo("postgres");
    assertThat(url.user()).isEqualTo("postgres");
    assertThat(url.tls().mode()).isEqualTo(Mode.PREFER);
    assertThat(url.target()).isNull();
    assertThat(url.writable().target()).isEqualTo(Target.READ_WRITE);
    assertThat(DatabaseUrl.parse("postgres://u@localhost").database()).isEqualTo("u");
    assertThat(DatabaseUrl.parse("postgres://h?target_session_attrs=any").writable().target()).isEqualTo(Target.ANY);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ' ', value = {
      "chat_db chat_db:5432", "chat_db:1 chat_db:1", "_x_:7 _x_:7", "[::1] [::1]:5432", "[fe80::1]:9 [fe80::1]:9",
      "bücher.example:3 xn--bcher-kva.example:3", "b%C3%BCcher.example xn--bcher-kva.example:5432",
      "10.0.0.1:5433 10.0.0.1:5433", "db-1.x.:2 db-1.x.:2", "a:1,b:2,[::1]:3 a:1,b:2,[::1]:3", "a,b_c a:5432,b_c:5432",
      "u@a:1,b a:1,b:5432", "u:p@h_1 h_1:5432", "u:a:b@h h:5432", "%2Ftmp%2Fpg:9 /tmp/pg:9"})
  void takes_every_kind_of_host(String written, String read) {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://" + written + "/d");

    assertThat(String.join(",", url.hosts().stream().map(Host::toString).toList())).isEqualTo(read);
  }

  @Test
  void takes_hosts_and_accounts_from_parameters_as_libpq_does() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql:///x?host=/run/pg,db_2&port=1,2&user=a%26b&password=%3D&dbname=d");

    assertThat(url.hosts()).containsExactly(new Host("/run/pg", 1), new Host("db_2", 2));
    assertThat(url.user()).isEqualTo("a&b");
    assertThat(url.password()).isEqualTo("=");
    assertThat(url.database()).isEqualTo("d");
    assertThat(DatabaseUrl.parse("postgresql://h/d?port=7").hosts()).containsExactly(new Host("h", 7));
    assertThat(DatabaseUrl.parse("postgresql://h/d?host=a,b&port=7").hosts())
        .containsExactly(new Host("a", 7), new Host("b", 7));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ' ', value = {"options=-csearch_path%3Dchat search_path=chat",
      "options=-c%20search_path%3Dchat,public search_path=chat,public", "options=--search_path=chat search_path=chat",
      "options=-c%20work_mem%3D8MB%20-cjit%3Doff work_mem=8MB,jit=off", "currentSchema=chat search_path=chat",
      "options=-c%20search_path%3Da%5C%20b search_path=a%20b", "options=--lock-timeout%3D1 lock_timeout=1"})
  void reads_settings_of_the_server(String parameter, String settings) {
    Map<String, String> session = DatabaseUrl.parse("postgresql://h/d?" + parameter).session();

    List<String> read = session.entrySet().stream().map(Map.Entry::toString).toList();
    assertThat(String.join(",", read)).isEqualTo(settings.replace("%20", " "));
  }

  @Test
  void passes_on_options_that_are_no_settings() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://h/d?options=endpoint%3Dep-1%20-c%20jit%3Doff");

    assertThat(url.startOptions()).isEqualTo("endpoint=ep-1");
    assertThat(url.session()).containsExactly(Map.entry("jit", "off"));
  }

  @Test
  void honours_what_it_knows() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://h/d?connect_timeout=1&application_name=chat&keepalives=0"
        + "&tcp_user_timeout=900&target_session_attrs=prefer-standby&channel_binding=require&sslmode=require"
        + "&client_encoding=UTF8&gssencmode=prefer&sslsni=1&load_balance_hosts=disable&ssl_min_protocol_version=TLSv1.2");

    assertThat(url.connectSeconds()).isEqualTo(2);
    assertThat(url.applicationName()).isEqualTo("chat");
    assertThat(url.keepAlive()).isFalse();
    assertThat(url.userTimeoutMillis()).isEqualTo(900);
    assertThat(url.target()).isEqualTo(Target.PREFER_STANDBY);
    assertThat(url.channelBinding()).isTrue();
    assertThat(DatabaseUrl.parse("postgresql://h/d?fallback_application_name=x").applicationName()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(delimiter = ' ', value = {"ssl=true REQUIRE", "ssl=false DISABLE", "ssl=verify-full VERIFY_FULL",
      "sslmode=allow ALLOW", "sslmode=disable DISABLE", "sslmode=verify-ca VERIFY_CA", "sslrootcert=system VERIFY_FULL",
      "x DISABLE"})
  void reads_the_modes_of_tls(String parameter, Mode mode) {
    String url = parameter.equals("x") ? "postgresql:///d?host=/tmp" : "postgresql://h/d?" + parameter;

    assertThat(DatabaseUrl.parse(url).tls().mode()).isEqualTo(mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql://x/y", "postgres://a:p#ss@", "postgres://u:sec ret@h/d", "postgres:///d",
      "postgres://u:secret@h/d?sslmode=maybe", "postgres://u:sec%zzret@h/d", "postgres://u:sec%ffret@h/d",
      "postgres://u:sec/ret@h/d", "postgres://u:sec?ret@h/d", "postgres://u:sec\\ret@h/d", "postgres://h:0/d",
      "postgres://h:65536/d", "postgres://h:x/d", "postgres://a,,b/d", "postgres://h,/d", "postgres://::1/d",
      "postgres://a b/d", "postgres://h%00/d", "postgres://h%2F/d", "postgres://[::1/d",
          "postgres://h/d?host=a,b&port=1,2,3",
      "postgres://.../d", "postgres://h/d?channel_binding=require&sslmode=disable",
      "postgres://h/d?sslrootcert=system&sslmode=require", "postgres://h/d?sslcert=/x", "postgres://h/d?sslkey=/x",
      "postgres://h/d?sslrootcert=/does/not/exist", "postgres://h/d?sslrootcert=pom.xml&sslmode=verify-ca",
      "postgres://h/d?sslcert=/does/not/exist&sslkey=/does/not/exist", "postgres://h/d?connect_timeout=soon",
      "postgres://h/d?target_session_attrs=master", "postgres://h/d?options=-cx", "postgres://h/d?options=-c%20=1"})
  void says_what_is_wrong_without_the_password(String url) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url)).isInstanceOf(IllegalArgumentException.class)
        .message().doesNotContain("sec ").doesNotContain("ret").isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sslmod=require", "SSLMODE=require", "search_path=chat", "statement_timeout=1", "sslcrl=/x",
      "passfile=/x", "service=x", "hostaddr=::1", "require_auth=md5", "keepalives_idle=3", "replication=true",
      "gssencmode=require", "client_encoding=latin1", "prepareThreshold=0", "foo=bar", "pool_size=3", "krbsrvname=x",
      "sslnegotiation=direct", "load_balance_hosts=random", "=1"})
  void refuses_by_name_what_it_does_not_honour(String parameter) {
    String name = parameter.substring(0, parameter.indexOf('='));

    assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://u:hush@h/d?" + parameter))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the parameter " + name)
        .message().doesNotContain("hush").doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({"ANY,true,true,true", "READ_WRITE,false,false,true", "READ_WRITE,true,true,false",
      "READ_WRITE,false,true,false", "PRIMARY,false,true,true", "PRIMARY,true,true,false", "STANDBY,true,true,true",
      "STANDBY,false,false,false", "READ_ONLY,false,true,true", "READ_ONLY,false,false,false"})
  void knows_which_server_will_do(Target target, boolean inRecovery, boolean readOnly, boolean will) {
    assertThat(target.takes(inRecovery, readOnly)).isEqualTo(will);
  }
}
