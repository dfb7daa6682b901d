package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.settings.SmtpUrl.StartTls;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpUrlTest {
  @ParameterizedTest
  @CsvSource({
      "smtp://mail.example.org, mail.example.org, 25, false, OPTIONAL",
      "smtp://user:pw@mail.example.org, mail.example.org, 587, false, REQUIRED",
      "smtp://user:pw@localhost:1025, localhost, 1025, false, OPTIONAL",
      "smtp://user:pw@mail?starttls=optional, mail, 587, false, OPTIONAL",
      "smtp://mail:2525/?starttls=never, mail, 2525, false, NEVER",
      "smtps://mail_server_1, mail_server_1, 465, true, OPTIONAL",
      "SMTPS://user:pw@[::1]:7000, ::1, 7000, true, OPTIONAL"})
  void understands(String url, String host, int port, boolean tls, StartTls startTls) {
    SmtpUrl known = SmtpUrl.parse(url);
    assertThat(known.host()).isEqualTo(host);
    assertThat(known.port()).isEqualTo(port);
    assertThat(known.tls()).isEqualTo(tls);
    assertThat(known.startTls()).isEqualTo(startTls);
  }

  @Test
  void decodes_the_login() {
    SmtpUrl known = SmtpUrl.parse("smtps://me%40example.org:p%3Aw%2F+x@mail.example.org");
    assertThat(known.username()).isEqualTo("me@example.org");
    assertThat(known.password()).isEqualTo("p:w/+x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mail.example.org", "http://mail", "smtp://", "smtp://user@mail", "smtp://:secret@mail",
      "smtp://user:@mail", "smtp://mail:0", "smtp://mail:70000", "smtp://ma il", "smtp://mail?starttls=maybe",
      "smtps://mail?starttls=never", "smtp://mail?x=1", "smtp://mail?tls_ca=/no/such/file", "smtp://u:%zzsecret@mail",
      "smtp://mail/path"})
  void refuses(String url) {
    assertThatThrownBy(() -> SmtpUrl.parse(url)).isInstanceOf(IllegalArgumentException.class).message()
        .doesNotContain("secret").contains("smtp://");
  }

  @Test
  void the_rest_has_defaults_and_is_checked() {
    Settings.Mail mail = SettingsReader.of(Map.of("SMTP_URL", "smtp://mail", "PUBLIC_URL", "https://chat.example.org/"))
        .mail();
    assertThat(mail.from()).isEqualTo("no-reply@chat.example.org");
    assertThat(mail.site()).isEqualTo("https://chat.example.org");
    assertThat(SettingsReader.of(Map.of("SMTP_URL", "smtp://mail", "PORT", "8123")).mail().site())
        .isEqualTo("http://localhost:8123");
    assertThat(SettingsReader.of(Map.of("MAIL_FROM", "Chat <chat@example.org>")).mail()).isNull();
    for (String bad : new String[] {"nobody", "a@b@c", "Chat <chat@example.org", "a@b, c@d", "A <a@b>\r\nBcc: x@y",
        "\"A\" <a@b>", "<a@b>", "a..b@example.org", ".a@example.org", "a.@example.org", "ü@example.org", "a@b..c", "a@b c",
        "a@example.org>", "a".repeat(65) + "@example.org", "a@b:25"}) {
      assertThatThrownBy(() -> SettingsReader.of(Map.of("MAIL_FROM", bad))).as(bad).isInstanceOf(BadSetting.class);
    }
  }

  @Test
  void mail_comes_from_a_domain_in_the_form_that_mail_knows() {
    Map.of("chat@bücher.example", "chat@xn--bcher-kva.example", "Bücher <a.b+c@Bücher.example.>",
        "Bücher <a.b+c@xn--bcher-kva.example>", "FastRoom Inc. <chat@example.org>", "FastRoom Inc. <chat@example.org>",
        "O'Neil@mail_host", "O'Neil@mail_host").forEach((given, sent) -> assertThat(
            SettingsReader.of(Map.of("SMTP_URL", "smtp://mail", "MAIL_FROM", given)).mail().from()).isEqualTo(sent));
  }
}
