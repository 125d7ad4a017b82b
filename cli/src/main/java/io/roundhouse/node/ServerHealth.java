package io.roundhouse.node;

import io.grpc.StatusRuntimeException;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.StorageException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Whether what a server stands on is there. */
final class ServerHealth {
  private static final String STARTING = "starting";
  private static final long PATIENCE_SECONDS = 5;

  private final Map<String, String> problems =
      new ConcurrentHashMap<>(Map.of("temporal", STARTING, "store", STARTING));
  private volatile Runnable look = () -> {};

  /** Looks after these from now on. */
  void watch(OpenConnection temporal, ArtifactStore store) {
    look =
        () -> {
          note("temporal", () -> ask(temporal));
          note("store", () -> store.find("_federation/health"));
        };
    look();
  }

  /** Looks again. */
  void look() {
    look.run();
  }

  /** What is wrong with each; empty if nothing is. */
  Map<String, String> problems() {
    return Map.copyOf(problems);
  }

  private static void ask(OpenConnection temporal) {
    temporal
        .client()
        .getWorkflowServiceStubs()
        .blockingStub()
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .describeNamespace(
            DescribeNamespaceRequest.newBuilder()
                .setNamespace(temporal.connection().namespace())
                .build());
  }

  private void note(String part, Runnable question) {
    try {
      question.run();
      problems.put(part, "");
    } catch (StatusRuntimeException | StorageException e) {
      problems.put(part, String.valueOf(e.getMessage()).lines().findFirst().orElse("away"));
    }
  }
}
