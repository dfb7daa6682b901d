package io.fastroom.internals;

import io.vertx.core.VertxException;
import io.vertx.core.net.impl.pkcs1.PrivateKeyParser;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;

/** Private keys in the forms that Java does not read. Stateless. */
public final class PemKeys {
  private PemKeys() { }

  /** @param der what stands between BEGIN RSA PRIVATE KEY and its END */
  public static PrivateKey rsa(byte[] der) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(PrivateKeyParser.getRSAKeySpec(der));
    } catch (VertxException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** @param der what stands between BEGIN EC PRIVATE KEY and its END */
  public static PrivateKey ec(byte[] der) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(PrivateKeyParser.getECKeySpec(der));
    } catch (VertxException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
