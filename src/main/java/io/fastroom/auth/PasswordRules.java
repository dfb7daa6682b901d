package io.fastroom.auth;

import com.nulabinc.zxcvbn.StandardDictionaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a password may be, and the one form in which it is hashed: keyboards and systems write one and the same text
 * differently (NFC, NFD), and who typed it cannot tell.
 *
 * <p>Thread: any; immutable.
 */
public final class PasswordRules {
  public static final int MIN_LENGTH = 8;
  public static final int MAX_LENGTH = 128;
  private static final int COMMONEST = 10_000;

  /** Lower case. */
  private final Set<String> commonest;

  private PasswordRules(Set<String> commonest) {
    this.commonest = commonest;
  }

  /** Reads the list, which zxcvbn has in the order of how often each was seen in leaks. Blocks for some milliseconds. */
  public static PasswordRules load() {
    try {
      return new PasswordRules(StandardDictionaries.PASSWORDS_LOADER.load().getFrequencies().stream()
          .limit(COMMONEST).map(PasswordRules::folded).collect(Collectors.toUnmodifiableSet()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  public static String normalised(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }

  /** What is wrong with a normalised password, null for nothing. */
  public String flaw(String password, String username) {
    int length = password.codePointCount(0, password.length());
    if (length < MIN_LENGTH || length > MAX_LENGTH) {
      return "must be " + MIN_LENGTH + " to " + MAX_LENGTH + " characters";
    }
    if (folded(password).equals(username) || Usernames.normalise(password).equals(Optional.of(username))) {
      return "must not be the username";
    }
    return commonest.contains(folded(password)) ? "is one of the commonest passwords" : null;
  }

  /**
   * What a password given at login may have been hashed as: normalised, or as it was typed, which is what version 0.1
   * did. Empty when it cannot be anybody's: too long, it was never set, and hashing it would cost by its length.
   */
  public static List<String> candidates(String given) {
    Set<String> forms = new LinkedHashSet<>(List.of(normalised(given), given));
    forms.removeIf(form -> form.codePointCount(0, form.length()) > MAX_LENGTH);
    return List.copyOf(forms);
  }
}
