package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;

/** How many memberships, members and rooms a user and a room may have. */
final class Limits {
  static final long MEMBERSHIPS_OF_A_USER = 10_000;
  static final long MEMBERS_OF_A_ROOM = 200_000;
  static final long ROOMS_MADE_BY_A_USER = 1_000;
  /** How often a user may join and leave one room within a minute. */
  static final int MOVES_A_MINUTE = 10;

  private Limits() { }

  static Refused tooManyMoves(long retryAfterMillis) {
    return new Refused(Problem.RATE_LIMITED, "You have joined and left this room too often, try again later",
        Math.max(1, retryAfterMillis));
  }
}
