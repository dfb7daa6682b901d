package io.fastroom.http;

import io.vertx.core.Future;
import java.util.Map;

/** Whether the process answers. Any thread. */
final class OpsOperations implements Operation.Group {
  @Override
  public Map<String, Operation> operations() {
    return Map.of("getHealth", call -> Future.succeededFuture(Reply.ok(Json.health())));
  }
}
