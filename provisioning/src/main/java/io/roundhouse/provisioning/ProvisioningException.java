package io.roundhouse.provisioning;

import org.jspecify.annotations.Nullable;

/** Something that cannot be done; the message says what and, where it can be told, what to do. */
public final class ProvisioningException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message for people
   */
  public ProvisioningException(String message) {
    super(message);
  }

  /**
   * @param message for people
   * @param cause for the log
   */
  public ProvisioningException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
