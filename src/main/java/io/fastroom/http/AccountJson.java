package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.Account;
import io.fastroom.model.LoginInfo;
import io.fastroom.persistence.AccountApi.AccountPage;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/** The answers about accounts, as {@link Json} has the others. Any thread. */
final class AccountJson {
  private AccountJson() { }

  /** Writes one value. */
  interface ItemWriter<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }

  static Buffer account(Account account) {
    return Buffer.buffer(JsonBytes.encode(256, json -> write(json, account)));
  }

  static Buffer accounts(AccountPage page) {
    return page(page.items(), page.more(), last -> Cursor.of(last.user().username()), AccountJson::write);
  }

  /** A page that goes on by cursor alone. @param cursor behind its last item */
  static <T> Buffer page(List<T> items, boolean more, Function<T, String> cursor, ItemWriter<T> item) {
    return Buffer.buffer(JsonBytes.encode(1024, json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("items");
      for (T each : items) {
        item.write(json, each);
      }
      json.writeEndArray();
      json.writeStringField("next_cursor", more ? cursor.apply(items.get(items.size() - 1)) : null);
      json.writeEndObject();
    }));
  }

  static Buffer sessions(List<LoginInfo> logins) {
    return Buffer.buffer(JsonBytes.encode(512, json -> {
      json.writeStartArray();
      for (LoginInfo login : logins) {
        write(json, login);
      }
      json.writeEndArray();
    }));
  }

  private static void write(JsonGenerator json, Account account) throws IOException {
    json.writeStartObject();
    Json.writeFields(json, account.user());
    json.writeStringField("role", account.role().text());
    json.writeBooleanField("email_verified", account.emailVerified());
    if (account.newEmail() != null) {
      json.writeStringField("new_email", account.newEmail());
    }
    json.writeBooleanField("is_bot", account.isBot());
    Json.writeTime(json, "created_at", account.createdAt());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, LoginInfo login) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", login.id());
    Json.writeTime(json, "created_at", login.createdAt());
    Json.writeTime(json, "last_used_at", login.lastUsedAt());
    json.writeStringField("address", login.address());
    json.writeStringField("user_agent", login.userAgent());
    json.writeBooleanField("current", login.current());
    json.writeEndObject();
  }
}
