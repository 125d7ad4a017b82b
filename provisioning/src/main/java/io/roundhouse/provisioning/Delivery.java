package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

/** How kits are handed over. */
public sealed interface Delivery {
  /** As folders. */
  record Folders() implements Delivery {}

  /**
   * As zip files, encrypted with AES-256.
   *
   * @param password the same for all; a new one is made for each kit if it is empty
   */
  record Zips(String password) implements Delivery {
    public Zips {
      requireNonNull(password, "password is null");
    }

    @Override
    public String toString() {
      return "Zips[…]";
    }
  }

  /** As files that only the private key of the member's certificate opens. */
  record Sealed() implements Delivery {}
}
