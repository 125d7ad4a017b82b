package io.roundhouse.server;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.RoundManifest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The manifests that the newest reports of jobs were made of. A report takes all of its job, and
 * manifests never change: the next report reads only those that came since.
 */
final class ReportedRounds {
  private static final float LOAD = 0.75f;

  /** What one report was made of. */
  private record Reported(String run, Map<RoundFolder, RoundManifest> rounds) {
    /** How many rows about sites it has: a kilobyte or so each. */
    long rows() {
      return rounds.values().stream()
          .mapToLong(round -> 1L + round.contributions().size() + round.exclusions().size())
          .sum();
    }
  }

  private final long mostRows;
  private final Map<JobId, Reported> jobs = new LinkedHashMap<>(16, LOAD, true);

  /**
   * @param mostRows how many rows about sites are kept in memory, of all jobs together
   */
  ReportedRounds(long mostRows) {
    this.mostRows = mostRows;
  }

  /**
   * As {@link Manifests#rounds}.
   *
   * @param versions of the folder: a job of the same name that another run began has other rounds
   */
  List<RoundManifest> of(JobId job, JobFolder folder, Map<String, Object> versions) {
    String run = JobFolder.owner(versions);
    Map<RoundFolder, RoundManifest> known =
        find(job).filter(found -> found.run().equals(run)).map(Reported::rounds).orElse(Map.of());
    List<RoundFolder> lineage = folder.lineage(versions);
    Map<RoundFolder, RoundManifest> rounds =
        lineage.parallelStream()
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    round ->
                        Optional.ofNullable(known.get(round))
                            .orElseGet(() -> folder.manifest(round))));
    keep(job, new Reported(run, rounds));
    return lineage.stream().map(rounds::get).toList();
  }

  private synchronized Optional<Reported> find(JobId job) {
    return Optional.ofNullable(jobs.get(job));
  }

  /** Those that were not asked for longest make room. */
  private synchronized void keep(JobId job, Reported reported) {
    jobs.put(job, reported);
    long rows = jobs.values().stream().mapToLong(Reported::rows).sum();
    Iterator<Reported> eldest = jobs.values().iterator();
    while (rows > mostRows) {
      rows -= eldest.next().rows();
      eldest.remove();
    }
  }

  /** No report of that job will follow. */
  synchronized void forget(JobId job) {
    jobs.remove(job);
  }
}
