package io.fastroom.model;

import java.time.Instant;

/**
 * A message as it stands now.
 *
 * @param seq its place in the room's log
 * @param content empty when deleted
 * @param editedAt null when never edited
 * @param editedBy username, null when never edited
 * @param clientId the sender's idempotency key, null when none was given
 */
public record Message(long id, long seq, long userId, String username, String content, Instant createdAt,
                      Instant editedAt, String editedBy, boolean deleted, String clientId) { }
