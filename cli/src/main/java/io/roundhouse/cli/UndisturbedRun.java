package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;

import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.jobfile.JobFile;
import io.roundhouse.server.Manifests;
import io.roundhouse.simulation.Federation;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import io.temporal.client.WorkflowFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A job once more, quietly and with nothing in its way.
 *
 * @param model digest of the last global model
 * @param rounds its manifests, that of the initial model first
 */
record UndisturbedRun(Digest model, List<RoundManifest> rounds) {
  UndisturbedRun {
    requireNonNull(model, "model is null");
    rounds = List.copyOf(rounds);
  }

  /**
   * Runs the job in a folder that goes away with it.
   *
   * @throws Failure if it does not complete
   */
  static UndisturbedRun of(JobFile job, SimulatedData data, SelectedKernel kernel) {
    Path folder = temporaryFolder();
    try (Federation federation = Federation.start(folder, data, job.spec().data(), kernel)) {
      JobResult result =
          federation
              .submit(
                  job.spec().job(),
                  Artifacts.upload(job, federation.store()),
                  List.copyOf(data.sites().keySet()))
              .getResult(JobResult.class);
      return new UndisturbedRun(
          result.model().map(Artifact::sha256).orElseThrow(),
          Manifests.rounds(federation.store(), job.spec().job()));
    } catch (WorkflowFailedException e) {
      throw Failure.jobFailed("the undisturbed job failed: " + e.getCause());
    } finally {
      delete(folder);
    }
  }

  /**
   * Says that a disturbed run made the same model.
   *
   * @throws Failure if it made another one
   */
  void requireSame(JobResult disturbed, ArtifactStore store, Terminal terminal) {
    Optional<Digest> other = disturbed.model().map(Artifact::sha256);
    if (other.isPresent() && other.get().equals(model)) {
      terminal.line(terminal.green("same digest as the undisturbed run: " + model));
      return;
    }
    String why =
        otherContributors(Manifests.rounds(store, disturbed.job()))
            .map(round -> "since other sites contributed in round " + round)
            .orElse("though the same sites contributed, please report it");
    throw Failure.jobFailed("not the digest of the undisturbed run, " + model + ", " + why);
  }

  private Optional<Integer> otherContributors(List<RoundManifest> others) {
    return Stream.iterate(0, round -> round + 1)
        .limit(Math.min(rounds.size(), others.size()))
        .filter(round -> !sites(rounds.get(round)).equals(sites(others.get(round))))
        .findFirst();
  }

  private static List<SiteName> sites(RoundManifest round) {
    return round.contributions().stream()
        .map(contribution -> contribution.update().site())
        .toList();
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("roundhouse-undisturbed-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
