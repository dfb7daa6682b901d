package io.fastroom;

import io.fastroom.settings.BadSetting;
import io.fastroom.settings.Setting;
import io.fastroom.settings.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/** Checks before anything is started that the node's ports are free, so that starting it twice disturbs nothing. */
final class Ports {
  private Ports() { }

  /** @throws BadSetting naming the port that is taken */
  static void check(Settings settings) throws IOException {
    try (ServerSocket open = open(Setting.HOST, settings.http().host(), Setting.PORT, settings.http().port())) {
      // While the first one is open: the two must not be the same.
      open(Setting.MANAGEMENT_HOST, settings.management().host(), Setting.MANAGEMENT_PORT, settings.management().port())
          .close();
    }
  }

  /** @throws BadSetting when the certificate and its key are not PEM that a server can use, or do not belong together */
  static void checkTls(Settings settings) {
    Settings.Tls tls = settings.http().tls();
    if (tls == null) {
      return;
    }
    Vertx vertx = Vertx.vertx();
    try {
      KeyManagerFactory keys =
          new PemKeyCertOptions().setCertPath(tls.certificate()).setKeyPath(tls.key()).getKeyManagerFactory(vertx);
      if (!areOneAnothers((X509KeyManager) keys.getKeyManagers()[0])) {
        throw BadSetting.unusable(Setting.TLS_CERTIFICATE, tls.certificate(),
            "TLS_KEY is not the key of its first certificate");
      }
    } catch (BadSetting e) {
      throw e;
    } catch (Exception e) {
      throw BadSetting.unusable(Setting.TLS_CERTIFICATE, tls.certificate(), "it and TLS_KEY are not PEM: " + Causes.line(e));
    } finally {
      vertx.close().await();
    }
  }

  /** Whether what the key signs is good by the certificate; else no client would get in. */
  private static boolean areOneAnothers(X509KeyManager keys) throws GeneralSecurityException {
    String alias = Stream.of("RSA", "EC").map(type -> keys.getServerAliases(type, null))
        .filter(Objects::nonNull).findFirst().orElseThrow(() -> new GeneralSecurityException("neither RSA nor EC"))[0];
    PrivateKey key = keys.getPrivateKey(alias);
    PublicKey named = keys.getCertificateChain(alias)[0].getPublicKey();
    if (!key.getAlgorithm().equals(named.getAlgorithm())) {
      return false;
    }
    Signature signature = Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(named);
    return signature.verify(signed);
  }

  private static ServerSocket open(Setting host, String address, Setting name, int port) throws IOException {
    InetSocketAddress wanted = new InetSocketAddress(address, port);
    if (wanted.isUnresolved()) {
      throw new BadSetting(host, address, "a host name or address of this machine");
    }
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(wanted);
      return socket;
    } catch (SocketException e) {
      socket.close();
      boolean elsewhere = String.valueOf(e.getMessage()).contains("assign");
      throw BadSetting.unusable(elsewhere ? host : name, elsewhere ? address : port, e.getMessage());
    }
  }
}
