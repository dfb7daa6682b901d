package io.fastroom.model;

/** As what somebody changes a message: a key may stand for only one of the two that its account is. */
public enum Capacity {
  ANY,
  AUTHOR,
  MODERATOR
}
