package io.fastroom.internals;

import javax.net.ssl.SSLException;

/** Vert.x says of TLS that it failed; why, such as a certificate, stands behind it. Thread: any. */
public final class TlsFailures {
  private TlsFailures() { }

  /** What a failure of any kind says, its class when that is nothing; with the reason where TLS failed. */
  public static String message(Throwable failure) {
    String said = said(failure);
    Throwable reason = failure;
    while (failure instanceof SSLException && reason.getCause() != null) {
      reason = reason.getCause();
    }
    return reason == failure || said.contains(said(reason)) ? said : said + ": " + said(reason);
  }

  private static String said(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
