package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import io.temporal.client.WorkflowClient;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Workers that start, live and die together, as those of one process do. */
final class WorkerProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final TemporalService temporal;
  private final Disturbed disturbed;
  private final Consumer<WorkerFactory> setup;
  private final List<WorkerFactory> isolated = new ArrayList<>();
  private @Nullable WorkerFactory workers;
  private Lifeline lifeline = new Lifeline();

  /**
   * Whether and how workers are disturbed.
   *
   * @param mortal whether they can be killed, for which they need a connection of their own
   * @param options interceptors of their activities
   */
  record Disturbed(boolean mortal, WorkerFactoryOptions options) {}

  /**
   * @param setup makes the workers; called at every start
   */
  WorkerProcess(TemporalService temporal, Disturbed disturbed, Consumer<WorkerFactory> setup) {
    this.temporal = requireNonNull(temporal, "temporal is null");
    this.disturbed = requireNonNull(disturbed, "disturbed is null");
    this.setup = requireNonNull(setup, "setup is null");
  }

  /** Starts it, or starts it again once all that it did before it died has ended. */
  synchronized void start() {
    if (workers != null) {
      workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    lifeline = new Lifeline();
    WorkflowClient client = disturbed.mortal() ? temporal.connect(lifeline) : temporal.client();
    WorkerFactory factory = WorkerFactory.newInstance(client, disturbed.options());
    setup.accept(factory);
    factory.start();
    workers = factory;
  }

  /**
   * Ends it as a crash does: nothing that it is at is reported, neither as done nor as failed.
   *
   * @return the task queues that nobody polls any more
   */
  synchronized Set<String> kill() {
    requireMortal();
    lifeline.cut();
    shutdownNow();
    return lifeline.stickyQueues();
  }

  /**
   * Cuts it off from Temporal, as a broken network does: it is taken for dead but works on, also
   * beside its successor.
   */
  synchronized void isolate() {
    requireMortal();
    lifeline.cut();
    if (workers != null) {
      isolated.add(workers);
      workers = null;
    }
  }

  /** Ends it in good order. */
  @Override
  public void close() {
    shutdownNow();
  }

  /** Waits for what it was at to end. */
  synchronized void await(long seconds) {
    if (workers != null) {
      workers.awaitTermination(seconds, TimeUnit.SECONDS);
    }
  }

  private void requireMortal() {
    if (!disturbed.mortal()) {
      throw new IllegalStateException("this federation was started without a disturbance");
    }
  }

  private synchronized void shutdownNow() {
    isolated.forEach(WorkerFactory::shutdownNow);
    if (workers != null) {
      workers.shutdownNow();
    }
  }
}
