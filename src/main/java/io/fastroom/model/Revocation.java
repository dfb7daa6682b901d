package io.fastroom.model;

import java.util.List;

/**
 * What nodes tell each other about logins and accounts. Immutable.
 *
 * @param tokens access tokens and keys that are dead
 * @param disabled users who are disabled or no more
 * @param enabled users of whom the contrary is to be believed no longer
 */
public record Revocation(List<BlockedToken> tokens, List<Long> disabled, List<Long> enabled) {
  public Revocation {
    tokens = List.copyOf(tokens);
    disabled = List.copyOf(disabled);
    enabled = List.copyOf(enabled);
  }
}
