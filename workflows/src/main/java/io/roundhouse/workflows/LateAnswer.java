package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import java.util.Optional;

/**
 * What a site gave after its round had closed.
 *
 * @param site who
 * @param round the round that it trained for
 * @param take of that round
 * @param update what it sent; empty if nothing will come
 * @param reason why nothing will come
 */
public record LateAnswer(
    SiteName site, int round, int take, Optional<LateUpdate> update, String reason) {
  public LateAnswer {
    requireNonNull(site, "site is null");
    requireNonNull(update, "update is null");
    requireNonNull(reason, "reason is null");
  }
}
