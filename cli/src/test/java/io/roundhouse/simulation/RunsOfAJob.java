package io.roundhouse.simulation;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.HistoryEventFilterType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.client.WorkflowClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** The runs of a job that continues as new, looked at as each closes. */
final class RunsOfAJob {
  private static final Set<EventType> CLOSED =
      Set.of(
          EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
          EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
          EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED);

  private static final int TAIL = 30;
  private static final int LONGEST = 300;

  private final WorkflowClient client;
  private final AtomicInteger ended = new AtomicInteger();
  private final CompletableFuture<List<Run>> all;

  /**
   * A closed run.
   *
   * @param events in its history
   * @param rounds that it began
   */
  record Run(int events, int rounds) {}

  private RunsOfAJob(WorkflowClient client, WorkflowExecution first) {
    this.client = client;
    all =
        CompletableFuture.supplyAsync(
            () -> followFrom(first), task -> new Thread(task, "follower").start());
  }

  static RunsOfAJob follow(WorkflowClient client, WorkflowExecution first) {
    return new RunsOfAJob(client, first);
  }

  /** How many have ended. */
  int ended() {
    return ended.get();
  }

  /** All of them, once the job has ended. */
  List<Run> awaitEnd() throws Exception {
    return all.get(10, TimeUnit.SECONDS);
  }

  /** The last events of the newest run of a workflow, one a line. */
  static String tail(WorkflowClient client, String workflowId) {
    List<HistoryEvent> events = client.fetchHistory(workflowId).getEvents();
    return events.stream()
        .skip(Math.max(0, events.size() - TAIL))
        .map(event -> event.toString().replace('\n', ' '))
        .map(text -> text.substring(0, Math.min(text.length(), LONGEST)))
        .collect(Collectors.joining("\n  ", workflowId + ":\n  ", "\n"));
  }

  static String summary(List<Run> runs) {
    int events = runs.stream().mapToInt(Run::events).sum();
    int rounds = runs.stream().mapToInt(Run::rounds).sum();
    return "%d runs of at most %d events, %.1f events a round"
        .formatted(
            runs.size(),
            runs.stream().mapToInt(Run::events).max().orElse(0),
            events / (double) rounds);
  }

  private List<Run> followFrom(WorkflowExecution first) {
    List<Run> runs = new ArrayList<>();
    for (WorkflowExecution run = first; !run.getRunId().isEmpty(); ) {
      HistoryEvent end = awaitEnd(run);
      List<HistoryEvent> events =
          client.fetchHistory(run.getWorkflowId(), run.getRunId()).getEvents();
      runs.add(new Run(events.size(), rounds(events)));
      ended.incrementAndGet();
      run =
          run.toBuilder()
              .setRunId(
                  end.getWorkflowExecutionContinuedAsNewEventAttributes().getNewExecutionRunId())
              .build();
    }
    return runs;
  }

  private static int rounds(List<HistoryEvent> events) {
    return (int)
        events.stream()
            .map(HistoryEvent::getEventType)
            .filter(EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED::equals)
            .count();
  }

  private HistoryEvent awaitEnd(WorkflowExecution run) {
    GetWorkflowExecutionHistoryRequest request =
        GetWorkflowExecutionHistoryRequest.newBuilder()
            .setNamespace(client.getOptions().getNamespace())
            .setExecution(run)
            .setWaitNewEvent(true)
            .setHistoryEventFilterType(HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
            .build();
    while (true) {
      List<HistoryEvent> events =
          client
              .getWorkflowServiceStubs()
              .blockingStub()
              .getWorkflowExecutionHistory(request)
              .getHistory()
              .getEventsList();
      if (!events.isEmpty() && CLOSED.contains(events.get(0).getEventType())) {
        return events.get(0);
      }
    }
  }
}
