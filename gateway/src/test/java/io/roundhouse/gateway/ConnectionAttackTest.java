package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.handler.ssl.SslProvider;
import io.roundhouse.domain.Role;
import io.roundhouse.gateway.Authority.Credentials;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and who stays. */
@Timeout(120)
class ConnectionAttackTest {
  private static final String ASK = "GET /v1/artifacts/a HTTP/1.1\r\nHost: g\r\n\r\n";

  private final Path folder;
  private TestFederation federation;
  private Gateway gateway;
  private InetSocketAddress address;

  ConnectionAttackTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() {
    federation = new TestFederation(folder);
    gateway = federation.gateway();
    address = gateway.addresses().get(0);
  }

  @AfterEach
  void stop() throws Exception {
    federation.close();
  }

  @Test
  void letsTheFederationsIn() throws IOException {
    try (RawConnection berlin =
        RawConnection.http(Clients.context(federation.authority.site("berlin")), address)) {
      assertThat(berlin.send(ASK).answer()).startsWith("HTTP/1.1 403 ");
    }
    assertThatCode(() -> systemInfo(federation.authority.site("berlin")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesThoseWithoutACertificate() {
    refuses(Clients.anonymous(federation.authority.root()), "certificate_required");
  }

  @Test
  void refusesAnotherAuthoritysCertificates() {
    Credentials other = new Authority().site("berlin");
    Credentials mixed = new Credentials(other.chain(), other.keys(), federation.authority.root());
    refuses(Clients.context(mixed), "certificate");
    List<java.security.cert.X509Certificate> chain =
        List.of(other.leaf(), federation.authority.issuing());
    refuses(
        Clients.context(new Credentials(chain, other.keys(), federation.authority.root())),
        "certificate");
  }

  @Test
  void refusesACertificateWhoseKeyIsNotTheirs() {
    Credentials berlin = federation.authority.site("berlin");
    Credentials paris = federation.authority.site("paris");
    Credentials stolen = new Credentials(berlin.chain(), paris.keys(), berlin.root());
    assertThatThrownBy(
            () -> {
              try (RawConnection thief = RawConnection.http(Clients.context(stolen), address)) {
                thief.send(ASK).answer();
              }
            })
        .isInstanceOf(Exception.class);
    assertThat(gateway.status().connected()).isEmpty();
  }

  @Test
  void refusesTheExpiredTheEarlyAndTheRevoked() {
    Instant now = Instant.now();
    Authority authority = federation.authority;
    refuses(
        Clients.context(
            authority.issue(
                Authority.siteLeaf("berlin").during(now.minusSeconds(60), now.minusSeconds(5)))),
        "certificate_expired");
    refuses(
        Clients.context(
            authority.issue(
                Authority.siteLeaf("berlin")
                    .during(now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2))))),
        "certificate");
    Credentials berlin = authority.site("berlin");
    authority.revoke(berlin);
    refusesSoon(berlin);
  }

  @Test
  void refusesAnotherFederationsName() {
    refuses(
        Clients.context(
            federation.authority.issue(
                Authority.siteLeaf("berlin").withUris(List.of("spiffe://other/site/berlin")))),
        "certificate");
    federation.awaitAudited("federation 'other'");
  }

  @Test
  void refusesOlderProtocols() {
    for (String version : List.of("TLSv1.2", "TLSv1.1", "TLSv1")) {
      assertThatThrownBy(
              () ->
                  RawConnection.open(
                      Clients.context(federation.authority.site("berlin")),
                      address,
                      "http/1.1",
                      version))
          .as(version)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void refusesWhatIsNotTls() throws IOException {
    Random random = new Random(5);
    byte[] noise = new byte[100];
    random.nextBytes(noise);
    for (byte[] hello :
        List.of(
            "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            noise)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(hello);
        assertThat(read(socket)).isLessThan(100);
      }
    }
    assertThat(gateway.status().connected()).isEmpty();
  }

  @Test
  void closesTheConnectionsOfTheRevoked() throws IOException {
    Credentials berlin = federation.authority.site("berlin");
    Credentials paris = federation.authority.site("paris");
    ManagedChannel rpc = federation.channel(gateway, berlin);
    systemInfo(rpc);
    try (RawConnection http = RawConnection.http(Clients.context(berlin), address);
        RawConnection other = RawConnection.http(Clients.context(paris), address)) {
      http.send(ASK).answer();
      other.send(ASK).answer();
      assertThat(gateway.status().connected()).hasSize(3);

      federation.authority.revoke(berlin);

      http.rest();
      assertThatThrownBy(
              () -> {
                while (true) {
                  systemInfo(rpc);
                }
              })
          .isInstanceOf(StatusRuntimeException.class)
          .extracting(e -> Status.fromThrowable(e).getCode())
          .isIn(Status.Code.UNAVAILABLE, Status.Code.UNKNOWN);
      assertThat(other.send(ASK).answer()).startsWith("HTTP/1.1 403 ");
    }
    federation.awaitAudited("\"action\":\"stay connected\"");
    assertThat(federation.audited()).contains("is revoked");
  }

  @Test
  void closesAConnectionWhenItsCertificateEnds() throws IOException {
    Instant now = Instant.now();
    Credentials berlin =
        federation.authority.issue(
            Authority.siteLeaf("berlin").during(now.minusSeconds(60), now.plusSeconds(4)));
    try (RawConnection http = RawConnection.http(Clients.context(berlin), address)) {
      http.send(ASK).answer();

      assertThat(http.rest()).doesNotContain("HTTP/1.1 200");
    }
    assertThat(Instant.now()).isAfter(berlin.leaf().getNotAfter().toInstant().minusSeconds(1));
  }

  @Test
  void boundsTheConnectionsOfOneCaller() throws IOException {
    Limits few = new Limits(100, 3, 10, 10, 10, 10, 100, 1 << 20, 1 << 16, 10);
    Gateway narrow = federation.gateway(federation.config(ArtifactsMode.RELAY, few));
    InetSocketAddress its = narrow.addresses().get(0);
    SSLContext berlin = Clients.context(federation.authority.site("berlin"));
    List<RawConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        open.add(RawConnection.http(berlin, its));
        open.get(i).send(ASK).answer();
      }
      try (RawConnection fourth = RawConnection.http(berlin, its)) {
        assertThat(end(fourth)).isEmpty();
      }
      try (RawConnection other =
          RawConnection.http(Clients.context(federation.authority.site("paris")), its)) {
        assertThat(other.send(ASK).answer()).startsWith("HTTP/1.1 403 ");
      }
    } finally {
      for (RawConnection each : open) {
        each.close();
      }
    }
  }

  @Test
  void closesThoseWhoDoNotShakeHands() throws IOException {
    GatewayConfig config = federation.config(ArtifactsMode.RELAY, Limits.DEFAULT);
    Patience hasty =
        new Patience(
            Duration.ofMillis(300),
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));
    Gateway impatient = federation.gateway(TestFederation.with(config, hasty));
    try (Socket silent =
        new Socket(InetAddress.getLoopbackAddress(), impatient.addresses().get(0).getPort())) {
      silent.setSoTimeout(60_000);
      assertThat(read(silent)).isLessThan(100);
    }
  }

