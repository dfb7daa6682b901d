package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Letter;
import java.util.List;
import java.util.Map;

/**
 * What may be asked of persistence about mail and what its links do. Letters wait in PostgreSQL until they are sent.
 * The rules of {@link PersistenceApi} hold.
 */
public final class MailApi {
  private MailApi() { }

  // Asking for letters

  /**
   * A letter about a forgotten password, to whoever has the e-mail: it takes the same time when nobody has. Refused:
   * MAIL_UNAVAILABLE when too many letters wait.
   */
  public record AskReset(String email) { }

  /**
   * A letter to prove an e-mail; none when it is proven. Refused: NO_EMAIL; EMAIL_TAKEN when somebody else has proven
   * that it is theirs; MAIL_UNAVAILABLE when too many letters wait.
   */
  public record AskVerification(long userId) { }

  public static final Address<AskReset, Void> ASK_RESET = new Address<>("persistence.mail.ask_reset");
  public static final Address<AskVerification, Void> ASK_VERIFICATION = new Address<>("persistence.mail.ask_verify");

  // Sending them

  /** Letters that are due. They are nobody else's for two minutes. */
  public record TakeLetters(int most) { }

  /** A link that is about to be sent. @param hash the SHA-256 of its token; @param seconds how long it works */
  public record NoteLink(byte[] hash, Letter.Kind kind, long userId, String email, int seconds) { }

  /** The letter is sent, or will never be. One that was asked for again meanwhile is due again. */
  public record DoneWith(long letterId, int version) { }

  public record TryAgain(long letterId, int seconds) { }

  public record CountLetters() { }

  /** @param oldestSeconds how long one has waited, 0 when there is none */
  public record Waiting(long letters, long oldestSeconds) { }

  public static final Address<TakeLetters, List<Letter>> TAKE_LETTERS = new Address<>("persistence.mail.take");
  public static final Address<NoteLink, Void> NOTE_LINK = new Address<>("persistence.mail.link");
  public static final Address<DoneWith, Void> DONE_WITH = new Address<>("persistence.mail.done");
  public static final Address<TryAgain, Void> TRY_AGAIN = new Address<>("persistence.mail.again");
  public static final Address<CountLetters, Waiting> COUNT_LETTERS = new Address<>("persistence.mail.count");

  // Following their links

  /** Whose password a link sets; a username. Refused: LINK_EXPIRED. */
  public record FindReset(byte[] hash) { }

  /** Refused: LINK_EXPIRED. @param details for the audit trail */
  public record ResetPassword(byte[] hash, String passwordHash, Map<String, String> details) { }

  /** @param ended the access tokens of all logins, which are blocked already; the asker tells the nodes */
  public record Reset(long userId, String username, List<BlockedToken> ended) { }

  /** Answers whose e-mail it is, a username. Refused: LINK_EXPIRED. @param details for the audit trail */
  public record VerifyEmail(byte[] hash, Map<String, String> details) { }

  public static final Address<FindReset, String> FIND_RESET = new Address<>("persistence.mail.find_reset");
  public static final Address<ResetPassword, Reset> RESET_PASSWORD = new Address<>("persistence.mail.reset");
  public static final Address<VerifyEmail, String> VERIFY_EMAIL = new Address<>("persistence.mail.verify");
}
