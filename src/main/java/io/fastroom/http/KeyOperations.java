package io.fastroom.http;

import io.fastroom.auth.Keys;
import io.fastroom.bus.Bus;
import io.fastroom.model.Scope;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.KeyApi;
import io.fastroom.persistence.KeyApi.CreateKey;
import io.fastroom.persistence.KeyApi.DeleteKey;
import io.fastroom.persistence.KeyApi.ListKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys of one's own and, for administrators, of bots. Any thread. */
final class KeyOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");
  private static final int LAST_YEAR = 9998;

  private final Bus bus;
  private final ClientAddress addresses;
  private final Revoker revoker;
  private final SecureRandom random = new SecureRandom();

  KeyOperations(Bus bus, ClientAddress addresses) {
    this.bus = bus;
    this.addresses = addresses;
    this.revoker = new Revoker(bus);
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of(
        "createKey", call -> create(call, 0, call.userId()),
        "listKeys", call -> list(0, call.userId()),
        "deleteKey", call -> delete(call, 0, call.userId()),
        "createBotKey", call -> create(call, call.userId(), call.number("user_id")),
        "listBotKeys", call -> list(call.userId(), call.number("user_id")),
        "deleteBotKey", call -> delete(call, call.userId(), call.number("user_id")));
  }

  private Future<Reply> create(Call call, long adminId, long userId) {
    JsonObject body = call.body();
    String name = body.getString("name").strip();
    if (name.isEmpty()) {
      throw InvalidInput.body("/name", "must not be blank");
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    body.getJsonArray("scopes").forEach(scope -> scopes.add(Scope.of((String) scope)));
    Instant expires = expiry(body.getString("expires"));
    String key = Keys.make(random);
    return bus.ask(KeyApi.CREATE_KEY,
            new CreateKey(adminId, userId, name, scopes, expires, Keys.hash(key), addresses.of(call.request())))
        .onSuccess(made -> log("made", call, made.id(), userId))
        .map(made -> Reply.created(KeyJson.created(made, key)));
  }

  /** Null for never. */
  private static Instant expiry(String text) {
    if (text == null) {
      return null;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() <= LAST_YEAR && time.toInstant().isAfter(Instant.now())) {
        return time.toInstant();
      }
    } catch (DateTimeException e) {
      throw InvalidInput.body("/expires", "must be a time of RFC 3339");
    }
    throw InvalidInput.body("/expires", "must be in the future, before the year 9999");
  }

  private Future<Reply> list(long adminId, long userId) {
    return bus.ask(KeyApi.LIST_KEYS, new ListKeys(adminId, userId)).map(keys -> Reply.ok(KeyJson.list(keys)));
  }

  private Future<Reply> delete(Call call, long adminId, long userId) {
    long id = call.number("key_id");
    return bus.ask(KeyApi.DELETE_KEY, new DeleteKey(adminId, userId, id, addresses.of(call.request())))
        .onSuccess(dead -> log("deleted", call, id, userId))
        .compose(revoker::end)
        .map(Reply.NO_CONTENT);
  }

  private static void log(String what, Call call, long key, long userId) {
    LOG.info("key {} key={} user={} by={} request={}", what, key, userId, call.userId(), call.requestId());
  }
}
