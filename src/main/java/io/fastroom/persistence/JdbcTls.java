package io.fastroom.persistence;

import io.fastroom.settings.DatabaseTls;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.GeneralSecurityException;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.postgresql.ssl.WrappedFactory;

/** TLS of the JDBC driver, the same as the pool's, with the same files. Created by the driver, from its properties. */
public final class JdbcTls extends WrappedFactory {
  public JdbcTls(Properties properties) throws GeneralSecurityException {
    DatabaseTls tls = DatabaseTls.read(properties.getProperty("sslmode"), new DatabaseTls.Files(
        properties.getProperty("sslrootcert"), properties.getProperty("sslcert"), properties.getProperty("sslkey"),
        properties.getProperty("sslpassword")));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(tls.identity() == null ? null : new KeyManager[] {tls.identity()},
        tls.trust() == null ? InsecureTrustManagerFactory.INSTANCE.getTrustManagers() : new TrustManager[] {tls.trust()},
        null);
    factory = context.getSocketFactory();
  }
}
