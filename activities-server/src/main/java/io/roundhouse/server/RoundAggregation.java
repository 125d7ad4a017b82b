package io.roundhouse.server;

import io.roundhouse.aggregation.AggregationKernel;
import io.roundhouse.aggregation.Aggregator;
import io.roundhouse.aggregation.CheckedUpdate;
import io.roundhouse.aggregation.Strategy;
import io.roundhouse.aggregation.UpdateCheck;
import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.Update;
import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.workflows.AggregateTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The aggregation of one round: download, check, aggregate, upload. */
final class RoundAggregation implements AutoCloseable {
  private final ArtifactStore store;
  private final AggregationKernel kernel;
  private final AggregateTask task;
  private final Strategy strategy;
  private final Path folder;
  private final List<CheckedUpdate.Accepted> accepted = new ArrayList<>();
  private final List<Update> contributors = new ArrayList<>();
  private final List<Exclusion> quarantined = new ArrayList<>();

  RoundAggregation(ArtifactStore store, AggregationKernel kernel, Path parent, AggregateTask task)
      throws IOException {
    this.store = store;
    this.kernel = kernel;
    this.task = task;
    strategy = Strategy.of(task.strategy());
    Files.createDirectories(parent);
    folder = Files.createTempDirectory(parent, "round-");
  }

  Aggregation run() {
    long start = System.nanoTime();
    Path model = download(task.model(), "global");
    Optional<Path> state = task.state().map(artifact -> download(artifact, "state"));
    check(model);
    if (accepted.size() < task.quorum()) {
      return result(Optional.empty(), Optional.empty(), start);
    }
    Path nextModel = folder.resolve("next-global");
    Path nextState = folder.resolve("next-state");
    new Aggregator(strategy, kernel).aggregate(model, state, accepted, nextModel, nextState);
    JobLayout layout = new JobLayout(task.job());
    Optional<Artifact> stateArtifact =
        strategy.state().isEmpty()
            ? Optional.empty()
            : Optional.of(store.putIfAbsent(layout.state(task.round()), nextState));
    Artifact modelArtifact = store.putIfAbsent(layout.global(task.round()), nextModel);
    return result(Optional.of(modelArtifact), stateArtifact, start);
  }

  /** Downloads and checks all updates, several at a time; the outcome is in site order. */
  private void check(Path model) {
    List<CheckedUpdate> checked =
        task.updates().parallelStream().map(update -> check(model, update)).toList();
    for (int i = 0; i < checked.size(); i++) {
      Update update = task.updates().get(i);
      if (checked.get(i) instanceof CheckedUpdate.Accepted good) {
        accepted.add(good);
        contributors.add(update);
      } else if (checked.get(i) instanceof CheckedUpdate.Refused bad) {
        quarantined.add(new Exclusion(update.site(), Cause.QUARANTINED, bad.reason()));
      }
    }
  }

  private CheckedUpdate check(Path model, Update update) {
    try {
      Path file = download(update.artifact(), update.site().value());
      return UpdateCheck.check(model, file, update.examples());
    } catch (CorruptArtifactException | ArtifactMissingException e) {
      return new CheckedUpdate.Refused(List.of(String.valueOf(e.getMessage())));
    }
  }

  private Path download(Artifact artifact, String name) {
    Path file = folder.resolve(name + ".safetensors");
    store.download(artifact, file);
    return file;
  }

  private Aggregation result(Optional<Artifact> model, Optional<Artifact> state, long start) {
    double weight = contributors.stream().mapToDouble(Update::examples).sum();
    List<Contribution> contributions = new ArrayList<>();
    for (int i = 0; i < accepted.size(); i++) {
      Update update = contributors.get(i);
      contributions.add(
          new Contribution(update, update.examples() / weight, accepted.get(i).distance()));
    }
    return new Aggregation(
        model,
        state,
        contributions,
        quarantined,
        strategy.name(),
        kernel.name(),
        task.updates().stream().mapToLong(update -> update.artifact().bytes()).sum(),
        (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
