package io.fastroom.http;

import io.fastroom.auth.PasswordRules;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.Tokens;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Account;
import io.fastroom.model.Problem;
import io.fastroom.net.ClientAddress;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.GetAccount;
import io.fastroom.persistence.MailApi;
import io.fastroom.persistence.MailApi.FindReset;
import io.fastroom.persistence.MailApi.ResetPassword;
import io.fastroom.persistence.MailApi.VerifyEmail;
import io.vertx.core.Future;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgotten passwords, and whose an e-mail is: what the links in letters lead to. Any thread. */
final class MailOperations implements Operation.Group {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");

  private final Bus bus;
  private final MailGate mail;
  private final Passwords passwords;
  private final PasswordRules rules;
  private final ClientAddress addresses;
  private final Revoker revoker;

  MailOperations(Bus bus, MailGate mail, Passwords passwords, PasswordRules rules, ClientAddress addresses) {
    this.bus = bus;
    this.mail = mail;
    this.passwords = passwords;
    this.rules = rules;
    this.addresses = addresses;
    this.revoker = new Revoker(bus);
  }

  @Override
  public Map<String, Operation> operations() {
    return Map.of("forgotPassword", this::forgot, "resetPassword", this::reset, "requestEmailVerification", this::ask,
        "verifyEmail", this::verify);
  }

  private Future<Reply> forgot(Call call) {
    mail.check();
    return mail.reset(call, TextRules.email(call.body().getString("email"))).map(Reply.ACCEPTED);
  }

  /** The link first: a password that is refused leaves it as it was, and one that is not good costs no hash. */
  private Future<Reply> reset(Call call) {
    mail.check();
    byte[] link = Tokens.hash(call.body().getString("token"));
    return bus.ask(MailApi.FIND_RESET, new FindReset(link))
        .compose(username -> passwords.hash(good(call.body().getString("password"), username)))
        .compose(hash -> bus.ask(MailApi.RESET_PASSWORD, new ResetPassword(link, hash, from(call))))
        .onSuccess(reset -> LOG.info("password reset account={} address={} request={}", reset.username(),
            addresses.of(call.request()), call.requestId()))
        .compose(reset -> revoker.end(reset.ended()))
        .map(Reply.NO_CONTENT);
  }

  private String good(String given, String username) {
    String password = PasswordRules.normalised(given);
    String flaw = rules.flaw(password, username);
    if (flaw != null) {
      throw InvalidInput.body("/password", flaw);
    }
    return password;
  }

  private Future<Reply> ask(Call call) {
    mail.check();
    return bus.ask(AccountApi.GET_ACCOUNT, new GetAccount(call.userId()))
        .compose(account -> mail.verification(call, call.userId(), waiting(account)))
        .map(Reply.ACCEPTED);
  }

  /** Null when it is proven. */
  private static String waiting(Account account) {
    String email = account.newEmail() != null ? account.newEmail() : account.user().email();
    if (email == null) {
      throw new Refused(Problem.NO_EMAIL);
    }
    return account.newEmail() == null && account.emailVerified() ? null : email;
  }

  private Future<Reply> verify(Call call) {
    mail.check();
    return bus.ask(MailApi.VERIFY_EMAIL, new VerifyEmail(Tokens.hash(call.body().getString("token")), from(call)))
        .onSuccess(username -> LOG.info("e-mail verified account={} address={} request={}", username,
            addresses.of(call.request()), call.requestId()))
        .map(Reply.NO_CONTENT);
  }

  private Map<String, String> from(Call call) {
    return Map.of("address", addresses.of(call.request()));
  }
}
