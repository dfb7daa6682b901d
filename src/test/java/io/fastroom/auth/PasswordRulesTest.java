package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {
  private static final PasswordRules RULES = PasswordRules.load();

  private static String flaw(String password, String username) {
    return RULES.flaw(PasswordRules.normalised(password), username);
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "12345678", "PASSWORD", "Password1", "qwertyuiop", "iloveyou", "trustno1",
      "football1", "11111111", "1q2w3e4r", "sunshine", "baseball", "superman", "letmein1", "welcome1"})
  void the_commonest_are_refused_in_any_case(String password) {
    assertThat(flaw(password, "alice")).isEqualTo("is one of the commonest passwords");
  }

  @ParameterizedTest
  @ValueSource(strings = {"correct horse", "long enough", "pässwort!", "パスワードパスワード", "🙂🙂🙂🙂🙂🙂🙂🙂", "alice's own"})
  void others_are_not(String password) {
    assertThat(flaw(password, "alice")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice_liddell", "Alice Liddell", "ALICE-LIDDELL", " alice  liddell "})
  void the_username_is_refused_however_it_is_written(String password) {
    assertThat(flaw(password, "alice_liddell")).isEqualTo("must not be the username");
  }

  @Test
  void what_is_counted_is_the_normalised_text_in_code_points() {
    assertThat(flaw("a\u0308".repeat(7), "alice")).isNotNull();
    assertThat(flaw("a\u0308".repeat(8), "alice")).isNull();
    assertThat(flaw("a\u0308".repeat(128), "alice")).isNull();
    assertThat(flaw("a\u0308".repeat(129), "alice")).isNotNull();
    assertThat(flaw("🙂".repeat(128), "alice")).isNull();
    assertThat(flaw("\u0958".repeat(4), "alice")).as("these grow when they are normalised").isNull();
  }

  @Test
  void at_login_a_password_is_tried_normalised_and_as_it_was_typed() {
    String composed = "pässwort!";
    String decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);
    assertThat(PasswordRules.candidates(composed)).containsExactly(composed);
    assertThat(PasswordRules.candidates(decomposed)).containsExactly(composed, decomposed);
    assertThat(PasswordRules.candidates("x".repeat(129))).isEmpty();
    assertThat(PasswordRules.candidates("a\u0308".repeat(128))).isEqualTo(List.of("ä".repeat(128)));
  }
}
