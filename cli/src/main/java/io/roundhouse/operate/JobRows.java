package io.roundhouse.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.connection.ConnectionException;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Text;
import io.temporal.client.WorkflowExecutionMetadata;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The jobs of a namespace, newest first. */
final class JobRows {
  /** Every job once: the run that it is in, or ended in. */
  private static final String JOBS =
      "WorkflowType = 'FederatedJob' AND ExecutionStatus != 'ContinuedAsNew'";

  private static final int MOST_NAMES = 500;

  private JobRows() {}

  /**
   * Those that a further condition of a visibility query holds for; of jobs of one name the newest.
   *
   * @throws ConnectionException if the server has no visibility, or does not answer
   */
  static List<JobRow> list(OpenConnection temporal, String condition, int most) {
    try (Stream<WorkflowExecutionMetadata> jobs =
        temporal.client().listExecutions(JOBS + condition)) {
      Set<JobId> seen = new HashSet<>();
      return jobs.flatMap(job -> JobRow.of(job).stream())
          .filter(row -> seen.add(row.job()))
          .limit(most)
          .toList();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        throw new ConnectionException(
            "Temporal at "
                + temporal.connection()
                + " cannot list workflows, perhaps you should ask for a job by its name with"
                + " `roundhouse status`",
            e);
      }
      throw temporal.explained(e);
    }
  }

  /** The job whose name is nearest to one that is not there. */
  static Optional<String> nearest(OpenConnection temporal, JobId absent) {
    try {
      List<JobId> jobs =
          list(temporal, "", MOST_NAMES).stream().map(JobRow::job).distinct().toList();
      Optional<String> elsewhere =
          jobs.stream()
              .filter(job -> job.name().equals(absent.name()))
              .map(JobId::toString)
              .findFirst();
      return elsewhere.or(
          () -> Text.nearest(absent.toString(), jobs.stream().map(JobId::toString).toList()));
    } catch (ConnectionException silent) {
      return Optional.empty();
    }
  }
}
