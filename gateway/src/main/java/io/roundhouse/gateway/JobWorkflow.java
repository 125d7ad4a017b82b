package io.roundhouse.gateway;

import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.roundhouse.workflows.FederatedJob;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The workflow id of a job, or of something below one, as operators may name it.
 *
 * @param id the whole id
 * @param job the id of the job that it belongs to; a scheduled one has a time at its end
 */
record JobWorkflow(String id, String job) {
  private static final Pattern FORM =
      Pattern.compile(
          "(fl/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/[a-z0-9][A-Za-z0-9.:-]{0,127})"
              + "(/[A-Za-z0-9._-]{1,128}){0,4}");

  static Optional<JobWorkflow> of(String id) {
    Matcher form = FORM.matcher(id);
    return form.matches() ? Optional.of(new JobWorkflow(id, form.group(1))) : Optional.empty();
  }

  /**
   * @throws Refusal if the id is not one of a job or below
   */
  static JobWorkflow require(String id) {
    return of(id)
        .orElseThrow(
            () ->
                Refusal.forbidden(
                    Text.quote(id)
                        + " is not the workflow of a job, perhaps you should name"
                        + " fl/<project>/<job>"));
  }

  /**
   * The job of a workflow that is started.
   *
   * @throws Refusal if the id is not exactly that of a job
   */
  static JobId start(String id) {
    try {
      JobId job = JobId.parse(id.startsWith("fl/") ? id.substring(3) : "");
      if (FederatedJob.workflowId(job).equals(id)) {
        return job;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw Refusal.invalid(
        Text.quote(id)
            + " cannot be the id of a job's workflow, perhaps you should name it"
            + " fl/<project>/<job>, of lower-case letters, digits and inner dashes");
  }
}
