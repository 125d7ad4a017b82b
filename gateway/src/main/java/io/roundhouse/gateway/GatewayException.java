package io.roundhouse.gateway;

import org.jspecify.annotations.Nullable;

/** The gateway cannot start, or cannot do its work, with what it was given. */
public final class GatewayException extends RuntimeException {
  public GatewayException(String message) {
    super(message);
  }

  public GatewayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
