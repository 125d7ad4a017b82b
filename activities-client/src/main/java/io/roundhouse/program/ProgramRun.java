package io.roundhouse.program;

import io.roundhouse.policy.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One run of a program, from its start to its end, within its limits. */
final class ProgramRun {
  private static final long TICK_MILLIS = 100;
  private static final long LOOK_NANOS = 500_000_000;
  private static final Duration START = Duration.ofMinutes(1);
  private static final int SIGNALLED = 128;
  private static final int MOST_SIGNALS = 64;
  private static final int FILE_TOO_LARGE = SIGNALLED + 25;

  private final String name;
  private final ProgramProcess process;
  private final ProgramLimits limits;
  private final List<Path> folders;
  private final boolean tells;
  private final long started = System.nanoTime();
  private long looked = started;
  private int epoch;
  private double loss;
  private long samples;

  /**
   * @param name of the program
   * @param folders what it can write to
   * @param tells whether its last lines may leave the site
   */
  ProgramRun(
      String name,
      ProgramProcess process,
      ProgramLimits limits,
      List<Path> folders,
      boolean tells) {
    this.name = name;
    this.process = process;
    this.limits = limits;
    this.folders = List.copyOf(folders);
    this.tells = tells;
  }

  /**
   * Waits for the end of the program.
   *
   * @throws ProgramException if it does not end with exit code 0, or not within its limits
   */
  void await(ProgramListener listener) throws InterruptedException {
    while (!process.hasEnded()) {
      Optional<ProgramProgress> progress = process.next(TICK_MILLIS);
      if (progress.isPresent()) {
        tell(progress.get(), listener);
      } else {
        listener.alive();
      }
      checkLimits();
    }
    checkOutput();
    int code = process.exitCode();
    if (code != 0) {
      throw code == FILE_TOO_LARGE ? tooMuchDisk() : ProgramException.passing(ended(code));
    }
  }

  private void tell(ProgramProgress progress, ProgramListener listener) {
    epoch = progress.epoch().orElse(epoch);
    loss = progress.loss().orElse(loss);
    samples = progress.samples().orElse(samples);
    listener.progress(epoch, progress.batch().orElse(0), loss, samples);
  }

  private void checkLimits() {
    checkOutput();
    long now = System.nanoTime();
    if (limits.time().filter(most -> now - started > most.toNanos()).isPresent()) {
      throw ProgramException.permanent(
          failure(
              "took longer than the site's limits.time of " + text(limits.time().get()),
              "perhaps the job should ask for fewer epochs"));
    }
    Duration silence = limits.silence();
    boolean isStarting = process.printed() == 0;
    Duration patience = isStarting && silence.compareTo(START) < 0 ? START : silence;
    if (process.silence() > patience.toNanos()) {
      throw ProgramException.passing(
          failure(
              "printed nothing for " + text(patience),
              "perhaps it hangs, or should print its progress more often, or the job's"
                  + " rounds.heartbeat should be longer"));
    }
    if (now - looked > LOOK_NANOS) {
      looked = now;
      look();
    }
  }

  private void look() {
    long memory = limits.memory().isPresent() ? process.memory() : 0;
    if (limits.memory().filter(most -> memory > most).isPresent()) {
      throw ProgramException.permanent(
          failure(
              "took more memory than the site allows it, " + Bytes.text(limits.memory().get()),
              "perhaps the job should use smaller batches"));
    }
    if (ResourceUse.disk(folders) > limits.disk()) {
      throw tooMuchDisk();
    }
  }

  private ProgramException tooMuchDisk() {
    return ProgramException.permanent(
        failure(
            "wrote more than the site's limits.disk of " + Bytes.text(limits.disk()),
            "perhaps it should keep less"));
  }

  private void checkOutput() {
    if (process.printed() > limits.output()) {
      throw ProgramException.permanent(
          failure(
              "printed more than the site's limits.output of " + Bytes.text(limits.output()),
              "perhaps it should print less"));
    }
  }

  private String ended(int code) {
    boolean signalled = code > SIGNALLED && code <= SIGNALLED + MOST_SIGNALS;
    return failure(
        "ended with exit code " + code + (signalled ? " (signal " + (code - SIGNALLED) + ")" : ""),
        "perhaps its author should look into it");
  }

  private String failure(String what, String cure) {
    String lines = process.lastErrors();
    String errors =
        lines.isEmpty()
            ? ""
            : tells
                ? "; the last lines of its standard error:" + lines
                : "; the lines that it printed are in the site's log, its policy keeps them there";
    return "the program " + name + " " + what + ", " + cure + errors;
  }

  private static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
