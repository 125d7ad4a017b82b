package io.roundhouse.server;

import io.roundhouse.domain.Contribution;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.Exclusion.Cause;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.RoundManifest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.JobLayout;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes out of the store what sites sent and their job does not need any more. */
final class SpentUpdates {
  private final ArtifactStore store;
  private final JobFolder folder;
  private final JobLayout layout;

  SpentUpdates(ArtifactStore store, JobId job) {
    this.store = store;
    folder = new JobFolder(store, job);
    layout = folder.layout();
  }

  /**
   * After a round that counts: what its model is made of. The records of late updates go with them,
   * so that a job that goes back does not wait for what is gone.
   */
  void removeContributions(RoundManifest round) {
    Set<Update> counted =
        round.contributions().stream().map(Contribution::update).collect(Collectors.toSet());
    Stream<String> records =
        round.late().stream().filter(late -> counted.contains(late.update())).map(this::record);
    Stream<String> updates = counted.stream().map(update -> update.artifact().path());
    store.deleteAll(Stream.concat(records, updates).sorted().toList());
  }

  /** After the job's end: all but what a round refused, also of rounds that do not count. */
  void removeRest() {
    List<String> listing = folder.listing();
    List<RoundManifest> rounds = folder.manifests(List.copyOf(folder.complete(listing)));
    Set<String> counted =
        rounds.stream()
            .flatMap(round -> round.contributions().stream())
            .map(contribution -> contribution.update().artifact().path())
            .collect(Collectors.toSet());
    NavigableSet<String> refused =
        rounds.stream().flatMap(this::refused).collect(Collectors.toCollection(TreeSet::new));
    store.deleteAll(
        listing.stream()
            .filter(this::isSent)
            .filter(path -> counted.contains(path) || !beginsLikeOneOf(refused, path))
            .toList());
  }

  /** What a path begins with is the last of them that sorts before it, as none begins another. */
  private static boolean beginsLikeOneOf(NavigableSet<String> beginnings, String path) {
    String last = beginnings.floor(path);
    return last != null && path.startsWith(last);
  }

  /** How the paths of what a round refused begin. */
  private Stream<String> refused(RoundManifest round) {
    Set<SiteName> sites =
        round.exclusions().stream()
            .filter(exclusion -> exclusion.cause() == Cause.QUARANTINED)
            .map(Exclusion::site)
            .collect(Collectors.toSet());
    Stream<String> late =
        round.late().stream()
            .filter(one -> sites.contains(one.update().site()))
            .flatMap(
                one ->
                    Stream.of(
                        layout.updates(one.round(), one.take(), one.update().site()), record(one)));
    return Stream.concat(
        late, sites.stream().map(site -> layout.updates(round.round(), round.take(), site)));
  }

  private boolean isSent(String path) {
    return RoundFolder.of(layout, path)
        .map(round -> path.substring(round.path(layout).length()))
        .filter(name -> name.startsWith("updates/") || name.startsWith("late/"))
        .isPresent();
  }

  private String record(LateUpdate late) {
    return layout.late(late.round(), late.take(), late.update().site());
  }
}
