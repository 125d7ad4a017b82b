package io.roundhouse.server;

import static java.util.Objects.requireNonNull;

import io.roundhouse.aggregation.CheckedUpdate;
import io.roundhouse.aggregation.CheckedUpdate.Accepted;
import io.roundhouse.aggregation.CheckedUpdate.Refused;
import io.roundhouse.aggregation.DistanceLimit;
import io.roundhouse.aggregation.LateMove;
import io.roundhouse.aggregation.UpdateCheck;
import io.roundhouse.aggregation.UpdateCheck.Received;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.Text;
import io.roundhouse.domain.Update;
import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.workflows.AggregateTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The look at all updates of a round: which of them go into its model, and why others do not. */
final class UpdateReview {
  private static final long LONGEST_HEADER = 1 << 20;

  /** Most updates that are compared with a model while it is read once. */
  private static final int TOGETHER = 16;

  private final ArtifactStore store;
  private final UpdateSignature signature;
  private final AggregateTask task;
  private final Path folder;
  private final Path model;
  private final Map<Digest, Base> bases = new HashMap<>();

  /** A global model that updates started from: its file, or why it cannot be had. */
  private record Base(Path file, Optional<String> problem) {}

  /**
   * An update that came for this round, or late for an earlier one.
   *
   * @param number which of the round
   * @param staleness how many rounds late it is; 0 for one of this round
   * @param problem what is wrong with it before its tensors are looked at
   */
  private record Candidate(int number, LateUpdate late, int staleness, Optional<String> problem) {
    Update update() {
      return late.update();
    }

    Digest base() {
      return late.base().sha256();
    }

    Candidate because(String reason) {
      return new Candidate(number, late, staleness, Optional.of(reason));
    }
  }

  /** An update that goes into the model. */
  record Passed(Update update, int staleness, Accepted checked) {}

  /**
   * What came of the updates of a round.
   *
   * @param passed by site, of one site the newest first
   * @param refused by site
   */
  record Outcome(List<Passed> passed, List<Exclusion> refused) {}

  /**
   * @param folder for downloads
   * @param model the global model of the task
   */
  UpdateReview(
      ArtifactStore store, UpdateSignature signature, AggregateTask task, Path folder, Path model) {
    this.store = store;
    this.signature = signature;
    this.task = task;
    this.folder = folder;
    this.model = model;
  }

  /** Downloads and checks all updates, several at a time. */
  Outcome run() {
    List<Candidate> candidates = candidates();
    candidates.forEach(one -> bases.computeIfAbsent(one.base(), any -> base(one.late)));
    List<CheckedUpdate> checked = check(candidates.parallelStream().map(this::fetch).toList());
    List<Accepted> good =
        checked.stream().filter(Accepted.class::isInstance).map(Accepted.class::cast).toList();
    DistanceLimit limit = DistanceLimit.of(model, good, task.checks());
    List<CheckedUpdate> decided =
        IntStream.range(0, candidates.size())
            .parallel()
            .mapToObj(i -> decide(candidates.get(i), checked.get(i), limit))
            .toList();
    return outcome(candidates, decided);
  }

