package io.roundhouse.report;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Best;
import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Decision;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Evaluation;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.RoundManifest.Outcome;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A made-up job that learns, has stragglers and loses an update now and then; from a seed. */
final class SampleJob {
  static final JobId JOB = new JobId("cardiology", "ecg-arrhythmia");
  static final long STARTED = 1_795_336_200_000L;
  private static final List<String> NAMES =
      List.of(
          "charite-berlin",
          "ukhd-heidelberg",
          "lmu-munich",
          "uke-hamburg",
          "insel-bern",
          "akh-vienna",
          "rigshospitalet",
          "amc-amsterdam");
  private static final long MODEL_BYTES = 4_812_344;

  private final int sites;
  private final SplittableRandom random;
  private long clock = STARTED;

  private SampleJob(int sites, long seed) {
    this.sites = sites;
    this.random = new Seed(seed).random();
  }

  /** A completed job of so many training rounds. */
  static JobRecord completed(int rounds, int sites, long seed) {
    JobRecord running = running(rounds, sites, seed);
    RoundManifest last = running.rounds().get(rounds);
    JobResult result =
        new JobResult(
            JOB,
            JobState.COMPLETED,
            "all " + rounds + " rounds done",
            rounds,
            Optional.of(last.model()),
            last.evaluation().central(),
            running.rounds().stream()
                .max(Comparator.comparingDouble(SampleJob::accuracy))
                .map(r -> new Best(r.round(), r.model(), r.evaluation().central().orElseThrow())),
            STARTED,
            (last.startedAt() - STARTED) / 1000.0 + last.seconds().total());
    return new JobRecord(
        JOB, running.spec(), running.versions(), running.rounds(), Optional.of(result));
  }

