package io.fastroom.presence;

import io.fastroom.presence.PresenceApi.Present;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.TreeSet;

/**
 * Looks at all connections of one room, some at a time, so that Redis serves others in between. What is found is as old
 * as the version that the first look was given, or newer.
 *
 * <p>Thread: the verticle's. Limits: {@value #PAGE} connections a call.
 */
final class RoomWalk {
  static final int PAGE = 500;

  private final PresenceExpiry expiry;
  private final String room;
  private final TreeSet<String> users = new TreeSet<>();
  private final Promise<Present> done = Promise.promise();
  private long version;
  private boolean held;

  RoomWalk(PresenceExpiry expiry, String room) {
    this.expiry = expiry;
    this.room = room;
  }

  Future<Present> start() {
    next("-");
    return done.future();
  }

  /** Each step begins when the one before has ended; no chain of futures grows with the room. */
  private void next(String from) {
    expiry.page(room, from, PAGE).compose(this::look).onComplete(last -> {
      if (last.failed()) {
        done.fail(last.cause());
      } else if (last.result() == null) {
        done.complete(new Present(List.copyOf(users), version, held, expiry.evicting(room)));
      } else {
        next("(" + last.result());
      }
    });
  }

  /** @return the last connection of the page, null at the end */
  private Future<String> look(PresenceExpiry.Page page) {
    if (version == 0) {
      version = page.version();
    }
    held |= page.held();
    List<String> members = page.members();
    if (members.isEmpty()) {
      return Future.succeededFuture();
    }
    return expiry.check(room, 0, members).map(checked -> {
      held |= checked.held();
      users.addAll(checked.users());
      return members.size() < PAGE ? null : members.get(members.size() - 1);
    });
  }
}
