package io.fastroom.persistence;

/**
 * What texts hold that administrators look for, in any case and any of Unicode's forms. Both sides are folded by
 * PostgreSQL: by ASCII first, since a locale may have its own idea of I, and then by the locale of the database, whatever
 * the collation of the column. Stateless.
 */
final class Holding {
  private static final String FOLDED = "lower(lower(normalize({}) COLLATE \"C\") COLLATE \"default\")";

  private Holding() { }

  /** @param parameter a {@link #pattern} */
  static String sql(String column, String parameter) {
    return FOLDED.replace("{}", column) + " LIKE " + FOLDED.replace("{}", parameter);
  }

  /** @return null for null */
  static String pattern(String text) {
    return text == null ? null : "%" + text.replaceAll("[\\\\%_]", "\\\\$0") + "%";
  }
}
