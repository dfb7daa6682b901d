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

  /** @throws BadSetting when the certificate and its key are not PEM that a server can use */
  static void checkTls(Settings settings) {
    Settings.Tls tls = settings.http().tls();
    if (tls == null) {
      return;
    }
    Vertx vertx = Vertx.vertx();
    try {
      new PemKeyCertOptions().setCertPath(tls.certificate()).setKeyPath(tls.key()).getKeyManagerFactory(vertx);
    } catch (Exception e) {
      throw BadSetting.unusable(Setting.TLS_CERTIFICATE, tls.certificate(), "it and TLS_KEY are not PEM: " + Causes.line(e));
    } finally {
      vertx.close().await();
    }
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
