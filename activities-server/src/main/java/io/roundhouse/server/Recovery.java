package io.roundhouse.server;

import static java.util.stream.Collectors.toSet;

import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.spec.JobSpec;
import io.roundhouse.spec.Overlay;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import io.roundhouse.workflows.JobProgress;
import io.roundhouse.workflows.JobProgress.Standing;
import io.roundhouse.workflows.RecoverTask;
import io.roundhouse.workflows.Recovered;
import io.roundhouse.workflows.RoundResult;
import io.temporal.failure.ApplicationFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Where a job was, read from what its rounds left in the store. */
final class Recovery {
  private final ArtifactStore store;
  private final RecoverTask task;
  private final JobFolder folder;
  private final JobLayout layout;

  Recovery(ArtifactStore store, RecoverTask task) {
    this.store = store;
    this.task = task;
    folder = new JobFolder(store, task.job());
    layout = folder.layout();
  }

  /** Where a living job was after an earlier round; later rounds no longer count. */
  Recovered recall(int round) {
    Map<String, Object> versions = folder.versions();
    Collection<String> listing = folder.listing();
    Set<RoundFolder> begun = folder.begun(listing);
    List<RoundFolder> all = RoundFolder.lineage(folder.complete(listing), next(versions));
    List<RoundFolder> rounds = all.stream().filter(one -> one.round() <= round).toList();
    if (rounds.isEmpty() || rounds.get(rounds.size() - 1).round() != round) {
      throw ApplicationFailure.newNonRetryableFailure(
          "job " + task.job() + " has no finished round " + round + cure(all), "NoSuchRound");
    }
    folder.note(
        versions, task.run(), Optional.of(new RoundFolder(round + 1, latestTake(begun) + 1)));
    List<RoundManifest> manifests = folder.manifests(rounds);
    return new Recovered(
        Optional.of(
            fold(manifests)
                .with(Standing.recovered(Map.of(), List.of(), late(listing, rounds, manifests)))));
  }

  private static String cure(List<RoundFolder> rounds) {
    return rounds.isEmpty()
        ? ", perhaps you should wait until one is"
        : ", perhaps you should go back to one from %d to %d"
            .formatted(rounds.get(0).round(), rounds.get(rounds.size() - 1).round());
  }

  /**
   * Takes the folder over from a job that is gone. What follows from rounds that were begun and not
   * finished is noted before they are removed, so that the same is found when this is repeated. A
   * job of which nothing is left begins as a new one does.
   */
  Recovered takeOver() {
    Map<String, Object> versions = folder.versions();
    requireLost(versions);
    requireSameSpec();
    Collection<String> listing = folder.listing();
    Set<RoundFolder> complete = folder.complete(listing);
    Set<RoundFolder> begun = folder.begun(listing);
    Optional<RoundFolder> known = JobFolder.next(versions);
    Set<RoundFolder> seen = new TreeSet<>(begun);
    known.ifPresent(seen::add);
    List<RoundFolder> rounds = RoundFolder.lineage(complete, seen);
    int take =
        known
            .filter(noted -> JobFolder.isOwnedBy(task.run(), versions))
            .map(RoundFolder::take)
            .orElse(latestTake(seen) + 1);
    Optional<RoundFolder> next =
        rounds.stream()
            .reduce((one, later) -> later)
            .map(last -> new RoundFolder(last.round() + 1, take));
    folder.note(versions, task.run(), next);
    store.replace(layout.spec(), SpecYaml.write(task.spec()), "application/yaml");
    store.delete(layout.result());
    store.delete(layout.best());
    List<RoundManifest> manifests = folder.manifests(rounds);
    removeUnfinished(begun, complete, manifests);
    return manifests.isEmpty()
        ? new Recovered(Optional.empty())
        : new Recovered(
            Optional.of(
                fold(manifests)
                    .at(take)
                    .with(standing(newest(complete), late(listing, rounds, manifests)))));
  }

  /** The manifest that was written last, though the job may have gone back since. */
  private RoundManifest newest(Set<RoundFolder> complete) {
    RoundFolder newest = complete.stream().max(Comparator.naturalOrder()).orElseThrow();
    return folder.manifests(List.of(newest)).get(0);
  }

  private void requireLost(Map<String, Object> versions) {
    if (versions.isEmpty()) {
      throw ApplicationFailure.newNonRetryableFailure(
          "the store has no job "
              + task.job()
              + " to go on from, perhaps you should check its project and name, or start it anew",
          "NoSuchJob");
    }
    Optional<JobResult> result = Manifests.result(store, task.job());
    if (result.isPresent() && result.get().state() == JobState.COMPLETED) {
      throw ApplicationFailure.newNonRetryableFailure(
          "job "
              + task.job()
              + " was completed ("
              + result.get().reason()
              + "), perhaps you should give the new one another name",
          "JobComplete");
    }
  }

