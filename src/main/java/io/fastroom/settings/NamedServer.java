package io.fastroom.settings;

import java.lang.reflect.Proxy;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.postgresql.ssl.PGjdbcHostnameVerifier;

/**
 * Accepts a server only if its certificate also has the name that was connected to, by the rules of PostgreSQL's own
 * driver: Java's rules refuse host names with an underscore. Immutable.
 */
final class NamedServer extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager authorities;

  NamedServer(X509ExtendedTrustManager authorities) {
    this.authorities = authorities;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
    authorities.checkServerTrusted(chain, type, engine);
    checkName(chain, engine.getPeerHost());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
    authorities.checkServerTrusted(chain, type, socket);
    checkName(chain, ((SSLSocket) socket).getHandshakeSession().getPeerHost());
  }

  private static void checkName(X509Certificate[] chain, String host) throws CertificateException {
    // The session has the certificate chain only once it is trusted.
    SSLSession session = (SSLSession) Proxy.newProxyInstance(NamedServer.class.getClassLoader(),
        new Class<?>[] {SSLSession.class}, (proxy, method, arguments) -> chain);
    if (host == null || !PGjdbcHostnameVerifier.INSTANCE.verify(host, session)) {
      throw new CertificateException("the server's certificate does not bear the name " + host);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("nobody says what the server is called");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
    authorities.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
    authorities.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    authorities.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
