package io.roundhouse.cli;

import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.simulation.SimulatedData;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.Tensor;
import io.roundhouse.terminal.Bar;
import io.roundhouse.terminal.Terminal;
import io.roundhouse.terminal.Units;
import io.roundhouse.training.Engines;
import io.roundhouse.training.TrainingEngine;
import io.roundhouse.training.TrainingRequest;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Why one federates: the same model, trained for as many epochs, by each site alone and on all rows
 * in one place, judged on the same rows as the federated model.
 *
 * @param federated the federated model
 * @param alone what each site reaches by itself
 * @param pooled what all rows in one place reach
 */
record Comparison(Metrics federated, SortedMap<SiteName, Metrics> alone, Metrics pooled) {
  private static final int BAR = 30;

  Comparison {
    alone = new TreeMap<>(alone);
  }

  /** Trains them, as many at a time as there are cores. */
  static Comparison of(JobSpec spec, SimulatedData data, Metrics federated, int rounds) {
    TrainingSpec training = spec.training();
    TrainingSpec whole =
        new TrainingSpec(
            training.trainer(),
            Math.multiplyExact(training.epochs(), rounds),
            training.batch(),
            training.learningRate(),
            training.optimizer(),
            training.order());
    TrainingEngine engine = Engines.named(training.trainer());
    List<Tensor> initial = engine.initialize(spec.model(), new Seed(spec.seed()));
    SortedMap<SiteName, Metrics> results = new ConcurrentSkipListMap<>();
    SiteName everyone = new SiteName("everyone");
    SortedMap<SiteName, Dataset> rows = new TreeMap<>();
    data.sites().forEach((site, own) -> rows.put(site, own.train()));
    rows.put(everyone, data.server().train());
    rows.entrySet().parallelStream()
        .forEach(
            entry -> {
              Seed seed = new Seed(spec.seed()).derive("alone").derive(entry.getKey().value());
              TrainingRequest request =
                  new TrainingRequest(
                      spec.model(), initial, entry.getValue(), whole, seed, Optional.empty());
              List<Tensor> model =
                  engine.train(request, (epoch, batch, loss, samples) -> {}).model();
              results.put(
                  entry.getKey(), engine.evaluate(spec.model(), model, data.server().test()));
            });
    Metrics pooled = results.remove(everyone);
    return new Comparison(federated, results, pooled);
  }

  /** Mean accuracy of a site by itself. */
  double aloneMean() {
    return alone.values().stream().mapToDouble(Metrics::accuracy).average().orElse(0);
  }

  void print(Terminal terminal, LoadedData server) {
    double worst = alone.values().stream().mapToDouble(Metrics::accuracy).min().orElse(0);
    double best = alone.values().stream().mapToDouble(Metrics::accuracy).max().orElse(0);
    terminal.line("");
    terminal.line(
        terminal.bold(
            "Why federate? Accuracy on the same " + Units.count(server.test().size()) + " rows"));
    row(terminal, "one site alone", aloneMean(), Units.format("%.2f to %.2f", worst, best));
    row(terminal, "federated", federated.accuracy(), "no row left its site");
    row(terminal, "all rows in one place", pooled.accuracy(), "what nobody may do");
  }

  private static void row(Terminal terminal, String name, double accuracy, String note) {
    terminal.line(
        Units.format(
            "  %-22s %.4f %s %s",
            name, accuracy, terminal.cyan(Bar.of(accuracy, BAR)), terminal.dim(note)));
  }
}
