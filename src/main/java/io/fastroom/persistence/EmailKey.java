package io.fastroom.persistence;

import java.text.Normalizer;
import java.util.Locale;

/**
 * What different spellings of an e-mail address have in common: composed (NFC), with Unicode's own case folding.
 * Computed here, since PostgreSQL's lower() depends on the locale of the database: the Turkish one turns I into another
 * letter, and the C locale leaves É unchanged.
 */
final class EmailKey {
  /** Java folds it to i; Unicode does so only for Turkish. */
  private static final int DOTLESS_I = 0x131;

  private EmailKey() { }

  /** @param email may be null, then so is the answer */
  static String of(String email) {
    if (email == null) {
      return null;
    }
    StringBuilder folded = new StringBuilder(email.length());
    // Character by character, since a final sigma must equal any other; and to upper case again, since ẞ becomes ß, SS
    // and then ss.
    Normalizer.normalize(email, Normalizer.Form.NFC).codePoints().forEach(c -> folded.append(fold(c)));
    return Normalizer.normalize(folded, Normalizer.Form.NFC);
  }

  private static String fold(int c) {
    String one = Character.toString(c);
    return c == DOTLESS_I ? one : one.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