  @Test
  void closesTheIdle() throws IOException {
    GatewayConfig config = federation.config(ArtifactsMode.RELAY, Limits.DEFAULT);
    Patience hasty =
        new Patience(
            Duration.ofSeconds(20),
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));
    Gateway impatient = federation.gateway(TestFederation.with(config, hasty));
    try (RawConnection idle =
        RawConnection.http(
            Clients.context(federation.authority.site("berlin")), impatient.addresses().get(0))) {
      assertThat(end(idle)).isEmpty();
    }
  }

  @Test
  void aServersCertificateOpensNothing() throws IOException {
    Credentials hub = federation.authority.server("other");
    assertThatThrownBy(() -> systemInfo(hub))
        .hasMessageContaining("PERMISSION_DENIED: servers may not call 'GetSystemInfo'");
    try (RawConnection http = RawConnection.http(Clients.context(hub), address)) {
      assertThat(http.send(ASK).answer()).startsWith("HTTP/1.1 403 ");
    }
  }

  @Test
  void startsOnlyWithARevocationListAndACertificateOfItsKey() {
    GatewayConfig config = federation.config(ArtifactsMode.RELAY, Limits.DEFAULT);
    Credentials hub = federation.authority.server("hub");
    Credentials ana = federation.authority.operator("ana", "x", Role.LEAD);
    assertThatThrownBy(
            () ->
                Gateway.start(
                    TestFederation.with(config, new Trust("demo", hub::material, List::of))))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("there is no revocation list, perhaps you should");
    assertThatThrownBy(
            () -> new TlsMaterial(hub.chain(), ana.keys().getPrivate(), List.of(hub.root())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the key is not that of");
    assertThatThrownBy(() -> Gateway.start(TestFederation.with(config, gateway.addresses())))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("perhaps you should see what else uses the port");
  }

  private void refuses(SSLContext tls, String alert) {
    assertThatThrownBy(
            () -> {
              try (RawConnection stranger = RawConnection.http(tls, address)) {
                stranger.send(ASK);
                assertThat(stranger.head()).as("an answer").startsWith("no answer");
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Tls.provider() == SslProvider.OPENSSL ? alert : "");
    assertThat(gateway.status().connected()).isEmpty();
  }

  /** Once the new list is in force; until then connections are let in, and closed. */
  private void refusesSoon(Credentials revoked) {
    Throwable last = null;
    String alert = Tls.provider() == SslProvider.OPENSSL ? "certificate_revoked" : "";
    while (last == null || !String.valueOf(last.getMessage()).contains(alert)) {
      try (RawConnection connection = RawConnection.http(Clients.context(revoked), address)) {
        connection.send(ASK).rest();
      } catch (IOException e) {
        last = e;
      }
    }
  }

  private void systemInfo(Credentials credentials) {
    systemInfo(federation.channel(gateway, credentials));
  }

  private static void systemInfo(ManagedChannel channel) {
    var unused =
        WorkflowServiceGrpc.newBlockingStub(channel)
            .getSystemInfo(GetSystemInfoRequest.getDefaultInstance());
  }

  /** Bytes until the end, which may come with a reset. */
  private static int read(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes().length;
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the connection stays open", e);
    } catch (IOException e) {
      return 0;
    }
  }

  private static String end(RawConnection connection) {
    try {
      return connection.rest();
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the connection stays open", e);
    } catch (IOException e) {
      return "";
    }
  }
}
