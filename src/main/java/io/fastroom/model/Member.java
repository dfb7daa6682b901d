package io.fastroom.model;

import java.time.Instant;

/**
 * What a user is in a room. A ban and a mute outlive the membership, so a member may have {@code isMember} false.
 *
 * @param reason why they were banned or muted by the event that this is of, null when that was not said
 * @param until when that ends by itself, null for never
 * @param joinedAt of the present or last membership; null for one who never was a member
 */
public record Member(long userId, String username, boolean isMember, boolean isModerator, boolean isBanned,
                     boolean isMuted, Instant joinedAt, String reason, Instant until) {
  /** Of whom no change is told that has a reason or an end. */
  public Member(long userId, String username, boolean isMember, boolean isModerator, boolean isBanned, boolean isMuted,
                Instant joinedAt) {
    this(userId, username, isMember, isModerator, isBanned, isMuted, joinedAt, null, null);
  }

  /** The same in the event of a ban or mute, with why and until when; both may be null. */
  public Member because(String why, Instant end) {
    return new Member(userId, username, isMember, isModerator, isBanned, isMuted, joinedAt, why, end);
  }

  /** Whether the account is no more: only the name of nobody is left. */
  public boolean isDeleted() {
    return username.equals("deleted." + userId);
  }
}
