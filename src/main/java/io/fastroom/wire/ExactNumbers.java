package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.math.BigDecimal;

/** Numbers as JSON means them: {@code 42}, {@code 42.0} and {@code 4.2e1} are one and the same integer. Any thread. */
public final class ExactNumbers {
  private static final int LONG_DIGITS = 19;

  private ExactNumbers() { }

  /** The number that the parser is at as a 64-bit integer; null when it is none, by its fraction or by its size. */
  public static Long integer(JsonParser json) throws IOException {
    BigDecimal number;
    try {
      number = json.getDecimalValue();
    } catch (NumberFormatException e) {
      // An exponent that no BigDecimal has.
      return null;
    }
    // Looked at before it is spelled out: 1e999999999 has few letters and many digits.
    if (number.signum() == 0) {
      return 0L;
    }
    if ((long) number.precision() - number.scale() > LONG_DIGITS) {
      return null;
    }
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Whether the number that the parser is at has no fraction. */
  public static boolean isWhole(JsonParser json) throws IOException {
    BigDecimal number;
    try {
      number = json.getDecimalValue();
    } catch (NumberFormatException e) {
      return false;
    }
    return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
  }
}
