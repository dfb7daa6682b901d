package io.fastroom.model;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which names a room may have: nobody should end up in the wrong room because of something in a name that they cannot
 * see. Any thread.
 *
 * <p>Names are kept and compared in Unicode's NFC form. Rooms of version 0.1 may have names in another form; they are
 * found by exactly that name.
 */
public final class RoomNames {
  /** In code points, of the normal form. */
  public static final int MAX_LENGTH = 100;
  /** What such a name may have in another form: a letter with its accents is up to four code points there. */
  public static final int MAX_GIVEN = 4 * MAX_LENGTH;
  /** How the name of a room between two people begins, and no other. */
  static final String DIRECT = "@";
  private static final int ZWNJ = 0x200C;
  private static final int ZWJ = 0x200D;
  private static final int KEYCAP = 0x20E3;
  private static final int TEXT_STYLE = 0xFE0E;
  private static final int EMOJI_STYLE = 0xFE0F;
  private static final int BLACK_FLAG = 0x1F3F4;
  private static final int FIRST_TAG = 0xE0020;
  private static final int LAST_TAG = 0xE007F;
  private static final int VIRAMA = 9;
  /** Blank characters that Unicode counts among the visible ones: the braille blank, a null note, a Khitan filler. */
  private static final Set<Integer> BLANK = Set.of(0x2800, 0x1D159, 0x16FE4);
  /** Scripts whose letters look the same with and without a joiner. */
  private static final Set<Integer> UNJOINED = Set.of(UScript.COMMON, UScript.INHERITED, UScript.UNKNOWN, UScript.LATIN,
      UScript.GREEK, UScript.CYRILLIC, UScript.ARMENIAN, UScript.GEORGIAN, UScript.HEBREW, UScript.HAN, UScript.HIRAGANA,
      UScript.KATAKANA, UScript.HANGUL, UScript.BOPOMOFO, UScript.ETHIOPIC, UScript.CHEROKEE);

  private RoomNames() { }

  public static String normal(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /** The name of a room between two people after one of them has another name; the same when neither had {@code from}. */
  public static String direct(String name, String from, String to) {
    return Arrays.stream(name.substring(DIRECT.length()).split(",")).map(each -> each.equals(from) ? to : each).sorted()
        .collect(Collectors.joining(",", DIRECT, ""));
  }

  /** Whether what is given may be a name, as far as its length tells. */
  public static boolean fits(String given) {
    return isShort(given) || given.codePointCount(0, given.length()) <= MAX_GIVEN && isShort(normal(given));
  }

  private static boolean isShort(String name) {
    return name.codePointCount(0, name.length()) <= MAX_LENGTH;
  }

  /** What is wrong with a normalised name, null when nothing is. */
  public static String flaw(String name) {
    if (name.isEmpty() || !isShort(name)) {
      return "must be 1 to " + MAX_LENGTH + " characters";
    }
    if (name.startsWith(DIRECT)) {
      return "must not begin with @, as rooms between two people do";
    }
    if (name.equals(".") || name.equals("..")) {
      return "must not be . or .., which no URL can carry";
    }
    int[] letters = name.codePoints().toArray();
    if (letters.length > 0 && (UCharacter.isUWhiteSpace(letters[0])
        || UCharacter.isUWhiteSpace(letters[letters.length - 1]))) {
      return "must not begin or end with space";
    }
    for (int i = 0; i < letters.length; i++) {
      if (Character.getType(letters[i]) == Character.CONTROL) {
        return "must not contain control characters";
      }
      if (isHidden(letters, i)) {
        return String.format(Locale.ROOT, "must not contain what cannot be seen (U+%04X)", letters[i]);
      }
    }
    return null;
  }

  private static boolean isHidden(int[] letters, int i) {
    int letter = letters[i];
    if (letter == ZWJ || letter == ZWNJ) {
      return !joins(letters, i);
    }
    if (letter >= FIRST_TAG && letter <= LAST_TAG) {
      return !isFlag(letters, i);
    }
    if (UCharacter.hasBinaryProperty(letter, UProperty.VARIATION_SELECTOR)) {
      return !isVariant(letters, i);
    }
    int type = UCharacter.getType(letter);
    return BLANK.contains(letter) || type == UCharacterCategory.LINE_SEPARATOR
        || type == UCharacterCategory.PARAGRAPH_SEPARATOR
        || UCharacter.hasBinaryProperty(letter, UProperty.DEFAULT_IGNORABLE_CODE_POINT)
        || UCharacter.hasBinaryProperty(letter, UProperty.NONCHARACTER_CODE_POINT)
        || type == UCharacterCategory.FORMAT && !UCharacter.hasBinaryProperty(letter,
            UProperty.PREPENDED_CONCATENATION_MARK);
  }

  /** Within an emoji, after a sign that suppresses a vowel, or within a word of a script whose letters join. */
  private static boolean joins(int[] letters, int i) {
    if (i == 0) {
      return false;
    }
    if (UCharacter.getCombiningClass(letters[i - 1]) == VIRAMA) {
      return true;
    }
    if (i + 1 == letters.length) {
      return false;
    }
    int before = base(letters, i - 1);
    boolean emoji = isPictograph(before) && isPictograph(letters[i + 1]);
    return emoji ? letters[i] == ZWJ : UScript.getScript(before) == UScript.getScript(letters[i + 1])
        && !UNJOINED.contains(UScript.getScript(before)) && UCharacter.isLetter(letters[i + 1]);
  }

  private static boolean isPictograph(int letter) {
    return UCharacter.hasBinaryProperty(letter, UProperty.EXTENDED_PICTOGRAPHIC);
  }

  /** The character that the marks up to {@code i} belong to. */
  private static int base(int[] letters, int i) {
    int at = i;
    while (at > 0 && (UCharacter.hasBinaryProperty(letters[at], UProperty.EMOJI_MODIFIER)
        || UCharacter.getType(letters[at]) == UCharacterCategory.NON_SPACING_MARK)) {
      at--;
    }
    return letters[at];
  }

  /** Whether a tag is part of a region's flag, which is a black flag followed by the region's code in tags. */
  private static boolean isFlag(int[] letters, int i) {
    int start = i;
    while (start > 0 && letters[start] >= FIRST_TAG && letters[start] < LAST_TAG || start == i && start > 0) {
      start--;
    }
    int end = i;
    while (end < letters.length - 1 && letters[end] >= FIRST_TAG && letters[end] < LAST_TAG) {
      end++;
    }
    return letters[start] == BLACK_FLAG && letters[end] == LAST_TAG && end - start > 2;
  }

  /** Whether a variation selector follows a character that has variants. */
  private static boolean isVariant(int[] letters, int i) {
    if (i == 0) {
      return false;
    }
    int base = letters[i - 1];
    if (letters[i] == TEXT_STYLE || letters[i] == EMOJI_STYLE) {
      // Digits, # and * are emoji in a keycap only.
      return base > 0x7F ? UCharacter.hasBinaryProperty(base, UProperty.EMOJI)
          : UCharacter.hasBinaryProperty(base, UProperty.EMOJI) && i + 1 < letters.length && letters[i + 1] == KEYCAP;
    }
    return UScript.getScript(base) == UScript.HAN || UScript.getScript(base) == UScript.MONGOLIAN;
  }
}
