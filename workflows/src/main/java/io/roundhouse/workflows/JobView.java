package io.roundhouse.workflows;

import io.roundhouse.domain.Decision;
import io.roundhouse.domain.JobResult;
import io.roundhouse.domain.JobState;
import io.roundhouse.domain.JobStatus;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.SiteStatus;
import io.roundhouse.spec.JobSpec;
import io.temporal.common.SearchAttributeUpdate;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** How a job shows itself: search attributes, current details, status, result. */
final class JobView {
  private static final Logger LOG = Workflow.getLogger(JobView.class);

  /** Temporal's limit is 2,048. */
  private static final int MOST_ATTRIBUTE_BYTES = 2_000;

  /** Quotes and a comma. */
  private static final int BESIDE_A_NAME = 3;

  private JobState state = JobState.OPENING;
  private String message = "opening";
  private List<SiteStatus> missing = List.of();
  private List<SiteName> shownSites = List.of();

  void open(JobSpec spec, Collection<SiteName> sites) {
    Workflow.upsertTypedSearchAttributes(
        JobAttributes.PROJECT.valueSet(spec.job().project()),
        JobAttributes.JOB.valueSet(spec.job().name()));
    sites(sites);
  }

  void sites(Collection<SiteName> sites) {
    List<SiteName> names = List.copyOf(sites);
    if (!names.equals(shownSites)) {
      shownSites = names;
      Workflow.upsertTypedSearchAttributes(JobAttributes.SITES.valueSet(searchable(names)));
    }
  }

  /** As many as fit: Temporal fails a workflow whose search attribute is larger. */
  private static List<String> searchable(List<SiteName> names) {
    List<String> fit = new ArrayList<>();
    int bytes = 0;
    for (SiteName name : names) {
      bytes += name.value().length() + BESIDE_A_NAME;
      if (bytes > MOST_ATTRIBUTE_BYTES) {
        break;
      }
      fit.add(name.value());
    }
    return fit;
  }

  /** What the job does now, without a change of its state. */
  void say(String text) {
    message = text;
  }

  void enter(JobState next, String text, JobSpec spec, @Nullable JobProgress progress) {
    enter(next, text, List.of(), spec, progress);
  }

  void enter(
      JobState next,
      String text,
      List<SiteStatus> missingSites,
      JobSpec spec,
      @Nullable JobProgress progress) {
    boolean changed = next != state;
    LOG.info("{}: {}", next, text);
    state = next;
    message = text;
    missing = missingSites;
    if (changed) {
      Workflow.upsertTypedSearchAttributes(
          JobAttributes.PHASE.valueSet(next.name().toLowerCase(Locale.ROOT)));
    }
    if (progress != null) {
      Workflow.setCurrentDetails(JobDetails.markdown(spec, next, message, progress));
    }
  }

  /** A round has ended. */
  void round(JobSpec spec, JobProgress progress) {
    List<SearchAttributeUpdate<?>> updates = new ArrayList<>();
    updates.add(JobAttributes.ROUND.valueSet((long) progress.round()));
    LOG.info(
        "round {} has ended{}",
        progress.round(),
        progress.metrics().map(metrics -> ": accuracy " + metrics.accuracy()).orElse(""));
    progress
        .metrics()
        .ifPresent(metrics -> updates.add(JobAttributes.METRIC.valueSet(metrics.accuracy())));
    Workflow.upsertTypedSearchAttributes(updates.toArray(SearchAttributeUpdate<?>[]::new));
    Workflow.setCurrentDetails(JobDetails.markdown(spec, state, message, progress));
  }

  JobState state() {
    return state;
  }

  JobStatus status(
      JobSpec spec,
      @Nullable JobProgress progress,
      List<LateUpdate> late,
      List<Decision> decisions) {
    int rounds = spec.rounds().count();
    return progress == null
        ? new JobStatus(
            spec.job(),
            state,
            0,
            1,
            rounds,
            message,
            missing,
            late,
            decisions,
            Optional.empty(),
            List.of())
        : new JobStatus(
            spec.job(),
            state,
            Math.min(Math.max(0, progress.round() + (state == JobState.RUNNING ? 1 : 0)), rounds),
            progress.take(),
            rounds,
            message,
            missing,
            late,
            decisions,
            progress.best(),
            progress.recent());
  }

  static JobResult result(
      JobSpec spec, JobState end, String reason, @Nullable JobProgress progress) {
    long now = Workflow.currentTimeMillis();
    return progress == null
        ? new JobResult(
            spec.job(),
            end,
            reason,
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            now,
            0)
        : new JobResult(
            spec.job(),
            end,
            reason,
            Math.max(0, progress.round()),
            Optional.of(progress.model()),
            progress.metrics(),
            progress.best(),
            progress.startedAt(),
            (now - progress.startedAt()) / 1000.0);
  }
}
