package io.fastroom.model;

import java.time.Instant;

/**
 * What a user is in a room. A ban and a mute outlive the membership, so a member may have {@code isMember} false.
 *
 * @param joinedAt of the present or last membership; null for one who never was a member
 */
public record Member(long userId, String username, boolean isMember, boolean isModerator, boolean isBanned,
                     boolean isMuted, Instant joinedAt) { }
