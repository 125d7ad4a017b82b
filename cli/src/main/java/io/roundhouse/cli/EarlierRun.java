package io.roundhouse.cli;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.storage.Json;
import io.roundhouse.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an earlier process left of a job.
 *
 * @param folder of its artifacts
 * @param round the last one with a manifest; empty if there is none
 * @param end how the job ended; empty if it never did
 */
record EarlierRun(Path folder, OptionalInt round, Optional<JobResult> end) {
  private static final String BUCKET = "roundhouse";
  private static final Pattern ROUND = Pattern.compile("(\\d+)(\\.\\d+)?");

  EarlierRun {
    requireNonNull(folder, "folder is null");
    requireNonNull(round, "round is null");
    requireNonNull(end, "end is null");
  }

  /** What is in a folder; empty if the job never began there. */
  static Optional<EarlierRun> in(Path folder, JobId job) {
    JobLayout layout = new JobLayout(job);
    Path bucket = folder.resolve(BUCKET);
    if (!Files.exists(bucket.resolve(layout.versions()))) {
      return Optional.empty();
    }
    try {
      Path result = bucket.resolve(layout.result());
      Optional<JobResult> end =
          Files.exists(result)
              ? Optional.of(Json.read(Files.readAllBytes(result), JobResult.class))
              : Optional.empty();
      return Optional.of(new EarlierRun(folder, lastRound(bucket.resolve(layout.rounds())), end));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest of {@code runs/<name>-001, …} in which the job began and did not complete. */
  static Optional<EarlierRun> newestUnfinished(String name, JobId job) {
    return Home.runs(name).stream()
        .sorted(Comparator.reverseOrder())
        .flatMap(folder -> in(folder, job).stream())
        .filter(EarlierRun::canGoOn)
        .findFirst();
  }

  /**
   * The run that {@code --resume} means.
   *
   * @param out the folder that the user names; the newest unfinished run without it
   * @throws Failure if there is none, or it is complete
   */
  static EarlierRun toResume(String name, JobId job, Optional<Path> out) {
    EarlierRun run =
        out.map(folder -> in(folder, job))
            .orElseGet(() -> newestUnfinished(name, job))
            .orElseThrow(() -> Failure.badInput(nothing(name, job, out)));
    if (!run.canGoOn()) {
      throw Failure.badInput(
          "job "
              + job
              + " in "
              + run.folder()
              + " was completed ("
              + run.end().map(JobResult::reason).orElse("")
              + "), perhaps you should run it anew without --resume");
    }
    return run;
  }

  private static String nothing(String name, JobId job, Optional<Path> out) {
    return out.map(folder -> "there is no job " + job + " in " + folder)
            .orElseGet(() -> "no run of job " + job + " in runs/" + name + "-… is unfinished")
        + ", perhaps you should name its folder by --out, or start it without --resume";
  }

  boolean canGoOn() {
    return end.filter(result -> result.state() == JobState.COMPLETED).isEmpty();
  }

  /** {@code after round 7}, or how far it was otherwise. */
  String place() {
    return round.isPresent() ? "after round " + round.getAsInt() : "before its first round";
  }

  private static OptionalInt lastRound(Path rounds) throws IOException {
    if (!Files.isDirectory(rounds)) {
      return OptionalInt.empty();
    }
    try (Stream<Path> folders = Files.list(rounds)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("manifest.json")))
          .map(folder -> ROUND.matcher(String.valueOf(folder.getFileName())))
          .filter(Matcher::matches)
          .mapToInt(name -> Integer.parseInt(name.group(1)))
          .max();
    }
  }
}
