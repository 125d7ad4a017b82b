package io.roundhouse.server;

import io.roundhouse.aggregation.AggregationKernel;
import io.roundhouse.aggregation.Aggregator;
import io.roundhouse.aggregation.Strategy;
import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.server.UpdateReview.Outcome;
import io.roundhouse.server.UpdateReview.Passed;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.workflows.AggregateTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The aggregation of one round: download, check, aggregate, upload. */
final class RoundAggregation {
  private final ArtifactStore store;
  private final AggregationKernel kernel;
  private final AggregateTask task;
  private final Strategy strategy;
  private final Path folder;
  private final UpdateSignature signature;

  /**
   * @param folder for downloads and results, to be removed afterwards
   */
  RoundAggregation(
      ArtifactStore store,
      AggregationKernel kernel,
      UpdateSignature signature,
      Path folder,
      AggregateTask task) {
    this.store = store;
    this.kernel = kernel;
    this.signature = signature;
    this.folder = folder;
    this.task = task;
    strategy = Strategy.of(task.strategy());
  }

  Aggregation run() {
    long start = System.nanoTime();
    Path model = download(task.model(), "global");
    Optional<Path> state = task.state().map(artifact -> download(artifact, "state"));
    Outcome outcome = new UpdateReview(store, signature, task, folder, model).run();
    if (outcome.passed().size() < task.quorum()) {
      return result(Optional.empty(), Optional.empty(), outcome, start);
    }
    Path nextModel = folder.resolve("next-global");
    Path nextState = folder.resolve("next-state");
    new Aggregator(strategy, kernel)
        .aggregate(
            model,
            state,
            outcome.passed().stream().map(Passed::checked).toList(),
            nextModel,
            nextState);
    JobLayout layout = new JobLayout(task.job());
    Optional<Artifact> stateArtifact =
        strategy.state().isEmpty()
            ? Optional.empty()
            : Optional.of(store.putIfAbsent(layout.state(task.round(), task.take()), nextState));
    Artifact modelArtifact = store.putIfAbsent(layout.global(task.round(), task.take()), nextModel);
    return result(Optional.of(modelArtifact), stateArtifact, outcome, start);
  }

  private Path download(Artifact artifact, String name) {
    Path file = folder.resolve(name);
    store.download(artifact, file);
    return file;
  }

  private Aggregation result(
      Optional<Artifact> model, Optional<Artifact> state, Outcome outcome, long start) {
    double weight = outcome.passed().stream().mapToDouble(one -> one.checked().weight()).sum();
    List<Contribution> contributions =
        outcome.passed().stream()
            .map(
                one ->
                    new Contribution(
                        one.update(),
                        one.staleness(),
                        one.checked().weight() / weight,
                        one.checked().distance()))
            .toList();
    long bytes =
        Stream.concat(task.updates().stream(), task.late().stream().map(LateUpdate::update))
            .mapToLong(update -> update.artifact().bytes())
            .sum();
    return new Aggregation(
        model,
        state,
        contributions,
        outcome.refused(),
        strategy.name(),
        kernel.name(),
        bytes,
        (System.nanoTime() - start) / 1e9);
  }
}
