package io.fastroom.persistence;

import io.fastroom.model.SearchQuery;
import io.fastroom.model.SearchQuery.Term;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A search as PostgreSQL's tsquery, for the entries that the function {@code message_words} makes; {@code {b}} stands for
 * the name of a block. Words consist of letters and digits, so there is nothing to escape. Stateless.
 */
final class TsQuery {
  private TsQuery() { }

  /** Which may find more than is looked for. @param rooms in one of these, empty for any. @param author null for any */
  static String of(SearchQuery query, List<Long> rooms, Long author) {
    Stream<String> words = query.terms().stream().filter(term -> !(term.excluded() && isPhrase(term)))
        .map(term -> (term.excluded() ? "!" : "") + words(term, "{b}", " & "));
    Stream<String> room = rooms.isEmpty() ? Stream.empty()
        : Stream.of(rooms.stream().map(id -> entry("r", id)).collect(Collectors.joining(" | ", "(", ")")));
    Stream<String> user = author == null ? Stream.empty() : LongStream.of(author).mapToObj(id -> entry("u", id));
    return Stream.of(words, room, user).flatMap(parts -> parts).collect(Collectors.joining(" & "));
  }

  /** What has to be in order, for the words of a text themselves; null when nothing has. */
  static String phrases(SearchQuery query) {
    List<String> phrases = query.terms().stream().filter(TsQuery::isPhrase)
        .map(term -> (term.excluded() ? "!" : "") + words(term, "", " <-> ")).toList();
    return phrases.isEmpty() ? null : String.join(" & ", phrases);
  }

  private static boolean isPhrase(Term term) {
    return term.words().size() > 1;
  }

  private static String words(Term term, String before, String between) {
    int last = term.words().size() - 1;
    return IntStream.rangeClosed(0, last)
        .mapToObj(i -> "'" + before + term.words().get(i) + "'" + (i == last && term.prefix() ? ":*" : ""))
        .collect(Collectors.joining(between, "(", ")"));
  }

  private static String entry(String kind, long id) {
    StringBuilder entry = new StringBuilder("q{b}").append(kind);
    Long.toHexString(id).toLowerCase(Locale.ROOT).chars()
        .forEach(digit -> entry.append((char) (digit <= '9' ? digit - '0' + 'g' : digit)));
    return entry.toString();
  }
}
