package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

/**
 * What one site sends back for a round: a reference to its trained weights.
 *
 * @param site who trained
 * @param attempt the activity attempt that wrote the artifact; part of its name, so that a zombie
 *     attempt never replaces a good one
 * @param artifact the trained weights, safetensors
 * @param examples rows trained on in one epoch: the update's weight
 * @param loss mean training loss of the last epoch
 * @param seconds time the training took at the site
 */
public record Update(
    SiteName site, int attempt, Artifact artifact, long examples, double loss, double seconds) {
  public Update {
    requireNonNull(site, "site is null");
    requireNonNull(artifact, "artifact is null");
  }
}
