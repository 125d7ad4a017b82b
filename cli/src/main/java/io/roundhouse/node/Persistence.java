package io.roundhouse.node;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.connection.ConnectionException;
import io.roundhouse.storage.StorageException;
import io.roundhouse.terminal.Failure;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Beginnings that are tried until they succeed: the parts of a federation start in any order. */
final class Persistence {
  private static final Logger LOG = LoggerFactory.getLogger(Persistence.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private Persistence() {}

  /**
   * Begins something as soon as the other side is there, with one line of log if it is not.
   *
   * @param other who must be there
   * @param begin what is tried
   * @param giveUp done before an exception that no patience mends
   */
  static void until(String other, Runnable begin, Runnable giveUp) {
    boolean told = false;
    while (true) {
      try {
        begin.run();
        return;
      } catch (ConnectionException | StorageException | StatusRuntimeException e) {
        if (e instanceof StatusRuntimeException status && !mayPass(status)) {
          giveUp.run();
          throw e;
        }
        if (!told) {
          told = true;
          LOG.warn("{} is not there, trying again: {}", other, firstLine(e));
        }
      }
      pause(giveUp);
    }
  }

  private static boolean mayPass(StatusRuntimeException failure) {
    Status.Code code = failure.getStatus().getCode();
    return code == Status.Code.UNAVAILABLE
        || code == Status.Code.DEADLINE_EXCEEDED
        || code == Status.Code.NOT_FOUND
        || code == Status.Code.INTERNAL
        || code == Status.Code.UNKNOWN
        || code == Status.Code.RESOURCE_EXHAUSTED;
  }

  private static String firstLine(RuntimeException e) {
    String reason =
        e instanceof StatusRuntimeException status && status.getStatus().getCause() != null
            ? status.getStatus().getCause().getMessage()
            : e.getMessage();
    return String.valueOf(reason).lines().findFirst().orElse("");
  }

  private static void pause(Runnable giveUp) {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp.run();
      throw Failure.badInput("interrupted before it could start");
    }
  }
}
