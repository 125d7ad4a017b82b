package io.roundhouse.simulation;

import io.temporal.testserver.TestServer.InProcessTestServer;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a job be asked how it is while it continues as new.
 *
 * <p>Whatever the in-memory server (1.38.0) is asked while a workflow task runs it puts aside until
 * the task is done, then schedules another task, even if what it put aside changes nothing and the
 * task has closed the run by continuing as new. That fails, half of it done: the next run begins,
 * but the closed one never ends for those who wait for it. So what changes nothing is not put aside
 * here. If the server ever looks different it stays as it is.
 */
final class QueriedRuns {
  private static final Logger log = LoggerFactory.getLogger(QueriedRuns.class);

  private QueriedRuns() {}

  /** Looks after all runs that begin from now on. */
  @SuppressWarnings("deprecation")
  static void protectIn(InProcessTestServer server) {
    try {
      Innards.set(server.getWorkflowService(), "executions", new Runs());
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("runs that continue as new are not protected: {}", e.toString());
    }
  }

  /** The server's runs, by id; touched under its lock only. */
  private static final class Runs extends HashMap<Object, Object> {
    private static final long serialVersionUID = 1;

    @Override
    public Object put(Object id, Object run) {
      try {
        Object data = Innards.field(Innards.field(run, "workflowTaskStateMachine"), "data");
        Innards.set(data, "bufferedEvents", new Changes());
      } catch (ReflectiveOperationException | RuntimeException e) {
        log.debug("a run is not protected: {}", e.toString());
      }
      EndedActivities.rememberIn(run);
      return super.put(id, run);
    }
  }

  /** What is put aside while a workflow task runs, unless it has no event. */
  private static final class Changes extends ArrayList<Object> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean add(Object change) {
      return isEmptyOfEvents(change) || super.add(change);
    }

    private static boolean isEmptyOfEvents(Object change) {
      try {
        Field events = change.getClass().getDeclaredField("events");
        events.setAccessible(true);
        return events.get(change) instanceof Collection<?> all && all.isEmpty();
      } catch (ReflectiveOperationException | RuntimeException e) {
        return false;
      }
    }
  }
}
