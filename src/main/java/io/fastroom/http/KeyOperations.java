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
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys of one's own and, for administrators, of bots. Any thread. */
final class KeyOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");

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
    Instant expires = TextRules.future(body.getString("expires"), "/expires");
    String key = Keys.make(random);
    return bus.ask(KeyApi.CREATE_KEY,
            new CreateKey(adminId, userId, name, scopes, expires, Keys.hash(key), addresses.of(call.request())))
        .onSuccess(made -> log("made", call, made.id(), userId))
        .map(made -> Reply.created(KeyJson.created(made, key)));
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
