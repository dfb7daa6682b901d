package io.fastroom.settings;

import io.fastroom.internals.PemKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;

/**
 * How a connection to PostgreSQL is encrypted, by libpq's parameters, with the contents of their files as read at the
 * start. Immutable.
 *
 * @param files null for none; a path, or {@code system}, and the password of the key
 * @param trust whose certificate is accepted for the server, null for anybody's
 * @param identity the client certificate, null for none
 */
public record DatabaseTls(Mode mode, Files files, X509ExtendedTrustManager trust, X509KeyManager identity) {
  /** Through a Unix socket, or where no parameter says anything about TLS. */
  public static final DatabaseTls NONE = new DatabaseTls(Mode.DISABLE, new Files(null, null, null, null), null, null);
  private static final char[] NO_PASSWORD = {};
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  /** The parameters as they were given; each may be null. */
  public record Files(String rootCertificate, String certificate, String key, String password) {
    @Override
    public String toString() {
      return rootCertificate + ", " + certificate + ", " + key;
    }
  }

  /** {@code sslmode}; {@code require} with an authority has become {@code verify-ca}. */
  public enum Mode {
    DISABLE, ALLOW, PREFER, REQUIRE, VERIFY_CA, VERIFY_FULL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** @throws IllegalArgumentException naming the parameter */
  public static DatabaseTls read(String sslmode, Files files) {
    String rootCertificate = files.rootCertificate();
    boolean system = "system".equals(rootCertificate);
    Mode mode = mode(sslmode == null || sslmode.isEmpty() ? system ? "verify-full" : "prefer" : sslmode);
    if (system && mode != Mode.VERIFY_FULL) {
      throw new IllegalArgumentException("the database URL has sslrootcert=system, which goes with sslmode=verify-full");
    }
    if ((files.certificate() == null) != (files.key() == null)) {
      throw new IllegalArgumentException("the database URL has one of sslcert and sslkey; they are set together");
    }
    if (mode == Mode.DISABLE) {
      return NONE;
    }
    if (mode == Mode.REQUIRE && rootCertificate != null) {
      mode = Mode.VERIFY_CA;
    }
    X509ExtendedTrustManager authority = rootCertificate == null || system ? null : trusted(rootCertificate);
    X509KeyManager identity =
        files.certificate() == null ? null : identity(files.certificate(), files.key(), files.password());
    if (mode.compareTo(Mode.VERIFY_CA) < 0) {
      return new DatabaseTls(mode, files, null, identity);
    }
    X509ExtendedTrustManager trust = authority == null ? trusted((KeyStore) null) : authority;
    return new DatabaseTls(mode, files, mode == Mode.VERIFY_FULL ? new NamedServer(trust) : trust, identity);
  }

  private static Mode mode(String text) {
    try {
      return Mode.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the database URL has the parameter sslmode, which can be disable, allow, prefer, "
          + "require, verify-ca, verify-full");
    }
  }

  private static X509ExtendedTrustManager trusted(String path) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate one : certificates(path, "sslrootcert")) {
        store.setCertificateEntry("ca" + number++, one);
      }
      return trusted(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(unusable("sslrootcert", path, "certificates"), e);
    }
  }

  /** @param store null for the authorities that come with Java */
  private static X509ExtendedTrustManager trusted(KeyStore store) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509KeyManager identity(String certificate, String key, String password) {
    Certificate[] chain = certificates(certificate, "sslcert").toArray(Certificate[]::new);
    PrivateKey secret = privateKey(key, password);
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry("client", secret, NO_PASSWORD, chain);
      KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      if (!belongs(secret, chain[0])) {
        throw new IllegalArgumentException("the database URL has an sslkey that does not belong to its sslcert");
      }
      return (X509KeyManager) factory.getKeyManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(unusable("sslkey", key, "a private key"), e);
    }
  }

  private static boolean belongs(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
    String algorithm = key.getAlgorithm();
    if (!algorithm.equals(certificate.getPublicKey().getAlgorithm())) {
      return false;
    }
    Signature signature = Signature.getInstance(switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    });
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certificate);
    return signature.verify(signed);
  }

  private static Collection<? extends Certificate> certificates(String path, String parameter) {
    try {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes(path, parameter)));
      if (all.isEmpty()) {
        throw new IllegalArgumentException(unusable(parameter, path, "certificates"));
      }
      return all;
    } catch (CertificateException e) {
      throw new IllegalArgumentException(unusable(parameter, path, "certificates"), e);
    }
  }

  private static PrivateKey privateKey(String path, String password) {
    byte[] file = bytes(path, "sslkey");
    Matcher pem = PEM.matcher(new String(file, StandardCharsets.ISO_8859_1));
    try {
      if (!pem.find()) {
        return pkcs8(file);
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      return switch (pem.group(1)) {
        case "PRIVATE KEY" -> pkcs8(der);
        case "ENCRYPTED PRIVATE KEY" -> pkcs8(decrypted(der, password, path));
        case "RSA PRIVATE KEY" -> PemKeys.rsa(der);
        case "EC PRIVATE KEY" -> PemKeys.ec(der);
        default -> throw new IllegalArgumentException(unusable("sslkey", path, "a private key"));
      };
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(unusable("sslkey", path, "a private key"), e);
    }
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    GeneralSecurityException last = null;
    for (String algorithm : new String[] {"RSA", "EC", "EdDSA", "RSASSA-PSS"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw last;
  }

  private static byte[] decrypted(byte[] der, String password, String path) throws GeneralSecurityException, IOException {
    if (password == null) {
      throw new IllegalArgumentException("the database URL has an sslkey that is encrypted (" + path
          + "), and no sslpassword");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    // Of PBES2 the name of the whole scheme is in the parameters.
    String algorithm = info.getAlgParameters() == null ? info.getAlgName() : info.getAlgParameters().toString();
    String name = algorithm.startsWith("PBE") ? algorithm : info.getAlgName();
    Cipher cipher = Cipher.getInstance(name);
    cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(name).generateSecret(
        new PBEKeySpec(password.toCharArray())), info.getAlgParameters());
    return cipher.doFinal(info.getEncryptedData());
  }

  private static byte[] bytes(String path, String parameter) {
    try {
      return java.nio.file.Files.readAllBytes(Path.of(path));
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("the database URL has the parameter " + parameter + ", whose file " + path
          + " cannot be read", e);
    }
  }

  private static String unusable(String parameter, String path, String what) {
    return "the database URL has the parameter " + parameter + ", whose file " + path + " does not hold " + what + " in PEM";
  }
}
