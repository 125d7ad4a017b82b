package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.aggregation.SelectedKernel;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.server.Manifests;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.Section;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A job on the digits of the samples that a federation in this JVM runs.
 *
 * @param tree the job file
 * @param spec the job
 * @param data the rows of its sites
 */
record SimulatedJob(Map<String, Object> tree, JobSpec spec, SimulatedData data) {
  private static final Path SAMPLES = Path.of("../samples/digits");
  private static final long MOST_MINUTES = 5;

  /**
   * How a job ended.
   *
   * @param model the last global model
   * @param rounds the manifests, that of the initial model first
   * @param tensors of the last global model
   */
  record Outcome(Artifact model, List<RoundManifest> rounds, List<Tensor> tensors) {}

  @SuppressWarnings("unchecked")
  static SimulatedJob read(String yaml) {
    Map<String, Object> tree =
        (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
    Section root = Section.root(tree);
    JobSpec spec = JobSpecReader.read(root);
    Map<String, Object> simulated = (Map<String, Object>) requireNonNull(tree.get("simulation"));
    SimulationSpec simulation = SimulationSpec.read(root.section("simulation"), simulated, SAMPLES);
    assertThat(root.problems()).isEmpty();
    return new SimulatedJob(tree, spec, SimulatedData.load(simulation, new Seed(spec.seed())));
  }

  /** Runs it with the sites of the simulation. */
  Outcome run(Path folder, SelectedKernel kernel) throws TimeoutException {
    try (kernel;
        Federation federation = Federation.start(folder, data, spec.data(), kernel)) {
      return follow(federation, folder);
    }
  }

  /** Runs it with the sites of the simulation while something befalls them. */
  Outcome run(Path folder, SelectedKernel kernel, Disturbance disturbance) throws TimeoutException {
    try (kernel;
        disturbance;
        Federation federation = Federation.start(folder, data, spec.data(), kernel, disturbance)) {
      return follow(federation, folder);
    }
  }

  /** Runs it with other sites of the same names and rows. */
  @SuppressWarnings("try") // the sites only have to be there
  Outcome run(Path folder, SelectedKernel kernel, StandInSites.Role role) throws TimeoutException {
    SimulatedData server = new SimulatedData(new TreeMap<>(), data.server());
    try (kernel;
        Federation federation = Federation.start(folder, server, spec.data(), kernel);
        StandInSites sites = StandInSites.start(federation, sites(), role)) {
      return follow(federation, folder);
    }
  }

  List<SiteName> sites() {
    return List.copyOf(data.sites().keySet());
  }

  LoadedData rows(SiteName site) {
    return requireNonNull(data.sites().get(site));
  }

  private Outcome follow(Federation federation, Path folder) throws TimeoutException {
    JobResult result =
        federation
            .submit(spec.job(), tree, sites())
            .getResult(MOST_MINUTES, TimeUnit.MINUTES, JobResult.class);
    assertThat(result.state()).isEqualTo(JobState.COMPLETED);
    Artifact model = result.model().orElseThrow();
    Path file = folder.resolve("last.safetensors");
    federation.store().download(model, file);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return new Outcome(
          model, Manifests.rounds(federation.store(), spec.job()), tensors.readAll());
    }
  }
}
