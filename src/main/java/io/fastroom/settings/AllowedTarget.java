package io.fastroom.settings;

/**
 * Where webhooks may lead although it is no public address. Immutable.
 *
 * @param name a host in its one form, null for addresses
 * @param addresses null for a name
 */
public record AllowedTarget(String name, AddressRange addresses) {
  static final String ALLOWED = "addresses, CIDR ranges like 10.0.0.0/8, and host names like hooks.example.internal";

  /** @throws IllegalArgumentException for anything else */
  static AllowedTarget parse(String text) {
    try {
      return new AllowedTarget(null, AddressRange.parse(text));
    } catch (IllegalArgumentException e) {
      String name = HostName.normal(text);
      if (name == null || HostName.isAddress(name)) {
        throw new IllegalArgumentException(text + " is neither an address nor the name of a host", e);
      }
      return new AllowedTarget(name, null);
    }
  }
}
