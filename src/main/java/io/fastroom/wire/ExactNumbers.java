package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.math.BigDecimal;

/** Numbers as JSON defines them: {@code 42}, {@code 42.0} and {@code 4.2e1} are the same integer. Any thread. */
public final class ExactNumbers {
  private static final int LONG_DIGITS = 19;

  private ExactNumbers() { }

  /** The parser's current number as a 64-bit integer; null when it has a fraction or is too large. */
  public static Long integer(JsonParser json) throws IOException {
    BigDecimal number;
    try {
      number = json.getDecimalValue();
    } catch (NumberFormatException e) {
      // An exponent beyond what BigDecimal can hold.
      return null;
    }
    // Checked before it is written out: 1e999999999 has few characters but many digits.
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

  /** Whether the parser's current number has no fraction. */
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
