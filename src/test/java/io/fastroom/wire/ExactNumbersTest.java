package io.fastroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExactNumbersTest {
  private static Long integer(String number) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(number)) {
      json.nextToken();
      return ExactNumbers.integer(json);
    }
  }

  @ParameterizedTest
  @CsvSource({"42,42", "42.0,42", "4.2e1,42", "420e-1,42", "-7.000,-7", "0,0", "-0.0,0", "0e999999999,0", "1E3,1000",
      "9223372036854775807,9223372036854775807", "9223372036854775807.0,9223372036854775807",
      "-9223372036854775808.00,-9223372036854775808", "9007199254740993.0,9007199254740993",
          "9.007199254740993e15,9007199254740993"})
  void an_integer_is_one_in_every_spelling(String number, long meant) throws IOException {
    assertThat(integer(number)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"42.5", "1e-1", "0.0000001", "9223372036854775808", "9223372036854775807.5", "1e19", "1e400",
      "1e999999999", "-1e999999999", "1e-999999999", "1e9999999999", "1e9999223372036854775808", "9223372036854775808.0"})
  void and_nothing_else_is(String number) throws IOException {
    assertThat(integer(number)).isNull();
  }
}
