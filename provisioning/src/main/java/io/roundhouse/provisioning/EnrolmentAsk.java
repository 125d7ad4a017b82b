package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

/**
 * What a member sends to enrol, again and again until it is answered: the same gives the same.
 *
 * @param token the text of its token; a secret
 * @param request a PKCS#10 request as PEM text
 */
public record EnrolmentAsk(String token, String request) {
  public EnrolmentAsk {
    requireNonNull(token, "token is null");
    requireNonNull(request, "request is null");
  }

  @Override
  public String toString() {
    return "EnrolmentAsk[…]";
  }
}
