package io.fastroom.http;

import io.vertx.core.Future;
import java.util.Map;

/** Runs one operation of openapi.yaml. It may throw or fail with {@link InvalidInput} or a Refused. */
@FunctionalInterface
interface Operation {
  Future<Reply> handle(Call call);

  /** The operations of one tag, by operation id. */
  interface Group {
    Map<String, Operation> operations();
  }
}
