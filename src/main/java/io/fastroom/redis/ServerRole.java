package io.fastroom.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Function;

/** What a server is to others. A user who may not ask is told by the first command that fails. Any thread. */
final class ServerRole {
  private ServerRole() { }

  /** Whether it takes writes. @param send to the server; fails only when the server does not answer */
  static Future<Boolean> isMaster(Function<Request, Future<Response>> send) {
    return send.apply(Request.cmd(Command.ROLE))
        .map(role -> role.get(0).toString().equals("master"))
        .recover(failure -> !refused(failure) ? Future.failedFuture(failure)
            : send.apply(Request.cmd(Command.INFO).arg("replication"))
                .map(info -> !info.toString().contains("role:slave"))
                .recover(again -> refused(again) ? Future.succeededFuture(true) : Future.failedFuture(again)));
  }

  /**
   * Whether it is one of a cluster's: one that was removed knows of no slots, and passes on nothing.
   *
   * @param send to the server; fails only when the server does not answer
   */
  static Future<Boolean> isOfCluster(Function<Request, Future<Response>> send) {
    return send.apply(Request.cmd(Command.CLUSTER).arg("SLOTS"))
        .map(slots -> slots.size() > 0)
        .recover(failure -> refused(failure) ? Future.succeededFuture(true) : Future.failedFuture(failure));
  }

  private static boolean refused(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    return said.startsWith("NOPERM") || said.startsWith("ERR unknown command");
  }
}
