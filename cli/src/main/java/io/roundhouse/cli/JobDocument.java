package io.roundhouse.cli;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundSummary;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What {@code --output json} prints of a job.
 *
 * @param job project and name
 * @param state how it ended
 * @param reason why it ended
 * @param rounds finished training rounds
 * @param accuracy of the last global model
 * @param loss of the last global model
 * @param bestRound the round with the best model
 * @param modelUri where the last global model is
 * @param modelSha256 its digest
 * @param kernel what aggregated
 * @param seconds the whole job, without starting and comparing
 * @param report path of the report
 * @param comparison each site alone and all rows in one place, if they were asked for
 * @param undisturbedSha256 digest of the same job without faults, if it ran with some
 * @param perRound a row for each round
 */
record JobDocument(
    JobId job,
    JobState state,
    String reason,
    int rounds,
    Optional<Double> accuracy,
    Optional<Double> loss,
    Optional<Integer> bestRound,
    Optional<URI> modelUri,
    Optional<Digest> modelSha256,
    String kernel,
    double seconds,
    String report,
    Optional<Comparison> comparison,
    Optional<Digest> undisturbedSha256,
    List<RoundSummary> perRound) {}
