package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.FoldedText;
import io.fastroom.model.FoldedText.Word;
import io.fastroom.settings.DatabaseUrl;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Texts as the node folds them, held against what a database makes of them. */
final class Folds {
  /** Of the blocks whose characters are all alike, some. */
  private static final int[] ALIKE = {0x3500, 0x4d80, 0x4f00, 0x9f00, 0xac80, 0xd700, 0xe100, 0xf800, 0x20000, 0x31000,
      0xf0100, 0x10ff00};

  private Folds() { }

  /** Each between two letters. */
  static void everyCharacter(String url) throws SQLException {
    List<String> texts = IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
        .filter(Character::isDefined).filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .filter(Folds::isTold).mapToObj(c -> "a" + Character.toString(c) + "b").toList();
    try (Connection connection = new Jdbc(DatabaseUrl.parse(url)).connect(10_000);
         PreparedStatement fold = connection.prepareStatement("""
             SELECT array_agg(trim(search_fold(text)) ORDER BY nth) FROM unnest(?) WITH ORDINALITY t(text, nth)""")) {
      Array given = connection.createArrayOf("text", texts.toArray());
      fold.setArray(1, given);
      try (ResultSet rows = fold.executeQuery()) {
        rows.next();
        List<String> found = Arrays.asList((String[]) rows.getArray(1).getArray());
        assertThat(IntStream.range(0, texts.size()).filter(i -> !found.get(i).equals(words(texts.get(i))))
            .mapToObj(i -> Integer.toHexString(texts.get(i).codePointAt(1)) + ": " + found.get(i))).isEmpty();
      }
    }
  }

  static String words(String text) {
    Stream<String> words = FoldedText.words(text).stream().map(Word::text);
    return words.collect(Collectors.joining(" "));
  }

  private static boolean isTold(int character) {
    for (int i = 0; i < ALIKE.length; i += 2) {
      if (character >= ALIKE[i] && character < ALIKE[i + 1]) {
        return character % 64 == 0;
      }
    }
    return true;
  }
}
