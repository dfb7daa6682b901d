package io.fastroom.redis;

import io.fastroom.bus.Address;

/** What the parts of a node that speak to Redis tell of it. */
public final class RedisApi {
  private RedisApi() { }

  /**
   * Announced by each part every second.
   *
   * @param part names it, each instance apart
   * @param works whether its connection is there and its scripts do what they should
   */
  public record Health(String part, boolean works) { }

  public static final Address<Health, Void> HEALTH = new Address<>("redis.health");
}
