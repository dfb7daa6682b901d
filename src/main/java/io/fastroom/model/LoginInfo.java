package io.fastroom.model;

import java.time.Instant;

/**
 * A login of an account, that is, a family of tokens.
 *
 * @param lastUsedAt when its tokens were last exchanged or first used after that
 * @param address null when it is not known
 * @param userAgent null when the client named none
 * @param current whether it is the login of the one who asks
 */
public record LoginInfo(long id, Instant createdAt, Instant lastUsedAt, String address, String userAgent,
                        boolean current) { }
