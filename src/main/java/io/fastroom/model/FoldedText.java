package io.fastroom.model;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a text as a search compares them: lower case, without accents, with whatever is neither letter nor digit
 * between them; characters of scripts that write without spaces are words of their own. The function {@code search_fold}
 * of the database does the same.
 *
 * <p>Thread: any; one text each.
 */
public final class FoldedText {
  /** Accents and what cannot be seen: not there. Pairs of first and last, as all of these. */
  private static final int[] IGNORED = {0xad, 0xad, 0x300, 0x36f, 0x591, 0x5bd, 0x5bf, 0x5bf, 0x5c1, 0x5c2, 0x5c4, 0x5c5,
      0x5c7, 0x5c7, 0x64b, 0x65f, 0x670, 0x670, 0x200b, 0x200d, 0x2060, 0x2060, 0x3099, 0x309a, 0xfe00, 0xfe0f, 0xfeff,
      0xfeff};
  private static final int[] ALONE = {0xe00, 0xeff, 0x1000, 0x109f, 0x1780, 0x17d3, 0x3005, 0x3007, 0x3041, 0x309f,
      0x30a1, 0x30fa, 0x30fc, 0x312f, 0x31a0, 0x31ff, 0x3400, 0x9fff, 0xf900, 0xfaff, 0x20000, 0x3ffff};
  /** Besides what is neither letter nor digit: letters and digits that are used as signs, and emoji yet to come. */
  private static final int[] SIGNS = {0x2c2, 0x2df, 0x2000, 0x2bff, 0x2e00, 0x2e7f, 0xfe10, 0xfe6f, 0x1f000, 0x1faff};

  /** @param start where it is in the text, and {@code end} behind it, accents included */
  public record Word(String text, int start, int end) { }

  private final List<Word> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private int start;
  private int end;

  private FoldedText() { }

  /** In their order. */
  public static List<Word> words(String text) {
    FoldedText folded = new FoldedText();
    int length;
    for (int i = 0; i < text.length(); i += length) {
      int character = text.codePointAt(i);
      length = Character.charCount(character);
      folded.take(character, i, i + length);
    }
    folded.finish();
    return folded.words;
  }

  private void take(int character, int from, int to) {
    if (character < 0x80) {
      add(Character.toLowerCase(character), from, to);
    } else {
      Normalizer.normalize(Character.toString(character), Form.NFKD).codePoints().forEach(part -> add(part, from, to));
    }
  }

  private void add(int part, int from, int to) {
    if (isIn(IGNORED, part)) {
      // An accent belongs to the letter before it, also where that is a word of its own.
      end = word.isEmpty() ? end : to;
      return;
    }
    int character = Character.toLowerCase(part);
    if (isBetween(character)) {
      finish();
    } else if (isIn(ALONE, character)) {
      finish();
      words.add(new Word(Character.toString(character), from, to));
    } else {
      start = word.isEmpty() ? from : start;
      end = to;
      word.append(letters(character));
    }
  }

  private void finish() {
    if (!word.isEmpty()) {
      words.add(new Word(word.toString(), start, end));
      word.setLength(0);
    }
  }

  private static String letters(int character) {
    return switch (character) {
      case 'ø' -> "o";
      case 'ł' -> "l";
      case 'đ' -> "d";
      case 'ħ' -> "h";
      case 'ı' -> "i";
      case 'ς' -> "σ";
      case 'ß' -> "ss";
      case 'æ' -> "ae";
      case 'œ' -> "oe";
      default -> Character.toString(character);
    };
  }

  private static boolean isBetween(int character) {
    return isIn(SIGNS, character) || switch (Character.getType(character)) {
      case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER, Character.MODIFIER_LETTER,
          Character.OTHER_LETTER, Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK,
          Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER, Character.SURROGATE -> false;
      // Perhaps a letter of a script that this Java does not know yet.
      case Character.UNASSIGNED -> false;
      default -> true;
    };
  }

  private static boolean isIn(int[] ranges, int character) {
    for (int i = 0; i < ranges.length && ranges[i] <= character; i += 2) {
      if (character <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }
}
