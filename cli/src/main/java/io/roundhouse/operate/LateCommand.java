package io.roundhouse.operate;

import io.roundhouse.control.DecideLate;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code roundhouse late}. */
@Command(
    name = "late",
    description = {
      "Show the late updates of a job that wait, or decide about one of them.",
      "They wait for a decision where the spec has rounds.late: hold."
    })
public final class LateCommand extends JobCommand {
  /** What becomes of a late update. */
  enum Decision {
    /** It goes into the next round. */
    ACCEPT,
    /** It counts for nothing. */
    DISCARD
  }

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "accept|discard",
      description = "What to do; without it the updates are listed.")
  private @Nullable Decision decision;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "SITE",
      converter = SiteNameConverter.class,
      description = "Whose update.")
  private @Nullable SiteName site;

  @Parameters(
      index = "3",
      arity = "0..1",
      paramLabel = "ROUND",
      description = "The round that it was trained in.")
  private @Nullable Integer round;

  @Mixin private OrderOptions options = new OrderOptions();

  @Override
  int run(RemoteJob remote) {
    return decision == null ? list(remote) : decide(remote, decision);
  }

  private int list(RemoteJob remote) {
    remote.description();
    List<LateUpdate> waiting = remote.status().map(JobStatus::late).orElseThrow(remote::silent);
    if (json()) {
      print(waiting);
    } else if (waiting.isEmpty()) {
      terminal().line("no late update of job " + remote.id() + " waits");
    } else {
      new StatusText(terminal()).late(waiting);
    }
    return ExitCode.OK;
  }

  private int decide(RemoteJob remote, Decision what) {
    if (site == null || round == null) {
      throw Failure.badInput(
          "the site and the round are missing, perhaps you should write `roundhouse late "
              + remote.id()
              + " accept site-a 7`");
    }
    JobStatus answer =
        remote.order(
            new Order(
                "decideLate",
                new DecideLate(
                    options.by(), options.reason(), site, round, what == Decision.ACCEPT)));
    if (json()) {
      print(answer);
    } else {
      new StatusText(terminal()).answer(answer);
    }
    return ExitCode.OK;
  }
}
