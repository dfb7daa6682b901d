package io.fastroom.model;

import java.time.Instant;

/**
 * A user as they see themselves and as administrators see them.
 *
 * @param emailVerified whether it is known that the e-mail is theirs; always where no mail is sent
 * @param newEmail the one that waits for its link, null for none
 */
public record Account(User user, Role role, boolean isBot, Instant createdAt, boolean emailVerified, String newEmail) { }