  /** All that came; the second update of a site for one round is refused. */
  private List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Update update : task.updates()) {
      LateUpdate one = new LateUpdate(task.round(), task.take(), task.model(), update, 0);
      candidates.add(new Candidate(candidates.size(), one, 0, problem(one, seen)));
    }
    for (LateUpdate one : task.late()) {
      int staleness = task.round() - one.round();
      Optional<String> problem = age(staleness).or(() -> problem(one, seen));
      candidates.add(new Candidate(candidates.size(), one, staleness, problem));
    }
    return candidates;
  }

  private Optional<String> age(int staleness) {
    if (staleness < 1) {
      return Optional.of("it is not of an earlier round");
    }
    int oldest = task.worth().oldest();
    return staleness <= oldest
        ? Optional.empty()
        : Optional.of("it is %d rounds late, not 1 to %d".formatted(staleness, oldest));
  }

  /** What is wrong with an update before its tensors are looked at. */
  private Optional<String> problem(LateUpdate one, Set<String> seen) {
    Update update = one.update();
    if (!seen.add(update.site() + " " + one.round() + " " + one.take())) {
      return Optional.of("there is another update of this site for the same round");
    }
    String path =
        new JobLayout(task.job()).update(one.round(), one.take(), update.site(), update.attempt());
    if (!update.artifact().path().equals(path)) {
      return Optional.of(
          "it is of another round, job or site: its artifact is "
              + Text.quote(update.artifact().path())
              + ", not "
              + path);
    }
    long most = 2 * task.model().bytes() + LONGEST_HEADER;
    if (update.artifact().bytes() > most) {
      return Optional.of(
          "it has %d bytes, the global model has %d, perhaps you should send its tensors only"
              .formatted(update.artifact().bytes(), task.model().bytes()));
    }
    return Optional.empty();
  }

  private Base base(LateUpdate late) {
    Artifact artifact = late.base();
    if (artifact.sha256().equals(task.model().sha256())) {
      return new Base(model, Optional.empty());
    }
    Path file = folder.resolve("base-" + artifact.sha256());
    try {
      store.download(artifact, file);
      return new Base(file, Optional.empty());
    } catch (CorruptArtifactException | ArtifactMissingException | IllegalArgumentException e) {
      return new Base(file, Optional.of("the model that it started from: " + e.getMessage()));
    }
  }

  /** Downloads an update, unless something is wrong with it. */
  private Candidate fetch(Candidate candidate) {
    Update update = candidate.update();
    LateUpdate late = candidate.late;
    Optional<String> problem =
        candidate
            .problem
            .or(base(candidate)::problem)
            .or(() -> signature.problem(task.job(), late.round(), late.take(), update));
    if (problem.isPresent()) {
      return candidate.because(problem.get());
    }
    try {
      store.download(update.artifact(), file(candidate));
      return candidate;
    } catch (CorruptArtifactException | ArtifactMissingException e) {
      return candidate.because(String.valueOf(e.getMessage()));
    }
  }

  private Path file(Candidate candidate) {
    return folder.resolve("update-" + candidate.number);
  }

  /** Looks at the tensors of updates with the same base together. */
  private List<CheckedUpdate> check(List<Candidate> fetched) {
    Map<Integer, CheckedUpdate> checked = new ConcurrentHashMap<>();
    Map<Digest, List<Candidate>> alike = new LinkedHashMap<>();
    for (Candidate one : fetched) {
      if (one.problem.isPresent()) {
        checked.put(one.number, new Refused(List.of(one.problem.get())));
      } else {
        alike.computeIfAbsent(one.base(), base -> new ArrayList<>()).add(one);
      }
    }
    alike.values().stream().flatMap(UpdateReview::groups).toList().parallelStream()
        .forEach(group -> checkTogether(group, checked));
    return fetched.stream().map(one -> requireNonNull(checked.get(one.number))).toList();
  }

  /** Groups small enough that all processors have some. */
  private static Stream<List<Candidate>> groups(List<Candidate> alike) {
    int processors = Runtime.getRuntime().availableProcessors();
    int size = Math.min(TOGETHER, (alike.size() + processors - 1) / processors);
    return IntStream.iterate(0, from -> from < alike.size(), from -> from + size)
        .mapToObj(from -> alike.subList(from, Math.min(from + size, alike.size())));
  }

  private void checkTogether(List<Candidate> group, Map<Integer, CheckedUpdate> checked) {
    List<Received> received =
        group.stream().map(one -> new Received(file(one), one.update().examples())).toList();
    List<CheckedUpdate> results =
        UpdateCheck.check(base(group.get(0)).file, received, task.checks());
    for (int i = 0; i < group.size(); i++) {
      Candidate one = group.get(i);
      checked.put(
          one.number,
          one.staleness > 0 && results.get(i) instanceof Accepted good
              ? good.worth(task.worth().factor(one.staleness))
              : results.get(i));
    }
  }

  private CheckedUpdate decide(Candidate candidate, CheckedUpdate checked, DistanceLimit limit) {
    CheckedUpdate near = checked instanceof Accepted good ? limit.check(good) : checked;
    Path base = base(candidate).file;
    return near instanceof Accepted good && !base.equals(model)
        ? LateMove.move(model, base, good, folder.resolve("moved-" + candidate.number))
        : near;
  }

  private Base base(Candidate candidate) {
    return requireNonNull(bases.get(candidate.base()));
  }

  private static Outcome outcome(List<Candidate> candidates, List<CheckedUpdate> decided) {
    List<Passed> passed = new ArrayList<>();
    List<Exclusion> refused = new ArrayList<>();
    for (Candidate one : candidates) {
      CheckedUpdate checked = decided.get(one.number);
      if (checked instanceof Accepted good) {
        passed.add(new Passed(one.update(), one.staleness, good));
      } else if (checked instanceof Refused bad) {
        String late = one.staleness == 0 ? "" : "its update of round " + one.late.round() + ": ";
        refused.add(new Exclusion(one.update().site(), Cause.QUARANTINED, late + bad.reason()));
      }
    }
    passed.sort(
        Comparator.comparing((Passed one) -> one.update.site())
            .thenComparingInt(Passed::staleness));
    refused.sort(Comparator.comparing(Exclusion::site));
    return new Outcome(passed, refused);
  }
}
