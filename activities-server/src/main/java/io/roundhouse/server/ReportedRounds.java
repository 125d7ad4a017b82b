package io.roundhouse.server;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.RoundManifest;
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
  /** What one report was made of. */
  private record Reported(String run, Map<RoundFolder, RoundManifest> rounds) {
    /** How many rows about sites it has: a kilobyte or so each. */
    int rows() {
      return rounds.values().stream()
          .mapToInt(round -> 1 + round.contributions().size() + round.exclusions().size())
          .sum();
    }
  }

  private final Cache<JobId, Reported> jobs;

  /**
   * @param mostRows how many rows about sites are kept in memory, of all jobs together; those that
   *     were not asked for longest make room
   */
  ReportedRounds(int mostRows) {
    jobs =
        CacheBuilder.newBuilder()
            .concurrencyLevel(1)
            .maximumWeight(mostRows)
            .weigher((JobId job, Reported reported) -> reported.rows())
            .build();
  }

  /**
   * As {@link Manifests#rounds}.
   *
   * @param versions of the folder: a job of the same name that another run began has other rounds
   */
  List<RoundManifest> of(JobFolder folder, Map<String, Object> versions) {
    JobId job = folder.layout().job();
    String run = JobFolder.owner(versions);
    Map<RoundFolder, RoundManifest> known =
        Optional.ofNullable(jobs.getIfPresent(job))
            .filter(found -> found.run().equals(run))
            .map(Reported::rounds)
            .orElse(Map.of());
    List<RoundFolder> lineage = folder.lineage(versions);
    Map<RoundFolder, RoundManifest> rounds =
        lineage.parallelStream()
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    round ->
                        Optional.ofNullable(known.get(round))
                            .orElseGet(() -> folder.manifest(round))));
    jobs.put(job, new Reported(run, rounds));
    return lineage.stream().map(rounds::get).toList();
  }

  /** No report of that job will follow. */
  void forget(JobId job) {
    jobs.invalidate(job);
  }
}
