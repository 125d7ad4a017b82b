package io.roundhouse.connection;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import io.roundhouse.domain.Text;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.api.workflowservice.v1.DescribeNamespaceResponse;
import io.temporal.api.workflowservice.v1.ListNamespacesRequest;
import io.temporal.serviceclient.StatusUtils;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** What a failed call means for a person, and the cure. */
final class Explanation {
  private static final int MOST_NAMESPACES = 100;

  private Explanation() {}

  static ConnectionException of(
      Connection connection, WorkflowServiceStubs stubs, StatusRuntimeException failure) {
    return new ConnectionException(text(connection, stubs, failure), failure);
  }

  /** See {@link OpenConnection#distrust}. */
  static Optional<String> distrust(Throwable failure) {
    return causes(failure)
        .filter(CertificateException.class::isInstance)
        .reduce((outer, inner) -> inner)
        .map(Explanation::reason);
  }

  private static String text(
      Connection connection, WorkflowServiceStubs stubs, StatusRuntimeException failure) {
    String place = "Temporal at " + connection.address();
    Status status = failure.getStatus();
    if (isNotGrpc(status)) {
      return "what answers at "
          + connection.address()
          + " is not Temporal's frontend, perhaps you should give its gRPC port, 7233 by default,"
          + " not that of the Web UI";
    }
    if (StatusUtils.hasFailure(failure, NamespaceNotFoundFailure.class)) {
      return unknownNamespace(connection, stubs);
    }
    return switch (status.getCode()) {
      case UNAVAILABLE -> unavailable(connection, place, failure);
      case DEADLINE_EXCEEDED ->
          "no answer from "
              + place
              + " within "
              + OpenConnection.PATIENCE.toSeconds()
              + " s, perhaps you should check the address and that it runs";
      case PERMISSION_DENIED, UNAUTHENTICATED ->
          place
              + " does not allow it ("
              + description(status)
              + "), perhaps you should use another certificate or ask an administrator";
      case UNIMPLEMENTED ->
          place
              + " cannot do that ("
              + description(status)
              + "), perhaps you should use a full Temporal server";
      case RESOURCE_EXHAUSTED ->
          place
              + " has too much to do ("
              + description(status)
              + "), perhaps you should try again later";
      default -> place + " refuses: " + status.getCode() + ", " + description(status);
    };
  }

  private static boolean isNotGrpc(Status status) {
    String description = description(status);
    return description.contains("HTTP status code") || description.contains("http2 exception");
  }

  private static String unavailable(
      Connection connection, String place, StatusRuntimeException failure) {
    Optional<Throwable> handshake =
        causes(failure)
            .filter(cause -> cause instanceof SSLException || cause instanceof CertificateException)
            .reduce((outer, inner) -> inner);
    if (handshake.filter(NotSslRecordException.class::isInstance).isPresent()) {
      return place + " does not use TLS, perhaps you should leave the --tls options out";
    }
    if (handshake.isPresent()) {
      return "no secure connection to "
          + place
          + " ("
          + reason(handshake.get())
          + "), perhaps you should check the certificates, --tls-ca and --tls-server-name";
    }
    boolean refused = causes(failure).anyMatch(ConnectException.class::isInstance);
    boolean unknown = causes(failure).anyMatch(UnknownHostException.class::isInstance);
    if (unknown) {
      return "there is no host "
          + Text.quote(connection.host())
          + ", perhaps you should check the name";
    }
    if (refused) {
      return "no answer from "
          + place
          + ", perhaps you should start it, e.g. with `temporal server start-dev`, or give another"
          + " address";
    }
    return place
        + " hangs up, perhaps you should "
        + (connection.tls().isEmpty()
            ? "give --tls-ca, --tls-cert and --tls-key if it wants TLS"
            : "check the certificates, and whether it wants TLS at all");
  }

  private static String reason(Throwable handshake) {
    String message = String.valueOf(handshake.getMessage()).replaceAll("\\s+", " ");
    return message.startsWith("PKIX")
        ? "its certificate is of no authority that is trusted here"
        : message;
  }

  private static String unknownNamespace(Connection connection, WorkflowServiceStubs stubs) {
    List<String> known = namespaces(stubs);
    String name = connection.namespace();
    String cure =
        Text.nearest(name, known)
            .map(near -> "write " + near)
            .orElse(
                "create it with `temporal operator namespace create --namespace "
                    + name
                    + "`"
                    + (known.isEmpty() ? "" : ", or use " + Text.choices(known)));
    return "there is no namespace "
        + Text.quote(name)
        + " on Temporal at "
        + connection.address()
        + ", perhaps you should "
        + cure;
  }

  /** Those that people use; none if the server does not tell. */
  private static List<String> namespaces(WorkflowServiceStubs stubs) {
    try {
      return stubs
          .blockingStub()
          .withDeadlineAfter(OpenConnection.PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .listNamespaces(ListNamespacesRequest.newBuilder().setPageSize(MOST_NAMESPACES).build())
          .getNamespacesList()
          .stream()
          .map((DescribeNamespaceResponse each) -> each.getNamespaceInfo().getName())
          .filter(each -> !each.startsWith("temporal-"))
          .sorted()
          .toList();
    } catch (StatusRuntimeException silent) {
      return List.of();
    }
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private static String description(Status status) {
    return String.valueOf(status.getDescription()).replaceAll("\\s+", " ");
  }
}
