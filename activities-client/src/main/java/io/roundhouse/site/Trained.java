package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Artifact;

/**
 * What a training gave.
 *
 * @param artifact the trained weights, uploaded
 * @param examples rows trained on in an epoch
 * @param loss mean training loss of the last epoch
 * @param seconds that the training took, transfers not counted
 */
record Trained(Artifact artifact, long examples, double loss, double seconds) {
  Trained {
    requireNonNull(artifact, "artifact is null");
  }
}
