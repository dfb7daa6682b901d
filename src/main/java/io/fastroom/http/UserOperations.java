package io.fastroom.http;

import io.fastroom.auth.Usernames;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Listing;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.FindUser;
import io.fastroom.persistence.PersistenceApi.ListUsers;
import io.vertx.core.Future;
import java.util.Map;

/** Users, without the e-mail of others. Any thread. */
final class UserOperations implements Operation.Group {
  private final Bus bus;

  UserOperations(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("listUsers", this::list, "getUser", this::find);
  }

  private Future<Reply> list(Call call) {
    return bus.ask(PersistenceApi.LIST_USERS,
            new ListUsers(call.userId(), call.limit(), call.offset(), call.ascending(), Cursor.text(call)))
        .map(page -> Reply.ok(Json.users(page.items().stream().map(user -> asSeen(call, user)).toList()))
            .withNext(page.more() ? next(call, page) : null));
  }

  private static String next(Call call, Listing<User> page) {
    String last = page.items().get(page.items().size() - 1).username();
    return "/users?limit=" + page.limit() + "&order=" + call.text("order") + "&cursor=" + Cursor.of(last);
  }

  private Future<Reply> find(Call call) {
    return Usernames.normalise(call.text("username"))
        .map(name -> bus.ask(PersistenceApi.FIND_USER, new FindUser(name)))
        .orElse(Future.failedFuture(new Refused(Problem.USER_NOT_FOUND)))
        .map(user -> Reply.ok(Json.user(asSeen(call, user))));
  }

  private static User asSeen(Call call, User user) {
    return user.id() == call.userId() ? user : user.asSeenByOthers();
  }
}
