package io.fastroom.embedded;

/** Why the embedded servers cannot start, in one line for whoever started the node. */
public final class StartFailure extends RuntimeException {
  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
