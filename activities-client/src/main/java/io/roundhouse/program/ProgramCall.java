package io.roundhouse.program;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Seed;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.spec.TrainingSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One run of a program.
 *
 * @param action what it shall do
 * @param job the job
 * @param round the round
 * @param take of the round
 * @param attempt which one at this task, from 1
 * @param model the global model
 * @param seed of this task alone
 * @param training how the job trains; it names the program
 * @param data the data set
 * @param policy of the site
 * @param gpus the devices that it may use
 * @param heartbeat longest time without a sign of life
 * @param end when the task is over at the latest, if there is such a time
 */
public record ProgramCall(
    ProgramTask.Action action,
    JobId job,
    int round,
    int take,
    int attempt,
    Digest model,
    Seed seed,
    TrainingSpec training,
    ProgramTask.Data data,
    SitePolicy policy,
    List<String> gpus,
    Duration heartbeat,
    Optional<Instant> end) {
  public ProgramCall {
    requireNonNull(action, "action is null");
    requireNonNull(job, "job is null");
    requireNonNull(model, "model is null");
    requireNonNull(seed, "seed is null");
    requireNonNull(training, "training is null");
    requireNonNull(data, "data is null");
    requireNonNull(policy, "policy is null");
    gpus = List.copyOf(gpus);
    requireNonNull(heartbeat, "heartbeat is null");
    requireNonNull(end, "end is null");
  }

  /** The program's name. */
  String program() {
    return training.program().orElseThrow().name();
  }

  /**
   * The command that the site runs for it.
   *
   * @throws ProgramException if there is none
   */
  ProgramBinding binding() {
    return policy
        .program(program())
        .orElseThrow(
            () ->
                ProgramException.permanent(
                    "this site binds no program " + program() + " any more"));
  }

  /** When it is ended at the latest, if there is such a time. */
  Optional<Instant> deadline(Instant now) {
    Optional<Instant> limit = policy.limits().time().map(now::plus);
    return limit.filter(ours -> end.filter(ours::isAfter).isEmpty()).or(() -> end);
  }

  ProgramLimits limits() {
    return new ProgramLimits(
        heartbeat,
        policy.limits().time(),
        policy.memory(binding()),
        policy.limits().disk(),
        policy.limits().output());
  }
}
