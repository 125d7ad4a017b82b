package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslProvider;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.gateway.Authority.Credentials;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What those without a certificate can do at a gateway that lets people in: one thing. */
@Timeout(120)
class NewcomerAttackTest {
  private static final String KIT = "GET /v1/kit HTTP/1.1\r\nHost: g\r\n\r\n";
  private static final int LARGEST = 64 << 10;

  private final Path folder;
  private final AtomicReference<byte[]> asked = new AtomicReference<>(new byte[0]);
  private TestFederation federation;
  private Gateway gateway;
  private InetSocketAddress address;
  private SSLContext stranger;

  NewcomerAttackTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Says back what it was told, and has a kit of berlin. */
  private final class Desk implements Newcomers {
    @Override
    public byte[] ask(byte[] json) {
      asked.set(json);
      if (new String(json, UTF_8).equals("fail")) {
        throw new IllegalStateException("a secret of the server");
      }
      return "{\"state\":\"WAITING\"}".getBytes(UTF_8);
    }

    @Override
    public Optional<byte[]> kit(Identity member) {
      return member.name().equals("berlin")
          ? Optional.of("sealed".getBytes(UTF_8))
          : Optional.empty();
    }
  }

  @BeforeEach
  void start() {
    federation = new TestFederation(folder);
    gateway = open(new Desk());
    address = gateway.addresses().get(0);
    stranger = Clients.anonymous(federation.authority.root());
  }

  @AfterEach
  void stop() {
    federation.close();
  }

  private Gateway open(Newcomers newcomers) {
    return federation.gateway(
        TestFederation.with(federation.config(ArtifactsMode.RELAY, Limits.DEFAULT), newcomers));
  }

  private static String post(String body) {
    return "POST /v1/enrolment HTTP/1.1\r\nHost: g\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private String answer(String request) throws IOException {
    try (RawConnection connection = RawConnection.http(stranger, address)) {
      return connection.send(request).answer();
    }
  }

  private void refused(String request, int status) throws IOException {
    assertThat(answer(request)).as(request).startsWith("HTTP/1.1 " + status + " ");
    assertThat(asked.get()).as("what got through").isEmpty();
  }

  @Test
  void aStrangerMayAskToEnrolAndNothingMore() throws IOException {
    try (RawConnection connection = RawConnection.http(stranger, address)) {
      assertThat(connection.send(post("{}")).answer())
          .startsWith("HTTP/1.1 200 ")
          .contains("connection: close")
          .endsWith("{\"state\":\"WAITING\"}");
      assertThat(asked.get()).asString().isEqualTo("{}");
      assertThat(connection.rest()).as("the end").isEmpty();
    }
    assertThat(gateway.status().connected()).as("nobody is known").isEmpty();
    federation.awaitAudited("\"action\":\"POST\",\"object\":\"/v1/enrolment\"");
  }

  @Test
  void aSecondRequestOnTheConnectionIsNotAnswered() throws IOException {
    try (RawConnection connection = RawConnection.http(stranger, address)) {
      String all = connection.send(post("one") + post("two")).answer() + connection.rest();
      assertThat(all.split("HTTP/1.1 ", -1)).as(all).hasSize(2);
    }
    assertThat(asked.get()).asString().isNotEqualTo("two");
  }

  @Test
  void aStrangerReadsNoArtifactsAndNoKit() throws IOException {
    refused(KIT, 403);
    refused("GET /v1/artifacts/a HTTP/1.1\r\nHost: g\r\n\r\n", 403);
    refused("GET /v1/artifacts HTTP/1.1\r\nHost: g\r\n\r\n", 403);
    refused("GET /v1/enrolment HTTP/1.1\r\nHost: g\r\n\r\n", 403);
    refused("PUT /v1/artifacts/a HTTP/1.1\r\nHost: g\r\nContent-Length: 1\r\n\r\nx", 400);
    for (String path :
        List.of("/v1/kit", "/v1/enrolment/", "/v1/enrolment?a=b", "//v1/enrolment")) {
      refused(post("{}").replace("/v1/enrolment ", path + " "), 403);
    }
    federation.awaitAudited("a certificate is needed here");
    assertThat(federation.audited()).contains("\"object\":\"/v1/kit\"");
  }

