package io.fastroom.http;

import io.fastroom.auth.Usernames;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.FindUser;
import io.fastroom.persistence.PersistenceApi.GetUser;
import io.fastroom.persistence.PersistenceApi.ListUsers;
import io.vertx.core.Future;
import java.util.Map;

/** Accounts, without the e-mail of others. Any thread. */
final class UserOperations implements Operation.Group {
  private final Bus bus;

  UserOperations(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("getCurrentUser", this::me, "listUsers", this::list, "getUser", this::find);
  }

  private Future<Reply> me(Call call) {
    return bus.ask(PersistenceApi.GET_USER, new GetUser(call.userId()))
        .recover(failure -> Future.failedFuture(
            Refused.of(failure).problem() == Problem.USER_NOT_FOUND ? gone() : failure))
        .map(user -> {
          if (!user.username().equals(call.principal().username())) {
            throw gone();
          }
          return Reply.ok(Json.user(user));
        });
  }

  /** A database that was emptied or restored knows less than tokens say, and gives their ids to others. */
  private static Refused gone() {
    return new Refused(Problem.UNAUTHORIZED, "The account of this token is no more");
  }

  private Future<Reply> list(Call call) {
    return bus.ask(PersistenceApi.LIST_USERS, new ListUsers(call.limit(), call.offset(), call.ascending()))
        .map(users -> Reply.ok(Json.users(users.stream().map(user -> asSeen(call, user)).toList())));
  }

  private Future<Reply> find(Call call) {
    return Usernames.normalise(call.text("username"))
        .map(name -> bus.ask(PersistenceApi.FIND_USER, new FindUser(name)))
        .orElse(Future.failedFuture(new Refused(Problem.USER_NOT_FOUND)))
        .map(user -> Reply.ok(Json.user(asSeen(call, user))));
  }

  private static User asSeen(Call call, User user) {
    return user.id() == call.userId() ? user : user.withoutEmail();
  }
}