  /** The same job before it ended. */
  static JobRecord running(int rounds, int sites, long seed) {
    SampleJob job = new SampleJob(sites, seed);
    List<RoundManifest> manifests = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      manifests.add(job.round(round, rounds));
    }
    return new JobRecord(JOB, spec(rounds), versions(), manifests, Optional.empty());
  }

  /** The record with no round evaluated. */
  static JobRecord withoutEvaluation(JobRecord record) {
    return withRounds(
        record,
        record.rounds().stream().map(r -> with(r, r.exclusions(), Evaluation.NONE)).toList());
  }

  /** The record with these exclusions in every training round. */
  static JobRecord withExclusions(JobRecord record, List<Exclusion> exclusions) {
    return withRounds(
        record,
        record.rounds().stream()
            .map(r -> r.round() == 0 ? r : with(r, exclusions, r.evaluation()))
            .toList());
  }

  /** The record with a loss that is not a number in one round. */
  static JobRecord diverged(JobRecord record, int round) {
    Evaluation broken =
        new Evaluation(
            Optional.of(new Metrics(0.2, Double.NaN, 10_000)), Optional.empty(), List.of());
    return withRounds(
        record,
        record.rounds().stream()
            .map(r -> r.round() == round ? with(r, r.exclusions(), broken) : r)
            .toList());
  }

  private static JobRecord withRounds(JobRecord record, List<RoundManifest> rounds) {
    return new JobRecord(record.job(), record.spec(), record.versions(), rounds, record.result());
  }

  /**
   * The record with a skipped round 2, and a late update of the first site and a decision in round
   * 3.
   */
  static JobRecord withTroubles(JobRecord record, List<Decision> decisions) {
    return withRounds(
        record,
        record.rounds().stream()
            .map(
                round ->
                    switch (round.round()) {
                      case 2 -> skipped(round);
                      case 3 -> decided(withLate(round), decisions);
                      default -> round.round() < 3 ? round : decided(round, List.of());
                    })
            .toList());
  }

  private static RoundManifest skipped(RoundManifest round) {
    return with(
        round,
        Outcome.SKIPPED,
        round.carried(),
        round.selected(),
        List.of(),
        List.of(),
        round.exclusions(),
        Evaluation.NONE);
  }

  /** The first site was busy, and what it gave is of round 1. */
  private static RoundManifest withLate(RoundManifest round) {
    List<Contribution> contributions = new ArrayList<>(round.contributions());
    Contribution first = contributions.get(0);
    contributions.set(0, new Contribution(first.update(), 2, first.share(), first.distance()));
    LateUpdate late = new LateUpdate(1, 1, round.model(), first.update(), STARTED);
    return with(
        round,
        round.outcome(),
        round.carried(),
        round.selected().subList(1, round.selected().size()),
        contributions,
        List.of(late),
        List.of(new Exclusion(first.update().site(), Cause.BUSY, "it is still at work")),
        round.evaluation());
  }

  private static RoundManifest decided(RoundManifest round, List<Decision> decisions) {
    return with(
        round,
        round.outcome(),
        new RoundManifest.Carried(Map.of("training", Map.of("epochs", 7)), List.of(), decisions),
        round.selected(),
        round.contributions(),
        round.late(),
        round.exclusions(),
        round.evaluation());
  }

  private static RoundManifest with(
      RoundManifest round, List<Exclusion> exclusions, Evaluation evaluation) {
    return with(
        round,
        round.outcome(),
        round.carried(),
        round.selected(),
        round.contributions(),
        round.late(),
        exclusions,
        evaluation);
  }

  private static RoundManifest with(
      RoundManifest round,
      Outcome outcome,
      RoundManifest.Carried carried,
      List<SiteName> selected,
      List<Contribution> contributions,
      List<LateUpdate> late,
      List<Exclusion> exclusions,
      Evaluation evaluation) {
    return new RoundManifest(
        round.job(),
        round.round(),
        round.take(),
        outcome,
        round.model(),
        round.state(),
        carried,
        selected,
        contributions,
        late,
        exclusions,
        round.strategy(),
        round.kernel(),
        evaluation,
        round.startedAt(),
        round.seconds(),
        round.bytes());
  }

  static Map<String, Object> spec(int rounds) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("apiVersion", "roundhouse/v1");
    spec.put("kind", "FederatedJob");
    spec.put("project", JOB.project());
    spec.put("name", JOB.name());
    spec.put("seed", 20_261_122);
    spec.put(
        "model", ordered("type", "mlp", "inputs", 187, "hidden", List.of(256, 64), "outputs", 5));
    spec.put("data", "ecg");
    spec.put(
        "training",
        ordered("epochs", 2, "batch", 64, "learningRate", 0.05, "optimizer", "momentum"));
    spec.put("strategy", "fedavg");
    spec.put("rounds", ordered("count", Math.max(1, rounds), "quorum", 3, "deadline", "2m"));
    spec.put("evaluation", ordered("central", true, "federated", true, "metric", "accuracy"));
    return spec;
  }

  private static Map<String, Object> versions() {
    return ordered(
        "roundhouse",
        "0.1.0",
        "java",
        "17.0.17+10",
        "temporal",
        "1.32.0",
        "deeplearning4j",
        "M2.1");
  }

  private static Map<String, Object> ordered(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put(String.valueOf(entries[i]), entries[i + 1]);
    }
    return map;
  }

  private RoundManifest round(int round, int rounds) {
    List<SiteName> selected = new ArrayList<>();
    List<Update> updates = new ArrayList<>();
    List<Exclusion> exclusions = new ArrayList<>();
    double progress = 1 - Math.exp(-4.5 * round / Math.max(1, rounds));
    double train = 0;
    for (int i = 0; i < sites && round > 0; i++) {
      SiteName site = site(i);
      selected.add(site);
      double seconds = (site.hashCode() % 5 == 0 ? 21 : 8 + i % 4) * random.nextDouble(0.85, 1.2);
      double luck = random.nextDouble();
      if (luck < 0.05) {
        exclusions.add(exclusion(site, luck));
      } else {
        updates.add(update(site, i, round, 1.6 * (1 - progress) + 0.12, seconds));
      }
      train = Math.max(train, seconds);
    }
    double weight = updates.stream().mapToLong(Update::examples).sum();
    List<Contribution> contributions =
        updates.stream()
            .map(
                u ->
                    new Contribution(
                        u,
                        0,
                        u.examples() / weight,
                        (u.site().value().length() > 13 ? 2.6 : 1)
                            * (2.4 - 1.9 * progress)
                            * random.nextDouble(0.9, 1.1)))
            .toList();
    RoundManifest.Seconds seconds =
        new RoundManifest.Seconds(
            train, round == 0 ? 0 : random.nextDouble(0.6, 1.1), random.nextDouble(1.5, 2.4), 0);
    double total = seconds.train() + seconds.aggregate() + seconds.evaluate() + 0.07;
    RoundManifest manifest =
        new RoundManifest(
            JOB,
            round,
            1,
            round == 0 ? Outcome.INITIAL : Outcome.AGGREGATED,
            artifact(String.format("%s/rounds/%05d/global.safetensors", JOB, round)),
            Optional.empty(),
            new RoundManifest.Carried(Map.of(), List.of(), List.of()),
            selected,
            contributions,
            List.of(),
            exclusions,
            "fedavg",
            round == 0 ? "" : "opencl: pocl, 2 cores",
            evaluation(progress),
            clock,
            new RoundManifest.Seconds(
                seconds.train(), seconds.aggregate(), seconds.evaluate(), total),
            MODEL_BYTES * (selected.size() + updates.size()));
    clock += Math.round(total * 1000);
    return manifest;
  }

  private Evaluation evaluation(double progress) {
    List<Evaluation.SiteMetrics> measured = new ArrayList<>();
    double base = 0.21 + 0.735 * progress;
    for (int i = 0; i < sites; i++) {
      double accuracy =
          Math.min(0.99, base - 0.015 * (i % 6) * progress + random.nextDouble(-0.012, 0.012));
      measured.add(
          new Evaluation.SiteMetrics(
              site(i), new Metrics(accuracy, loss(accuracy), 900 + 37L * i)));
    }
    double central = Math.min(0.99, base + random.nextDouble(-0.008, 0.008));
    return new Evaluation(
        Optional.of(new Metrics(central, loss(central), 10_000)),
        Optional.of(Metrics.mean(measured.stream().map(m -> m.metrics()).toList())),
        measured);
  }

  private Update update(SiteName site, int i, int round, double loss, double seconds) {
    String path = String.format("%s/rounds/%05d/updates/%s.1.safetensors", JOB, round, site);
    long examples = Math.round(18_000 / (1 + 0.45 * i)) + 400;
    double measured = loss * random.nextDouble(0.9, 1.15);
    return new Update(site, 1, artifact(path), examples, measured, seconds);
  }

  private static Exclusion exclusion(SiteName site, double luck) {
    if (luck < 0.012) {
      String reason = "tensor 'dense_1.W' has 3 values that are not finite";
      return new Exclusion(site, Cause.QUARANTINED, reason);
    }
    if (luck < 0.024) {
      String reason = "the trainer ran out of memory, perhaps you should lower the batch";
      return new Exclusion(site, Cause.FAILED, reason);
    }
    return luck < 0.037
        ? new Exclusion(site, Cause.OFFLINE, "no worker took the task within 1m")
        : new Exclusion(site, Cause.LATE, "the round closed at its deadline of 2m");
  }

  private Artifact artifact(String path) {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return new Artifact(path, Digest.of(digest), MODEL_BYTES);
  }

  private SiteName site(int i) {
    return new SiteName(
        i < NAMES.size() && sites <= NAMES.size() ? NAMES.get(i) : String.format("clinic-%03d", i));
  }

  private static double loss(double accuracy) {
    return -1.35 * Math.log(Math.max(0.02, accuracy)) + 0.08;
  }

  private static double accuracy(RoundManifest round) {
    return round.evaluation().central().map(Metrics::accuracy).orElse(0.0);
  }
}
