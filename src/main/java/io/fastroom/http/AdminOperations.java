package io.fastroom.http;

import io.fastroom.auth.PasswordRules;
import io.fastroom.auth.Passwords;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Role;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.ChangeAccount;
import io.fastroom.persistence.AccountApi.CreateAccount;
import io.fastroom.persistence.AccountApi.DeleteAccount;
import io.fastroom.persistence.AccountApi.ListAccounts;
import io.fastroom.persistence.AccountApi.PurgeAccount;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What administrators do with accounts; persistence says who is one. Any thread. */
final class AdminOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.users");

  private final Bus bus;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final ClientAddress addresses;
  private final MailGate mail;
  private final Revoker revoker;

  AdminOperations(Bus bus, Passwords passwords, PasswordRules rules, ClientAddress addresses, MailGate mail) {
    this.bus = bus;
    this.passwords = passwords;
    this.rules = rules;
    this.addresses = addresses;
    this.mail = mail;
    this.revoker = new Revoker(bus);
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("listAccounts", this::list, "createAccount", this::create, "updateAccount", this::update,
        "deleteAccount", this::delete);
  }

  private static Role role(String text) {
    return text == null ? null : Role.of(text);
  }

  private static void check(Call call, long userId, Role role) {
    Problem refused = call.principal().isKey() ? Permissions.administerByKey(call.userId(), userId, role) : null;
    if (refused != null) {
      throw new Refused(refused, "No key may make administrators, nor change or delete its own account");
    }
  }

  private Future<Reply> list(Call call) {
    String disabled = call.text("disabled");
    return bus.ask(AccountApi.LIST_ACCOUNTS, new ListAccounts(call.userId(), call.text("q"),
            disabled == null ? null : Boolean.valueOf(disabled), role(call.text("role")), Cursor.text(call),
            call.limit()))
        .map(page -> Reply.ok(AccountJson.accounts(page)));
  }

  private Future<Reply> create(Call call) {
    JsonObject body = call.body();
    String username = TextRules.newUsername(body.getString("username"));
    String email = TextRules.email(body.getString("email"));
    boolean bot = body.getBoolean("bot", false);
    Role role = Role.of(body.getString("role", "user"));
    check(call, 0, role);
    return hash(body.getString("password"), username, bot)
        .compose(hash -> bus.ask(AccountApi.CREATE_ACCOUNT, new CreateAccount(call.userId(), username, email,
            body.getString("full_name"), hash, role, bot, addresses.of(call.request()))))
        .onSuccess(account -> log("made", call, account.user().id()))
        .compose(account -> mail.afterwards(call, account.user().id(), account.newEmail()).map(account))
        .map(account -> Reply.created(AccountJson.account(account)));
  }

  private Future<String> hash(String given, String username, boolean bot) {
    if (bot) {
      if (given != null) {
        throw InvalidInput.body("/password", "must be left out: a bot has none");
      }
      return Future.succeededFuture("");
    }
    if (given == null) {
      throw InvalidInput.body("/password", "is required");
    }
    String password = PasswordRules.normalised(given);
    String flaw = rules.flaw(password, username);
    if (flaw != null) {
      throw InvalidInput.body("/password", flaw);
    }
    return passwords.hash(password);
  }

  private Future<Reply> update(Call call) {
    JsonObject body = call.body();
    if (!body.containsKey("disabled") && !body.containsKey("role")) {
      throw InvalidInput.body("", "must have disabled or role");
    }
    long userId = call.number("user_id");
    Boolean disabled = body.getBoolean("disabled");
    Role role = role(body.getString("role"));
    check(call, userId, role);
    return bus.ask(AccountApi.CHANGE_ACCOUNT,
            new ChangeAccount(call.userId(), userId, disabled, role, addresses.of(call.request())))
        .onSuccess(changed -> log("disabled=" + changed.account().user().disabled() + " role="
            + changed.account().role().text(), call, userId))
        .compose(changed -> (Boolean.FALSE.equals(disabled) ? revoker.enabled(userId)
            : revoker.end(changed.ended(), Boolean.TRUE.equals(disabled) ? List.of(userId) : List.of()))
            .map(Reply.ok(AccountJson.account(changed.account()))));
  }

  private Future<Reply> delete(Call call) {
    long userId = call.number("user_id");
    check(call, userId, null);
    return bus.ask(AccountApi.DELETE_ACCOUNT,
            new DeleteAccount(call.userId(), userId, true, addresses.of(call.request())))
        .onSuccess(ended -> log("deleted", call, userId))
        .compose(ended -> revoker.end(ended, List.of(userId)))
        .compose(told -> bus.ask(AccountApi.PURGE_ACCOUNT, new PurgeAccount(userId)).otherwiseEmpty())
        .map(Reply.NO_CONTENT);
  }

  private static void log(String what, Call call, long userId) {
    LOG.info("account {} user={} by={} request={}", what, userId, call.userId(), call.requestId());
  }
}
