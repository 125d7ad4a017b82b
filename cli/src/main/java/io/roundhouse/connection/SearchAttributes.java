package io.roundhouse.connection;

import static java.util.stream.Collectors.joining;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.roundhouse.workflows.JobAttributes;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceBlockingStub;
import io.temporal.api.workflowservice.v1.CountWorkflowExecutionsRequest;
import io.temporal.common.SearchAttributeKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The search attributes of jobs and rounds on a Temporal server. */
public final class SearchAttributes {
  private static final Duration SETTLING = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 100;

  private SearchAttributes() {}

  /**
   * Declares those that the namespace does not have, and waits until they can be used.
   *
   * @throws ConnectionException if one is there with another type, or they cannot be declared
   */
  public static void declare(OpenConnection temporal) {
    OperatorServiceBlockingStub operator = temporal.operator().blockingStub();
    String namespace = temporal.connection().namespace();
    try {
      Map<String, IndexedValueType> known = known(operator, namespace);
      requireSameTypes(temporal.connection(), known);
      List<SearchAttributeKey<?>> missing =
          JobAttributes.ALL.stream().filter(key -> !known.containsKey(key.getName())).toList();
      if (!missing.isEmpty()) {
        add(temporal, operator, missing);
      }
    } catch (StatusRuntimeException e) {
      throw temporal.explained(e);
    }
  }

  /** None on a server that does not tell, as Temporal's test server. */
  private static Map<String, IndexedValueType> known(
      OperatorServiceBlockingStub operator, String namespace) {
    try {
      return operator
          .listSearchAttributes(
              ListSearchAttributesRequest.newBuilder().setNamespace(namespace).build())
          .getCustomAttributesMap();
    } catch (StatusRuntimeException e) {
      if (isUnimplemented(e)) {
        return Map.of();
      }
      throw e;
    }
  }

  private static boolean isUnimplemented(StatusRuntimeException failure) {
    return failure.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
  }

  private static void requireSameTypes(Connection connection, Map<String, IndexedValueType> known) {
    List<String> wrong = new ArrayList<>();
    for (SearchAttributeKey<?> key : JobAttributes.ALL) {
      IndexedValueType type = known.get(key.getName());
      if (type != null && type != key.getValueType()) {
        wrong.add(key.getName() + " is " + name(type) + ", not " + name(key.getValueType()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new ConnectionException(
          "search attributes in "
              + connection
              + " have another type ("
              + String.join("; ", wrong)
              + "), perhaps you should use another namespace");
    }
  }

  private static void add(
      OpenConnection temporal,
      OperatorServiceBlockingStub operator,
      List<SearchAttributeKey<?>> missing) {
    AddSearchAttributesRequest.Builder request =
        AddSearchAttributesRequest.newBuilder().setNamespace(temporal.connection().namespace());
    missing.forEach(key -> request.putSearchAttributes(key.getName(), key.getValueType()));
    try {
      operator.addSearchAttributes(request.build());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
        throw new ConnectionException(notAllowed(temporal.connection(), missing), e);
      }
      throw e;
    }
    awaitUse(temporal, missing);
  }

  private static String notAllowed(Connection connection, List<SearchAttributeKey<?>> missing) {
    return connection
        + " lacks search attributes, and this certificate may not declare them, perhaps you should"
        + " ask an administrator for\n  temporal operator search-attribute create "
        + missing.stream()
            .map(key -> "--name " + key.getName() + " --type " + name(key.getValueType()))
            .collect(joining(" "));
  }

  /** A server that was just told of attributes refuses them for a moment. */
  private static void awaitUse(OpenConnection temporal, List<SearchAttributeKey<?>> added) {
    String query = added.stream().map(key -> key.getName() + " is null").collect(joining(" and "));
    long end = System.nanoTime() + SETTLING.toNanos();
    while (true) {
      try {
        temporal
            .client()
            .getWorkflowServiceStubs()
            .blockingStub()
            .countWorkflowExecutions(
                CountWorkflowExecutionsRequest.newBuilder()
                    .setNamespace(temporal.connection().namespace())
                    .setQuery(query)
                    .build());
        return;
      } catch (StatusRuntimeException e) {
        if (isUnimplemented(e)) {
          return;
        }
        boolean settling = e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT;
        if (!settling || System.nanoTime() > end || !pause()) {
          throw e;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String name(IndexedValueType type) {
    return switch (type) {
      case INDEXED_VALUE_TYPE_TEXT -> "Text";
      case INDEXED_VALUE_TYPE_KEYWORD -> "Keyword";
      case INDEXED_VALUE_TYPE_INT -> "Int";
      case INDEXED_VALUE_TYPE_DOUBLE -> "Double";
      case INDEXED_VALUE_TYPE_BOOL -> "Bool";
      case INDEXED_VALUE_TYPE_DATETIME -> "Datetime";
      case INDEXED_VALUE_TYPE_KEYWORD_LIST -> "KeywordList";
      default -> type.name();
    };
  }
}
