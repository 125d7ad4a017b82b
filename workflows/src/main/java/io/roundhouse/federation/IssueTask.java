package io.roundhouse.federation;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;

/**
 * Has a certificate issued and a kit made; the same id gives the same ones.
 *
 * @param id names what is asked for
 * @param identity for whom
 * @param request a PKCS#10 request as PEM text
 * @param renewal whether the member has a certificate, which must not be revoked
 */
public record IssueTask(String id, Identity identity, String request, boolean renewal) {
  public IssueTask {
    requireNonNull(id, "id is null");
    requireNonNull(identity, "identity is null");
    requireNonNull(request, "request is null");
  }
}
