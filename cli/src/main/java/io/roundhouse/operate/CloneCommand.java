package io.roundhouse.operate;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.domain.SiteStatus.State;
import io.roundhouse.jobfile.Assignments;
import io.roundhouse.spec.InvalidSpecException;
import io.roundhouse.spec.JobSpecReader;
import io.roundhouse.spec.Overlay;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.workflows.JobMemo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code roundhouse clone}. */
@Command(
    name = "clone",
    description = {
      "Start a new job with the spec in force of another, over the same sites.",
      "For example: roundhouse clone my-job my-second-job seed=7 rounds.count=50"
    })
public final class CloneCommand extends JobCommand {
  @Parameters(
      index = "1",
      paramLabel = "NEW",
      converter = JobIdConverter.class,
      description = "The new job: project/name, or the name alone in project default.")
  private @Nullable JobId copy;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "What is to be other than in the old one, as in `change`; every key may be.")
  private List<String> assignments = new ArrayList<>();

  @Override
  int run(RemoteJob remote) {
    Assignments changes = Assignments.parse(assignments);
    Optional<String> store =
        Optional.ofNullable((String) remote.description().getMemo(JobMemo.STORE, String.class));
    JobId id = requireNonNull(copy, "copy is null");
    Map<String, Object> spec =
        Overlay.of(
            Overlay.of(remote.spec(), changes.tree()),
            Map.of("project", id.project(), "name", id.name()));
    SortedSet<SiteName> sites =
        remote.sites().stream()
            .filter(site -> site.state() != State.LEFT)
            .map(SiteStatus::site)
            .collect(Collectors.toCollection(TreeSet::new));
    check(spec, sites);
    JobStart start = new JobStart(id, spec, sites, store, false);
    RemoteJob started = start.on(remote.temporal());
    start.announce(terminal());
    if (json()) {
      print(JobStart.document(started));
    }
    return ExitCode.OK;
  }

  private static void check(Map<String, Object> spec, SortedSet<SiteName> sites) {
    try {
      JobSpecReader.read(spec, sites);
    } catch (InvalidSpecException e) {
      throw Failure.badSpec(e.problems().stream().map(Object::toString).toList());
    }
  }
}
