package io.fastroom;

/** What is wrong, in one line. */
final class Causes {
  private Causes() { }

  static String line(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage().lines().findFirst().orElse("");
    // The message of our own exceptions is complete.
    boolean ours = !message.isEmpty() && cause.getClass().getName().startsWith(Causes.class.getPackageName());
    return ours ? message.substring(2) : cause.getClass().getSimpleName() + message;
  }
}
