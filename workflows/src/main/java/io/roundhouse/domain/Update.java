package io.roundhouse.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

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
 * @param signature the site's signature, base64, where its key signs what it sends
 */
public record Update(
    SiteName site,
    int attempt,
    Artifact artifact,
    long examples,
    double loss,
    double seconds,
    Optional<String> signature) {
  /** How statements are signed: ECDSA with SHA-256, the signature in DER (RFC 3279). */
  public static final String SIGNATURE_ALGORITHM = "SHA256withECDSA";

  public Update {
    requireNonNull(site, "site is null");
    requireNonNull(artifact, "artifact is null");
    requireNonNull(signature, "signature is null");
  }

  /**
   * What a site signs: all that decides where the update counts, and for how much. ASCII, one field
   * a line, each line ended by a line feed.
   *
   * @param job the job
   * @param round the round that it was trained in
   * @param take of that round
   */
  public String statement(JobId job, int round, int take) {
    return String.join(
        "\n",
        "roundhouse-update/v1",
        "job " + job,
        "round " + round,
        "take " + take,
        "site " + site,
        "attempt " + attempt,
        "sha256 " + artifact.sha256(),
        "bytes " + artifact.bytes(),
        "examples " + examples,
        "");
  }

  /** The same update with a signature. */
  public Update signed(String base64) {
    return new Update(site, attempt, artifact, examples, loss, seconds, Optional.of(base64));
  }

  /** An update without a signature. */
  public Update(
      SiteName site, int attempt, Artifact artifact, long examples, double loss, double seconds) {
    this(site, attempt, artifact, examples, loss, seconds, Optional.empty());
  }
}
