package io.fastroom.persistence;

import io.fastroom.bus.Address;

/** What may be asked about the database itself. */
public final class DeploymentApi {
  private DeploymentApi() { }

  /** Which database this is. */
  public record Identify() { }

  /**
   * What tells a database from its copies.
   *
   * @param id random, made with the tables; a dump of them has it too
   * @param database its number on its server
   * @param server of the cluster of databases, which standbys share; empty where it may not be asked
   */
  public record Identity(String id, long database, String server) {
    public String text() {
      return id + "/" + database + "/" + server;
    }

    /** @param text another node's */
    public boolean isSame(String text) {
      String[] parts = text.split("/", -1);
      return parts.length == 3 && parts[0].equals(id) && parts[1].equals(Long.toString(database))
          && (parts[2].isEmpty() || server.isEmpty() || parts[2].equals(server));
    }
  }

  public static final Address<Identify, Identity> IDENTIFY = new Address<>("persistence.identify");
}
