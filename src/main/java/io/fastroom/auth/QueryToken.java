package io.fastroom.auth;

/** The access token in the query of a request, for browsers, which cannot always set headers. Thread: any. */
public final class QueryToken {
  private static final String PARAMETER = "access_token=";

  private QueryToken() { }

  /**
   * Not decoded: a token has no character that needs an escape, so an escaped one is no token.
   *
   * @param query null for none; @return null when it has none
   */
  public static String of(String query) {
    for (String parameter : query == null ? new String[0] : query.split("&")) {
      if (parameter.startsWith(PARAMETER)) {
        return parameter.substring(PARAMETER.length());
      }
    }
    return null;
  }
}
