package io.fastroom.model;

import io.fastroom.model.FoldedText.Word;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody looks for: words that a message must have, {@code "exact phrases"}, {@code -what} it must not have, and
 * words that only begin so {@code pre*}. Any text is such a query; what is no word is passed over.
 *
 * <p>Immutable. Limits: {@value #MAX_LENGTH} characters, {@value #MAX_WORDS} words.
 */
public record SearchQuery(List<Term> terms) {
  public static final int MAX_LENGTH = 500;
  private static final int MAX_WORDS = 32;
  /** PostgreSQL indexes no word that is longer. In bytes, without what the index puts before it. */
  private static final int MAX_WORD = 2_000;
  private static final String QUOTES = "\"\u201c\u201d\u201e";

  /**
   * Words that follow one another.
   *
   * @param prefix whether the last one may go on
   */
  public record Term(List<String> words, boolean prefix, boolean excluded) {
    /** How many words from {@code at} on are this term; 0 when they are not. */
    int length(List<Word> text, int at) {
      if (at + words.size() > text.size()) {
        return 0;
      }
      for (int i = 0; i < words.size(); i++) {
        String found = text.get(at + i).text();
        boolean open = prefix && i == words.size() - 1;
        if (open ? !found.startsWith(words.get(i)) : !found.equals(words.get(i))) {
          return 0;
        }
      }
      return words.size();
    }
  }

  public SearchQuery {
    terms = List.copyOf(terms);
  }

  /** Null for a query that can be asked, else what is wrong with it. */
  public String flaw() {
    if (terms.stream().allMatch(Term::excluded)) {
      return "must have a word to look for";
    }
    if (terms.stream().mapToInt(term -> term.words.size()).sum() > MAX_WORDS) {
      return "must not have more than " + MAX_WORDS + " words";
    }
    boolean tooLong = terms.stream().flatMap(term -> term.words.stream())
        .anyMatch(word -> word.getBytes(StandardCharsets.UTF_8).length > MAX_WORD);
    return tooLong ? "has a word that is too long" : null;
  }

  public static SearchQuery parse(String text) {
    List<Term> terms = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      boolean excluded = false;
      while (at < text.length() && text.charAt(at) == '-') {
        excluded = true;
        at++;
      }
      boolean quoted = at < text.length() && isQuote(text.charAt(at));
      int begin = quoted ? at + 1 : at;
      int end = begin;
      while (end < text.length() && !isQuote(text.charAt(end)) && (quoted || !isSpace(text.charAt(end)))) {
        end++;
      }
      add(terms, text.substring(begin, end), excluded);
      at = end < text.length() && (quoted || isSpace(text.charAt(end))) ? end + 1 : end;
    }
    return new SearchQuery(terms);
  }

  private static void add(List<Term> terms, String text, boolean excluded) {
    List<Word> words = FoldedText.words(text);
    if (!words.isEmpty()) {
      int end = words.get(words.size() - 1).end();
      terms.add(new Term(words.stream().map(Word::text).toList(), text.startsWith("*", end), excluded));
    }
  }

  private static boolean isQuote(char c) {
    return QUOTES.indexOf(c) >= 0;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /** The text, HTML-escaped, with what it was found by in {@code <mark>}. */
  public String highlight(String text) {
    List<Word> words = FoldedText.words(text);
    StringBuilder html = new StringBuilder(text.length() + 32);
    int done = 0;
    for (int i = 0; i < words.size(); i++) {
      int length = longest(words, i);
      if (length > 0 && words.get(i).start() >= done) {
        int end = words.get(i + length - 1).end();
        escape(html, text, done, words.get(i).start());
        html.append("<mark>");
        escape(html, text, words.get(i).start(), end);
        html.append("</mark>");
        done = end;
        i += length - 1;
      }
    }
    escape(html, text, done, text.length());
    return html.toString();
  }

  private int longest(List<Word> words, int at) {
    int longest = 0;
    for (Term term : terms) {
      longest = term.excluded ? longest : Math.max(longest, term.length(words, at));
    }
    return longest;
  }

  private static void escape(StringBuilder html, String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> html.append(c);
      }
    }
  }
}
