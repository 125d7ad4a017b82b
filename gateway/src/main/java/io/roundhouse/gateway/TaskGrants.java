package io.roundhouse.gateway;

import com.google.protobuf.util.Durations;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Text;
import io.roundhouse.storage.JobLayout;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.TrainTask;
import io.temporal.api.workflowservice.v1.PollActivityTaskQueueResponse;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a task may read and write, as follows from its input. */
final class TaskGrants {
  private static final Logger LOG = LoggerFactory.getLogger(TaskGrants.class);
  private static final DataConverter JSON = DefaultDataConverter.newDefaultInstance();

  /** For tasks that Temporal gives no time limit. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final long ROOM = 1 << 20;

  private TaskGrants() {}

  /** What a token for the task claims. */
  static TaskClaim of(PollActivityTaskQueueResponse task, SiteName site, Instant now) {
    return new TaskClaim(
        task.getTaskToken(),
        task.getWorkflowExecution().getWorkflowId() + " " + task.getActivityType().getName(),
        now.plus(limit(task)),
        grants(task, site));
  }

  private static Duration limit(PollActivityTaskQueueResponse task) {
    long millis = Durations.toMillis(task.getStartToCloseTimeout());
    return millis > 0 ? Duration.ofMillis(millis) : LONGEST;
  }

  /** None for a task whose input is not understood: it will say what it lacks. */
  private static List<Grant> grants(PollActivityTaskQueueResponse task, SiteName site) {
    try {
      return switch (task.getActivityType().getName()) {
        case "Train" -> training(read(task, TrainTask.class), site, task.getAttempt());
        case "Evaluate" -> List.of(reading(read(task, EvaluateTask.class).model()));
        default -> List.of();
      };
    } catch (DataConverterException | IllegalArgumentException e) {
      LOG.warn(
          "the input of {} for {} is not understood, so it may read and write nothing: {}",
          Text.quote(task.getWorkflowExecution().getWorkflowId()),
          site,
          e.toString());
      return List.of();
    }
  }

  private static List<Grant> training(TrainTask task, SiteName site, int attempt) {
    if (!task.site().equals(site)) {
      throw new IllegalArgumentException("it is a task of " + task.site());
    }
    String update = new JobLayout(task.job()).update(task.round(), task.take(), site, attempt);
    long most = Math.addExact(Math.multiplyExact(2, task.model().bytes()), ROOM);
    return List.of(reading(task.model()), new Grant("PUT", update, most, Optional.empty()));
  }

  private static Grant reading(Artifact model) {
    return new Grant("GET", model.path(), model.bytes(), Optional.of(model.sha256()));
  }

  private static <T> T read(PollActivityTaskQueueResponse task, Class<T> type) {
    T record = JSON.fromPayloads(0, Optional.of(task.getInput()), type, type);
    if (record == null) {
      throw new IllegalArgumentException("it is null");
    }
    return record;
  }
}
