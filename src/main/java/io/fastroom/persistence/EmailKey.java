package io.fastroom.persistence;

import java.text.Normalizer;
import java.util.Locale;

/**
 * What two spellings of an e-mail address have in common: composed (NFC), with Unicode's own folding of case. Reckoned
 * here, since PostgreSQL's lower() depends on the locale of the database: that of Turkish makes an I another letter, and
 * that of C leaves É as it is.
 */
final class EmailKey {
  /** Java folds it to i; Unicode does so for Turkish only. */
  private static final int DOTLESS_I = 0x131;

  private EmailKey() { }

  /** @param email may be null, as is the answer then */
  static String of(String email) {
    if (email == null) {
      return null;
    }
    StringBuilder folded = new StringBuilder(email.length());
    // One by one, since a sigma at the end of a word is one like any other; and up again, since ẞ is ß, SS and then ss.
    Normalizer.normalize(email, Normalizer.Form.NFC).codePoints().forEach(c -> folded.append(fold(c)));
    return Normalizer.normalize(folded, Normalizer.Form.NFC);
  }

  private static String fold(int c) {
    String one = Character.toString(c);
    return c == DOTLESS_I ? one : one.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
