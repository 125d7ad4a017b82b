package io.roundhouse.connection;

import io.grpc.ClientInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.roundhouse.kit.Address;
import io.roundhouse.kit.Kit;
import io.roundhouse.storage.ClientTls;
import io.roundhouse.storage.GatewayArtifacts;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** How the holder of a kit reaches its federation's gateways, for tasks and for artifacts. */
public final class KitConnection {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final Duration KEEP_ALIVE_PATIENCE = Duration.ofSeconds(15);

  /**
   * A connection is made anew so often, which leads back to the first gateway that answers.
   * Temporal's SDK does it every minute, and each time costs the gateway a handshake and two
   * signatures.
   */
  private static final Duration RECONNECT = Duration.ofMinutes(30);

  private static final Duration ARTIFACT_PATIENCE = Duration.ofMinutes(10);

  private KitConnection() {}

  /**
   * For an operator's command.
   *
   * @throws ConnectionException if no gateway answers now
   */
  public static OpenConnection forCommand(Kit kit) {
    try {
      return OpenConnection.forCommand(
          Connection.plain(addresses(kit).get(0), Connection.DEFAULT_NAMESPACE),
          () -> temporal(kit));
    } catch (ConnectionException e) {
      throw new ConnectionException(
          "no gateway of federation %s lets this kit in at %s (%s), perhaps you should look with"
                  .formatted(
                      kit.identity().federation(), String.join(", ", addresses(kit)), reason(e))
              + " `roundhouse preflight --kit "
              + kit.folder()
              + "`",
          e);
    }
  }

  /** The innermost that says something, without the advice for those who go to Temporal itself. */
  private static String reason(Throwable failure) {
    String reason = "no answer";
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        reason = cause.getMessage().lines().findFirst().orElse(reason);
      }
    }
    return reason;
  }

  /** Options of a connection to Temporal through the gateways, by mutual TLS. */
  public static WorkflowServiceStubsOptions.Builder temporal(Kit kit) {
    return WorkflowServiceStubsOptions.newBuilder()
        .setTarget(GatewayAddresses.target(addresses(kit)))
        .setSslContext(context(kit))
        .setEnableKeepAlive(true)
        .setKeepAliveTime(KEEP_ALIVE)
        .setKeepAliveTimeout(KEEP_ALIVE_PATIENCE)
        .setGrpcReconnectFrequency(RECONNECT);
  }

  /** The same, with every call passing an interceptor. */
  public static WorkflowServiceStubsOptions.Builder temporal(
      Kit kit, ClientInterceptor interceptor) {
    return temporal(kit).addGrpcClientInterceptor(interceptor);
  }

  /** Artifacts through the gateways. */
  public static GatewayArtifacts artifacts(Kit kit) {
    return artifacts(kit, ARTIFACT_PATIENCE);
  }

  /** The same, with another patience for a gateway that is away. */
  public static GatewayArtifacts artifacts(Kit kit, Duration patience) {
    return new GatewayArtifacts(
        addresses(kit), new ClientTls(kit.sslContext().getSocketFactory(), trust(kit)), patience);
  }

  /** {@code host:port} of each gateway. */
  public static List<String> addresses(Kit kit) {
    return kit.gateways().stream().map(Address::toString).toList();
  }

  private static X509TrustManager trust(Kit kit) {
    for (TrustManager manager : kit.trust().getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new IllegalStateException("this JVM trusts no X.509 certificates");
  }

  private static SslContext context(Kit kit) {
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forClient()
                  .keyManager(kit.key(), kit.chain().toArray(X509Certificate[]::new))
                  .trustManager(kit.trust())
                  .protocols("TLSv1.3"))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM cannot set up TLS", e);
    }
  }
}