  private void requireSameSpec() {
    Optional<byte[]> stored = store.read(layout.spec(), JobFolder.MOST_BYTES);
    if (stored.isEmpty()) {
      return;
    }
    List<String> keys =
        SpecTree.differences(
            SpecTree.read(SpecYaml.read(stored.get())), SpecTree.read(task.spec()));
    if (!keys.isEmpty()) {
      throw ApplicationFailure.newNonRetryableFailure(
          "the spec is not that of the job "
              + task.job()
              + " in the store: another "
              + String.join(", ", keys)
              + "; perhaps you should go on with that job's job.yml, or give this one another name",
          "SpecDiffers");
    }
  }

  /** A folder without a manifest goes, unless a later take still uses its model. */
  private void removeUnfinished(
      Set<RoundFolder> begun, Set<RoundFolder> complete, List<RoundManifest> manifests) {
    Set<RoundFolder> used =
        manifests.stream()
            .flatMap(
                manifest -> Stream.concat(Stream.of(manifest.model()), manifest.state().stream()))
            .flatMap(artifact -> RoundFolder.of(layout, artifact.path()).stream())
            .collect(toSet());
    begun.stream()
        .filter(one -> !complete.contains(one) && !used.contains(one))
        .forEach(one -> store.deleteAll(one.path(layout)));
  }

  private JobProgress fold(List<RoundManifest> manifests) {
    RoundManifest first = manifests.get(0);
    JobProgress progress = JobProgress.initial(first.startedAt(), first.model());
    Map<String, Object> settings = Map.of();
    JobSpec spec = spec(settings);
    for (RoundManifest manifest : manifests) {
      if (!manifest.carried().settings().equals(settings)) {
        settings = manifest.carried().settings();
        spec = spec(settings);
      }
      progress = progress.after(RoundResult.of(manifest), spec);
    }
    return progress;
  }

  private JobSpec spec(Map<String, Object> settings) {
    return SpecTree.read(Overlay.of(task.spec(), settings));
  }

  /** What operators did stays in force when the job goes back, so the last manifest tells it. */
  private static Standing standing(RoundManifest newest, List<LateUpdate> late) {
    return Standing.recovered(newest.carried().settings(), sites(newest), late);
  }

  /** The sites after the last round; those that may be there are called anew. */
  private static List<SiteStatus> sites(RoundManifest last) {
    SortedMap<SiteName, SiteStatus> sites = new TreeMap<>();
    for (SiteStatus site : last.carried().sites()) {
      boolean away = site.state() == State.LEFT || site.state() == State.SUSPENDED;
      sites.put(site.site(), away ? site : site.in(State.CALLED, ""));
    }
    for (Exclusion exclusion : last.exclusions()) {
      if (exclusion.cause() == Cause.QUARANTINED) {
        sites.compute(
            exclusion.site(),
            (name, site) -> (site == null ? SiteStatus.called(name) : site).refusedOnceMore());
      }
    }
    return new ArrayList<>(sites.values());
  }

  /** The late updates of rounds that count, which no round has looked at. */
  private List<LateUpdate> late(
      Collection<String> listing, List<RoundFolder> rounds, List<RoundManifest> manifests) {
    Set<String> lookedAt =
        manifests.stream()
            .flatMap(manifest -> manifest.late().stream())
            .map(late -> layout.late(late.round(), late.take(), late.update().site()))
            .collect(toSet());
    Set<String> folders = rounds.stream().map(one -> one.path(layout) + "late/").collect(toSet());
    return listing.stream()
        .filter(path -> folders.contains(path.substring(0, path.lastIndexOf('/') + 1)))
        .filter(path -> path.endsWith(".json"))
        .filter(path -> !lookedAt.contains(path))
        .toList()
        .parallelStream()
        .map(path -> store.read(path, JobFolder.MOST_BYTES).orElseThrow())
        .map(json -> Json.read(json, LateUpdate.class))
        .sorted(
            Comparator.comparingLong(LateUpdate::arrivedAt)
                .thenComparing(late -> late.update().site()))
        .toList();
  }

  private static List<RoundFolder> next(Map<String, Object> versions) {
    return JobFolder.next(versions).map(List::of).orElse(List.of());
  }

  private static int latestTake(Collection<RoundFolder> folders) {
    return folders.stream().mapToInt(RoundFolder::take).max().orElse(0);
  }
}
