package io.roundhouse.workflows;

import static java.util.Objects.requireNonNull;

import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Functions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the server's workers between rounds. They are tried for long, since a server or a store
 * may be away for a while: a person sees that they wait, and an abort ends the waiting.
 */
final class ServerCalls {
  private static final Duration SOON = Duration.ofMinutes(1);

  private final BooleanSupplier aborted;
  private final Consumer<String> news;

  /** An operator aborted the job while it waited for the server. */
  static final class Aborted extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * @param aborted whether the job waits no more
   * @param news is told what the job waits for, if that takes long
   */
  ServerCalls(BooleanSupplier aborted, Consumer<String> news) {
    this.aborted = requireNonNull(aborted, "aborted is null");
    this.news = requireNonNull(news, "news is null");
  }

  /**
   * Makes a call and waits for its end.
   *
   * @param what the server shall do, as in "waits for the server to …"
   * @throws Aborted if the job was aborted before that
   */
  <T extends @Nullable Object> T await(String what, Functions.Func<Promise<T>> call) {
    return await(what, call, aborted);
  }

  /** The same, but no abort ends the waiting. */
  <T extends @Nullable Object> T insist(String what, Functions.Func<Promise<T>> call) {
    return await(what, call, () -> false);
  }

  private <T extends @Nullable Object> T await(
      String what, Functions.Func<Promise<T>> call, BooleanSupplier given) {
    CompletablePromise<T> answer = Workflow.newPromise();
    CancellationScope scope =
        Workflow.newCancellationScope(() -> answer.completeFrom(call.apply()));
    scope.run();
    boolean soon = Workflow.await(SOON, () -> answer.isCompleted() || given.getAsBoolean());
    if (!soon) {
      news.accept(
          "waits for the server to "
              + what
              + ", perhaps you should look whether its workers and the store run");
      Workflow.await(() -> answer.isCompleted() || given.getAsBoolean());
    }
    if (!answer.isCompleted()) {
      scope.cancel("the job was aborted");
      throw new Aborted();
    }
    return answer.get();
  }
}
