package io.roundhouse.simulation;

import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.testserver.TestServer.InProcessTestServer;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the in-memory server forget rounds, and a job's earlier runs, some seconds after they have
 * closed.
 *
 * <p>The server (1.38.0) has no retention: every closed run stays with its history, and the timers
 * of its activities keep its state until they would have fired. There is no call to delete a run,
 * so this reaches into the server's maps. If they ever look different nothing is removed: a long
 * simulation then uses more memory, and does nothing else differently.
 */
final class ClosedRuns implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClosedRuns.class);
  private static final int SECONDS = 5;

  private final Object service;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "closed-runs");
            thread.setDaemon(true);
            return thread;
          });
  private Set<Object> closedBefore = new HashSet<>();

  private ClosedRuns(Object service) {
    this.service = service;
  }

  @SuppressWarnings("deprecation")
  static ClosedRuns forgetIn(InProcessTestServer server) {
    ClosedRuns runs = new ClosedRuns(server.getWorkflowService());
    runs.start();
    return runs;
  }

  @SuppressWarnings("FutureReturnValueIgnored")
  private void start() {
    stopDiary();
    sweeper.scheduleWithFixedDelay(this::sweep, SECONDS, SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }

  /**
   * The server's timer keeps a list of every lock ever taken on its clock, for debugging, and
   * searches it at each unlock. A list that keeps nothing takes its place.
   */
  private void stopDiary() {
    try {
      Innards.set(Innards.field(service, "selfAdvancingTimer"), "lockEvents", new Nothing());
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("the server's timer keeps its diary: {}", e.toString());
    }
  }

  /** A list that takes everything, keeps nothing, and has had whatever is taken out. */
  @SuppressWarnings("JdkObsolete") // the type of the field it goes into
  private static final class Nothing extends LinkedList<Object> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean add(Object ignored) {
      return true;
    }

    @Override
    public boolean remove(Object ignored) {
      return true;
    }
  }

  /** Removes the runs that were closed at the last sweep already. */
  private void sweep() {
    try {
      Set<Object> closed = closedStates();
      Set<Object> forgotten = new HashSet<>(closed);
      forgotten.retainAll(closedBefore);
      if (!forgotten.isEmpty()) {
        forget(forgotten);
      }
      closed.removeAll(forgotten);
      closedBefore = closed;
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("finished rounds are kept in memory: {}", e.toString());
      sweeper.shutdown();
    }
  }

  private Set<Object> closedStates() throws ReflectiveOperationException {
    Set<Object> closed = new HashSet<>();
    Lock lock = (Lock) Innards.field(service, "lock");
    lock.lock();
    try {
      Collection<?> newest =
          ((Map<?, ?>) Innards.field(service, "executionsByWorkflowId")).values();
      for (Object state : ((Map<?, ?>) Innards.field(service, "executions")).values()) {
        if ((boolean) Innards.call(state, "isTerminalState")
            && !(isJob(state) && newest.contains(state))) {
          closed.add(state);
        }
      }
    } finally {
      lock.unlock();
    }
    return closed;
  }

  private void forget(Set<Object> states) throws ReflectiveOperationException {
    Set<Object> ids = new HashSet<>();
    for (Object state : states) {
      ids.add(Innards.field(state, "executionId"));
    }
    removeValues(service, "executions", states);
    removeValues(service, "executionsByWorkflowId", states);
    removeValues(service, "executionsByFirstExecutionRunId", states);
    removeKeys(Innards.field(service, "store"), "histories", ids);
    Object timer = Innards.field(service, "selfAdvancingTimer");
    Lock lock = (Lock) Innards.field(timer, "lock");
    lock.lock();
    try {
      ((Collection<?>) Innards.field(timer, "tasks")).removeIf(task -> belongsTo(states, task));
    } finally {
      lock.unlock();
    }
  }

  /** Whether a timer's callback has one of the states among the values that it captured. */
  private static boolean belongsTo(Set<Object> states, Object task) {
    try {
      Object callback = Innards.field(task, "runnable");
      for (Field captured : callback.getClass().getDeclaredFields()) {
        captured.setAccessible(true);
        if (states.contains(captured.get(callback))) {
          return true;
        }
      }
      return false;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void removeValues(Object owner, String map, Set<Object> values)
      throws ReflectiveOperationException {
    Lock lock = (Lock) Innards.field(owner, "lock");
    lock.lock();
    try {
      ((Map<?, ?>) Innards.field(owner, map)).values().removeAll(values);
    } finally {
      lock.unlock();
    }
  }

  private static void removeKeys(Object owner, String map, Set<Object> keys)
      throws ReflectiveOperationException {
    Lock lock = (Lock) Innards.field(owner, "lock");
    lock.lock();
    try {
      ((Map<?, ?>) Innards.field(owner, map)).keySet().removeAll(keys);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isJob(Object state) throws ReflectiveOperationException {
    StartWorkflowExecutionRequest start =
        (StartWorkflowExecutionRequest) Innards.call(state, "getStartRequest");
    return start.getWorkflowType().getName().equals("FederatedJob");
  }
}
