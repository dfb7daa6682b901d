package io.fastroom.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of the change sets, read without Liquibase, which takes seconds to find out that nothing is missing. */
final class Changelog {
  static final String FOLDER = "db/changelog/";
  static final String ROOT = FOLDER + "root.yaml";
  private static final Pattern FILE = Pattern.compile("\\bfile: *([\\w.-]+)");
  private static final Pattern CHANGE_SET = Pattern.compile("(?m)^(?:--changeset [^:\\s]+:| +id: )(\\S+)");

  private Changelog() { }

  static boolean isApplied(Connection connection) throws SQLException, IOException {
    Set<String> applied = new HashSet<>();
    try (Statement statement = connection.createStatement()) {
      ResultSet exists = statement.executeQuery("SELECT to_regclass('databasechangelog') IS NOT NULL");
      if (!exists.next() || !exists.getBoolean(1)) {
        return false;
      }
      ResultSet ids = statement.executeQuery("SELECT id FROM databasechangelog");
      while (ids.next()) {
        applied.add(ids.getString(1));
      }
    }
    for (String file : find(FILE, ROOT)) {
      if (!applied.containsAll(find(CHANGE_SET, FOLDER + file))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> find(Pattern pattern, String resource) throws IOException {
    try (InputStream in = Changelog.class.getClassLoader().getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }
  }
}
