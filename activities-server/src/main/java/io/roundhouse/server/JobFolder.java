package io.roundhouse.server;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A job's folder in the store: whose it is, and which rounds are in it. */
final class JobFolder {
  static final int MOST_BYTES = 64 << 20;

  private static final String RUN = "run";
  private static final String NEXT = "next";
  private static final String ROUND = "round";
  private static final String TAKE = "take";

  private final ArtifactStore store;
  private final JobLayout layout;

  JobFolder(ArtifactStore store, JobId job) {
    this.store = store;
    this.layout = new JobLayout(job);
  }

  /** What is in {@code versions.json} when a run of a workflow owns a folder. */
  static Map<String, Object> versions(String kernel, String run) {
    Map<String, Object> versions = new LinkedHashMap<>(Versions.current());
    versions.put("kernel", kernel);
    versions.put(RUN, run);
    return versions;
  }

  /** What is in {@code versions.json}; empty if nobody owns the folder. */
  @SuppressWarnings("unchecked")
  Map<String, Object> versions() {
    return store
        .read(layout.versions(), MOST_BYTES)
        .map(json -> (Map<String, Object>) Json.read(json, Map.class))
        .orElse(Map.of());
  }

  static boolean isOwnedBy(String run, Map<String, Object> versions) {
    return run.equals(versions.get(RUN));
  }

  /** The run of a workflow that owns the folder; empty if none does. */
  static String owner(Map<String, Object> versions) {
    return String.valueOf(versions.getOrDefault(RUN, ""));
  }

  /** The round that was to come next when the job last went back, or was taken over. */
  static Optional<RoundFolder> next(Map<String, Object> versions) {
    return versions.get(NEXT) instanceof Map<?, ?> next
            && next.get(ROUND) instanceof Integer round
            && next.get(TAKE) instanceof Integer take
        ? Optional.of(new RoundFolder(round, take))
        : Optional.empty();
  }

  /** Notes who owns the folder and which round comes next; the other facts stay. */
  void note(Map<String, Object> versions, String run, Optional<RoundFolder> next) {
    Map<String, Object> changed = new LinkedHashMap<>(versions);
    changed.put(RUN, run);
    next.ifPresentOrElse(
        folder -> changed.put(NEXT, Map.of(ROUND, folder.round(), TAKE, folder.take())),
        () -> changed.remove(NEXT));
    store.replace(layout.versions(), Json.write(changed), "application/json");
  }

  /** The paths of everything that rounds left, sorted. */
  List<String> listing() {
    return store.list(layout.rounds());
  }

  /** The rounds that left anything. */
  Set<RoundFolder> begun(Collection<String> listing) {
    Set<RoundFolder> folders = new TreeSet<>();
    listing.forEach(path -> RoundFolder.of(layout, path).ifPresent(folders::add));
    return folders;
  }

  /** The rounds that have manifests. */
  Set<RoundFolder> complete(Collection<String> listing) {
    Set<RoundFolder> folders = new TreeSet<>();
    for (String path : listing) {
      RoundFolder.of(layout, path)
          .filter(folder -> path.equals(folder.manifest(layout)))
          .ifPresent(folders::add);
    }
    return folders;
  }

  /** The finished rounds that lead to the job's newest model, in their order. */
  List<RoundFolder> lineage(Map<String, Object> versions) {
    return RoundFolder.lineage(complete(listing()), next(versions).map(List::of).orElse(List.of()));
  }

  /** The manifests of rounds, in their order. */
  List<RoundManifest> manifests(List<RoundFolder> rounds) {
    return rounds.parallelStream().map(this::manifest).toList();
  }

  /** The manifest of a finished round. */
  RoundManifest manifest(RoundFolder round) {
    return Json.read(
        store.read(round.manifest(layout), MOST_BYTES).orElseThrow(), RoundManifest.class);
  }

  JobLayout layout() {
    return layout;
  }
}
