package io.fastroom.persistence;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import liquibase.change.custom.CustomTaskChange;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.CustomChangeException;
import liquibase.exception.DatabaseException;
import liquibase.exception.ValidationErrors;
import liquibase.resource.ResourceAccessor;

/** Part of change set {@code email-keys}: gives existing accounts their {@link EmailKey}. Created by Liquibase. */
public final class EmailKeys implements CustomTaskChange {
  private static final int PAGE = 5_000;

  @Override
  public void execute(Database database) throws CustomChangeException {
    JdbcConnection connection = (JdbcConnection) database.getConnection();
    try {
      long last = 0;
      while (last >= 0) {
        last = page(connection, last);
      }
    } catch (SQLException | DatabaseException e) {
      throw new CustomChangeException(e);
    }
  }

  /** Returns the last id of the page, -1 after the last page. */
  private static long page(JdbcConnection connection, long after) throws SQLException, DatabaseException {
    List<Long> ids = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    try (PreparedStatement find = connection.prepareStatement(
        "SELECT id, email FROM users WHERE id > ? AND email IS NOT NULL ORDER BY id LIMIT " + PAGE)) {
      find.setLong(1, after);
      ResultSet rows = find.executeQuery();
      while (rows.next()) {
        ids.add(rows.getLong(1));
        keys.add(EmailKey.of(rows.getString(2)));
      }
    }
    try (PreparedStatement set = connection.prepareStatement("""
        UPDATE users u SET email_key = k.key FROM unnest(?::bigint[], ?::text[]) AS k(id, key) WHERE u.id = k.id""")) {
      Array id = connection.getUnderlyingConnection().createArrayOf("bigint", ids.toArray());
      Array key = connection.getUnderlyingConnection().createArrayOf("text", keys.toArray());
      set.setArray(1, id);
      set.setArray(2, key);
      set.executeUpdate();
    }
    return ids.size() < PAGE ? -1 : ids.get(PAGE - 1);
  }

  @Override
  public String getConfirmationMessage() {
    return "e-mail addresses have their keys";
  }

  @Override
  public void setUp() { }

  @Override
  public void setFileOpener(ResourceAccessor files) { }

  @Override
  public ValidationErrors validate(Database database) {
    return new ValidationErrors();
  }
}
