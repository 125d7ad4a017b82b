package io.roundhouse.workflows;

import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The question as a workflow. */
public final class JobLogsImpl implements JobLogs {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Override
  public List<LogAnswer> run(LogRequest request) {
    List<Promise<LogAnswer>> questions = new ArrayList<>();
    request.servers().forEach(it -> questions.add(ask(it, TaskQueues.log(it), request.task())));
    request.sites().forEach(it -> questions.add(ask(it.value(), it.queue(), request.task())));
    return questions.stream().map(Promise::get).toList();
  }

  private static Promise<LogAnswer> ask(String name, String queue, LogTask task) {
    LogActivities stub =
        Workflow.newActivityStub(
            LogActivities.class,
            ActivityOptions.newBuilder()
                .setTaskQueue(queue)
                .setSummary("log @ " + name)
                .setScheduleToCloseTimeout(PATIENCE)
                .setRetryOptions(RetryOptions.newBuilder().setMaximumAttempts(1).build())
                .build());
    return Async.function(stub::tellLog, task)
        .handle(
            (answer, failure) ->
                answer != null && answer.from().equals(name)
                    ? answer
                    : LogAnswer.withheld(name, "no answer within " + PATIENCE.toSeconds() + " s"));
  }
}
