package io.fastroom.support;

/** One PostgreSQL and one Redis a test run, started at the first need; who wants to break one makes one of their own. */
public final class Backends {
  private static Postgres postgres;
  private static RedisProcess redis;

  private Backends() { }

  public static synchronized Postgres postgres() {
    if (postgres == null) {
      postgres = new Postgres();
    }
    return postgres;
  }

  public static synchronized RedisProcess redis() {
    if (redis == null) {
      redis = new RedisProcess();
    }
    return redis;
  }
}
