package io.fastroom.http;

import io.fastroom.auth.PasswordRules;
import io.fastroom.auth.Passwords;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Account;
import io.fastroom.model.Problem;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.ChangePassword;
import io.fastroom.persistence.AccountApi.DeleteAccount;
import io.fastroom.persistence.AccountApi.EndOtherLogins;
import io.fastroom.persistence.AccountApi.EndOwnLogin;
import io.fastroom.persistence.AccountApi.GetAccount;
import io.fastroom.persistence.AccountApi.ListLogins;
import io.fastroom.persistence.AccountApi.PurgeAccount;
import io.fastroom.persistence.AccountApi.UpdateAccount;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One's own account: profile, password, logins. Any thread. */
final class AccountOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");

  private final Bus bus;
  private final PasswordCheck check;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final ClientAddress addresses;
  private final MailGate mail;
  private final Revoker revoker;

  AccountOperations(Bus bus, PasswordCheck check, Passwords passwords, PasswordRules rules,
                    ClientAddress addresses, MailGate mail) {
    this.bus = bus;
    this.check = check;
    this.passwords = passwords;
    this.rules = rules;
    this.addresses = addresses;
    this.mail = mail;
    this.revoker = new Revoker(bus);
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("getCurrentUser", this::get, "updateCurrentUser", this::update, "changePassword", this::changePassword,
        "listSessions", this::sessions, "endSession", this::endSession, "endOtherSessions", this::endOthers,
        "deleteCurrentUser", this::delete);
  }

  private Future<Reply> get(Call call) {
    return answer(call, bus.ask(AccountApi.GET_ACCOUNT, new GetAccount(call.userId())));
  }

  /** A database that was emptied or restored knows less than tokens say, and gives their ids to others. */
  private static Future<Reply> answer(Call call, Future<Account> asked) {
    return asked.recover(AccountOperations::goneOr)
        .map(account -> {
          if (!account.user().username().equals(call.principal().username())) {
            throw gone();
          }
          return Reply.ok(AccountJson.account(account));
        });
  }

  private static <T> Future<T> goneOr(Throwable failure) {
    return Future.failedFuture(Refused.of(failure).problem() == Problem.USER_NOT_FOUND ? gone() : failure);
  }

  private static Refused gone() {
    return new Refused(Problem.UNAUTHORIZED, "The account of this token is no more");
  }

  private Future<Reply> update(Call call) {
    JsonObject body = call.body();
    if (!body.containsKey("full_name") && !body.containsKey("email")) {
      throw InvalidInput.body("", "must have full_name or email");
    }
    String email = body.getString("email");
    return answer(call, bus.ask(AccountApi.UPDATE_ACCOUNT, new UpdateAccount(call.userId(), given(body, "full_name"),
        email == null ? given(body, "email") : TextRules.email(email)))
        .compose(account -> (email == null ? Future.<Void>succeededFuture()
            : mail.afterwards(call, call.userId(), account.newEmail())).map(account)));
  }

  /** Null when the field is absent, empty when it is null. */
  private static String given(JsonObject body, String field) {
    return body.containsKey(field) ? body.getString(field, "") == null ? "" : body.getString(field) : null;
  }

  private Future<Reply> changePassword(Call call) {
    String password = PasswordRules.normalised(call.body().getString("new_password"));
    String flaw = rules.flaw(password, call.principal().username());
    if (flaw != null) {
      throw InvalidInput.body("/new_password", flaw);
    }
    return check.check(call, call.body().getString("current_password"))
        .compose(old -> passwords.hash(password).map(fresh ->
            new ChangePassword(call.userId(), call.principal().jti(), old, fresh)))
        .compose(change -> bus.ask(AccountApi.CHANGE_PASSWORD, change))
        .onSuccess(ended -> log("changed the password, ended", call))
        .compose(revoker::end)
        .map(Reply.NO_CONTENT);
  }

  private Future<Reply> delete(Call call) {
    String password = call.body().getString("password");
    if (password == null && !call.principal().username().equals(call.body().getString("confirm"))) {
      throw InvalidInput.body(call.body().containsKey("confirm") ? "/confirm" : "/password",
          "must be the password, or confirm the username where there is none");
    }
    return (password == null ? Future.succeededFuture() : check.check(call, password))
        .compose(checked -> bus.ask(AccountApi.DELETE_ACCOUNT,
            new DeleteAccount(null, call.userId(), password != null, addresses.of(call.request()))))
        .recover(AccountOperations::goneOr)
        .onSuccess(ended -> log("deleted the account, ended", call))
        .compose(ended -> revoker.end(ended, List.of(call.userId())))
        .compose(told -> bus.ask(AccountApi.PURGE_ACCOUNT, new PurgeAccount(call.userId())).otherwiseEmpty())
        .map(Reply.NO_CONTENT);
  }

  private Future<Reply> sessions(Call call) {
    return bus.ask(AccountApi.LIST_LOGINS, new ListLogins(call.userId(), call.principal().jti()))
        .map(logins -> Reply.ok(AccountJson.sessions(logins)));
  }

  private Future<Reply> endSession(Call call) {
    return bus.ask(AccountApi.END_OWN_LOGIN, new EndOwnLogin(call.userId(), call.number("session_id")))
        .onSuccess(ended -> log("ended", call))
        .compose(revoker::end)
        .map(Reply.NO_CONTENT);
  }

  private Future<Reply> endOthers(Call call) {
    return bus.ask(AccountApi.END_OTHER_LOGINS, new EndOtherLogins(call.userId(), call.principal().jti()))
        .onSuccess(ended -> log("ended other", call))
        .compose(revoker::end)
        .map(Reply.NO_CONTENT);
  }

  private static void log(String what, Call call) {
    LOG.info("{} logins account={} request={}", what, call.principal().username(), call.requestId());
  }
}
