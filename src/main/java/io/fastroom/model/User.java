package io.fastroom.model;

/**
 * An account.
 *
 * @param email null when none was given, and null in what anybody but the user sees
 * @param fullName null when none was given
 */
public record User(long id, String username, String email, String fullName, boolean disabled) {
  /** Without the e-mail and the state, which nobody else may see. */
  public User asSeenByOthers() {
    return new User(id, username, null, fullName, false);
  }
}
