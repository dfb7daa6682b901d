package io.fastroom.persistence;

import io.fastroom.bus.Address;

/** What may be asked about the database itself. */
public final class DeploymentApi {
  private DeploymentApi() { }

  /** Which database this is. */
  public record Identify() { }

  /**
   * What distinguishes a database from its copies.
   *
   * @param id random, created with the tables; a dump has the same
   * @param database its number on its server
   * @param server of the PostgreSQL cluster, the same on standbys; empty where asking for it is not allowed
   */
  public record Identity(String id, long database, String server) {
    public String text() {
      return id + "/" + database + "/" + server;
    }

    /** @param text as received from another node */
    public boolean isSame(String text) {
      String[] parts = text.split("/", -1);
      return parts.length == 3 && parts[0].equals(id) && parts[1].equals(Long.toString(database))
          && (parts[2].isEmpty() || server.isEmpty() || parts[2].equals(server));
    }
  }

  public static final Address<Identify, Identity> IDENTIFY = new Address<>("persistence.identify");
}
