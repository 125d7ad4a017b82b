package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a workflow cancel an activity that has just ended.
 *
 * <p>A workflow task cannot know of an activity that ends while it runs, and may cancel it. A real
 * server notes that it was asked to, and goes on. The in-memory server (1.38.0) refuses the task,
 * half of it done, and the workflow stands still for ever. So ended activities are remembered here
 * for that one question. If the server ever looks different it stays as it is.
 */
final class EndedActivities {
  private static final Logger log = LoggerFactory.getLogger(EndedActivities.class);
  private static final String QUESTION = "processRequestCancelActivityTask";
  private static final String REQUEST = "REQUEST_CANCELLATION";
  private static final List<String> ENDS = List.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED");

  private EndedActivities() {}

  /** Remembers the activities of a run that has no activity yet. */
  static void rememberIn(Object run) {
    try {
      Innards.set(run, "activities", new Activities());
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("ended activities of a run are not remembered: {}", e.toString());
    }
  }

  /** The state machines of a run's activities by their event; touched under the run's lock only. */
  private static final class Activities extends HashMap<Object, Object> {
    private static final long serialVersionUID = 1;
    private final transient Map<Object, Object> ended = new HashMap<>();

    @Override
    public @Nullable Object put(Object event, Object activity) {
      try {
        takeRequestsWhenEnded(activity);
      } catch (ReflectiveOperationException | RuntimeException e) {
        log.debug("an activity cannot be cancelled when it has ended: {}", e.toString());
      }
      return super.put(event, activity);
    }

    @Override
    public @Nullable Object remove(Object event) {
      Object activity = super.remove(event);
      if (activity != null) {
        ended.put(event, activity);
      }
      return activity;
    }

    @Override
    public @Nullable Object get(Object event) {
      Object activity = super.get(event);
      return activity == null && isToBeCancelled() ? ended.get(event) : activity;
    }

    private static boolean isToBeCancelled() {
      return StackWalker.getInstance()
          .walk(frames -> frames.limit(4).anyMatch(it -> it.getMethodName().equals(QUESTION)));
    }

    /** An ended activity takes the request as a running one does, and stays as it is. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void takeRequestsWhenEnded(Object machine) throws ReflectiveOperationException {
      Map<Object, Object> transitions = (Map<Object, Object>) Innards.field(machine, "transitions");
      Object sample = transitions.keySet().iterator().next();
      Class<Enum> state = (Class<Enum>) Innards.field(sample, "from").getClass();
      Class<Enum> action = (Class<Enum>) Innards.field(sample, "action").getClass();
      Constructor<?> transition = sample.getClass().getDeclaredConstructor(state, action);
      transition.setAccessible(true);
      Enum<?> request = Enum.valueOf(action, REQUEST);
      Object running =
          requireNonNull(
              transitions.get(transition.newInstance(Enum.valueOf(state, "STARTED"), request)),
              REQUEST);
      Object callback = Innards.field(running, "callback");
      Method add = null;
      for (Method method : machine.getClass().getDeclaredMethods()) {
        if (method.getName().equals("add") && method.getParameterTypes()[2] == state) {
          add = method;
        }
      }
      if (add == null) {
        throw new NoSuchMethodException("add");
      }
      add.setAccessible(true);
      for (String end : ENDS) {
        Enum<?> there = Enum.valueOf(state, end);
        add.invoke(machine, there, request, there, callback);
      }
    }
  }
}