  @Test
  void aStrangerCannotCallTemporal() throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", address.getPort())
            .sslContext(
                GrpcSslContexts.forClient().trustManager(federation.authority.root()).build())
            .directExecutor()
            .build();
    try {
      assertThatThrownBy(
              () ->
                  WorkflowServiceGrpc.newBlockingStub(channel)
                      .getSystemInfo(GetSystemInfoRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class)
          .extracting(e -> Status.fromThrowable(e).getCode())
          .isIn(Status.Code.UNAVAILABLE, Status.Code.UNKNOWN);
    } finally {
      channel.shutdownNow();
    }
    federation.awaitAudited("no certificate was shown");
    try (RawConnection http2 = RawConnection.open(stranger, address, "h2", "TLSv1.3")) {
      assertThat(end(http2.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))).isEmpty();
    }
    // The same bytes on a connection that speaks of HTTP/1.1 are no request of it.
    refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400);
  }

  @Test
  void bodiesAreBoundedAndHaveOneLength() throws IOException {
    refused(
        "POST /v1/enrolment HTTP/1.1\r\nHost: g\r\nContent-Length: " + (LARGEST + 1) + "\r\n\r\n",
        413);
    refused("POST /v1/enrolment HTTP/1.1\r\nHost: g\r\n\r\n", 400);
    refused("POST /v1/enrolment HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    refused(
        "POST /v1/enrolment HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        400);
    refused("POST /v1/enrolment HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", 400);
    refused("POST /v1/enrolment HTTP/1.1\r\nX: " + "x".repeat(9000) + "\r\n\r\n", 400);
    refused("nonsense\r\n\r\n", 400);

    assertThat(answer(post("x".repeat(LARGEST)))).startsWith("HTTP/1.1 200 ");
    assertThat(asked.get()).hasSize(LARGEST);
  }

  @Test
  void whoIsSlowIsCut() throws IOException {
    Instant began = Instant.now();
    try (RawConnection silent = RawConnection.http(stranger, address);
        RawConnection slow = RawConnection.http(stranger, address);
        RawConnection trickling = RawConnection.http(stranger, address)) {
      slow.send(post("x".repeat(1000)).substring(0, 200));
      trickling.send("POST /v1/enrolment HTTP/1.1\r\n");
      Thread drip = new Thread(() -> drip(trickling));
      drip.start();
      assertThat(end(silent)).isEmpty();
      assertThat(end(slow)).isEmpty();
      assertThat(end(trickling)).isEmpty();
      drip.interrupt();
    }
    assertThat(Duration.between(began, Instant.now())).isGreaterThan(Duration.ofSeconds(15));
    assertThat(asked.get()).isEmpty();
    federation.awaitAudited("it took longer than it may");
  }

  private static void drip(RawConnection connection) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        connection.send("X: y\r\n");
        Thread.sleep(500);
      }
    } catch (IOException | InterruptedException e) {
      // It was cut.
    }
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedFor() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Gateway stuck =
        open(
            new Newcomers() {
              @Override
              public byte[] ask(byte[] json) {
                try {
                  Thread.sleep(Duration.ofHours(1).toMillis());
                } catch (InterruptedException e) {
                  interrupted.countDown();
                }
                return json;
              }

              @Override
              public Optional<byte[]> kit(Identity member) {
                return Optional.empty();
              }
            });
    try (RawConnection asks = RawConnection.http(stranger, stuck.addresses().get(0))) {
      assertThat(end(asks.send(post("{}")))).isEmpty();
    }
    interrupted.await();
  }

  @Test
  void tooManyConnectionsAreRefused() throws IOException {
    List<RawConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < NewcomerQuota.CONNECTIONS_OF_ONE; i++) {
        open.add(RawConnection.http(stranger, address));
        // Its first bytes are read once it is let in.
        open.get(i).send("POST /v1/enrolment HTTP/1.1\r\n");
      }
      String last = "";
      try (RawConnection another = RawConnection.http(stranger, address)) {
        last = end(another.send(post("{}")));
      }
      assertThat(last).isEmpty();
      federation.awaitAudited("connections without a certificate");
      try (RawConnection member =
          RawConnection.http(Clients.context(federation.authority.site("berlin")), address)) {
        assertThat(member.send(KIT).answer()).as("members").startsWith("HTTP/1.1 200 ");
      }
    } finally {
      for (RawConnection each : open) {
        each.close();
      }
    }
    String later = "";
    while (!later.startsWith("HTTP/1.1 200 ")) {
      try (RawConnection another = RawConnection.http(stranger, address)) {
        later = end(another.send(post("{}")));
      }
    }
  }

  @Test
  void tooManyQuestionsGet429() throws IOException {
    String answer = answer(post("{}"));
    for (int i = 0; i < 100 && answer.startsWith("HTTP/1.1 200 "); i++) {
      answer = answer(post("{}"));
    }
    assertThat(answer).startsWith("HTTP/1.1 429 ").contains("perhaps you should wait a moment");
    federation.awaitAudited("somebody asks too often");
  }

  @Test
  void whatGoesWrongInsideStaysInside() throws IOException {
    assertThat(answer(post("fail"))).startsWith("HTTP/1.1 503 ").doesNotContain("secret");
  }

  @Test
  void aCertificateThatIsShownHasToBeGood() {
    Authority authority = federation.authority;
    Instant now = Instant.now();
    refuses(
        authority.issue(
            Authority.siteLeaf("berlin").during(now.minusSeconds(60), now.minusSeconds(5))),
        "certificate_expired");
    Credentials other = new Authority().site("berlin");
    List<X509Certificate> mixed = List.of(other.leaf(), authority.issuing());
    refuses(new Credentials(mixed, other.keys(), authority.root()), "certificate");
    refuses(
        authority.issue(
            Authority.siteLeaf("berlin").withUris(List.of("spiffe://other/site/berlin"))),
        "certificate");
    refuses(authority.issue(Authority.siteLeaf("berlin").notForClients()), "certificate");
    Credentials berlin = authority.site("berlin");
    authority.revoke(berlin);
    String alert = alert("certificate_revoked");
    Throwable last = null;
    while (last == null || !String.valueOf(last.getMessage()).contains(alert)) {
      try (RawConnection connection = RawConnection.http(Clients.context(berlin), address)) {
        connection.send(KIT).rest();
      } catch (IOException e) {
        last = e;
      }
    }
    assertThat(asked.get()).isEmpty();
  }

  @Test
  void membersGetTheirOwnKitOnly() throws IOException {
    try (RawConnection berlin =
        RawConnection.http(Clients.context(federation.authority.site("berlin")), address)) {
      assertThat(berlin.send(KIT).answer()).startsWith("HTTP/1.1 200 ").endsWith("sealed");
      assertThat(berlin.send(KIT).answer()).as("again").endsWith("sealed");
      assertThat(berlin.send(post("{}")).answer()).startsWith("HTTP/1.1 400 ");
    }
    Credentials ana = federation.authority.operator("ana", "x", Role.MEMBER);
    for (Credentials without : List.of(federation.authority.site("paris"), ana)) {
      try (RawConnection connection = RawConnection.http(Clients.context(without), address)) {
        assertThat(connection.send(KIT).answer()).startsWith("HTTP/1.1 404 ");
      }
    }
    try (RawConnection server =
        RawConnection.http(Clients.context(federation.authority.server("other")), address)) {
      assertThat(server.send(KIT).answer()).startsWith("HTTP/1.1 403 ");
    }
    try (RawConnection berlin =
        RawConnection.http(Clients.context(federation.authority.site("berlin")), address)) {
      String smuggled = "GET /v1/kit HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\nGET /";
      assertThat(berlin.send(smuggled).answer()).startsWith("HTTP/1.1 400 ");
    }
    assertThat(asked.get()).isEmpty();
  }

  @Test
  void theRootIsTheLastOfTheCertificatesThatAreShown() throws IOException {
    try (SSLSocket socket =
        (SSLSocket) stranger.getSocketFactory().createSocket("127.0.0.1", address.getPort())) {
      socket.startHandshake();
      assertThat(socket.getSession().getPeerCertificates())
          .hasSize(3)
          .endsWith(federation.authority.root());
    }
  }

  @Test
  void withoutNewcomersNobodyGetsThroughTheHandshake() {
    InetSocketAddress closed = federation.gateway().addresses().get(0);
    assertThatThrownBy(
            () -> {
              try (RawConnection connection = RawConnection.http(stranger, closed)) {
                connection.send(post("{}"));
                assertThat(connection.head()).as("an answer").startsWith("no answer");
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining(alert("certificate_required"));
  }

  private void refuses(Credentials bad, String alert) {
    assertThatThrownBy(
            () -> {
              try (RawConnection connection = RawConnection.http(Clients.context(bad), address)) {
                connection.send(post("{}"));
                assertThat(connection.head()).as("an answer").startsWith("no answer");
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining(alert(alert));
    assertThat(gateway.status().connected()).isEmpty();
  }

  private static String alert(String name) {
    return Tls.provider() == SslProvider.OPENSSL ? name : "";
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
