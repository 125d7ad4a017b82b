package io.roundhouse.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.roundhouse.domain.Identity;
import io.roundhouse.federation.Approval;
import io.roundhouse.federation.ProvisionStatus.State;
import io.roundhouse.kit.Address;
import io.roundhouse.kit.CertificateIdentity;
import io.roundhouse.kit.Kit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Enrolment over a real TLS connection, as a gateway offers it. */
@Timeout(120)
class EnrolmentTest {
  private static final Identity PARIS =
      new Identity("demo", Identity.Kind.SITE, "paris", "lab", Optional.empty());

  private final Path folder;
  private final int port;
  private final LiveFederation live;
  private final EnrolmentToken token;
  private final EnrolmentFolder site;
  private Optional<HttpsServer> server = Optional.empty();

  EnrolmentTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    live =
        new LiveFederation(
            folder,
            Fixture.FEDERATION
                .replace("127.0.0.1:8443", "127.0.0.1:" + port)
                .replace("paris: {", "paris: {enrolls: true, "));
    token = LiveFederation.token(live.report);
    site = new EnrolmentFolder(folder.resolve("paris"));
  }

  @AfterEach
  void close() {
    server.ifPresent(running -> running.stop(0));
    live.close();
  }

  private void serve(SSLContext tls) throws IOException {
    HttpsServer started =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    started.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
            ssl.setWantClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    started.createContext(
        Enrolment.PATH,
        exchange ->
            respond(
                exchange,
                Optional.of(
                    live.enrolment.answer(
                        exchange.getRequestBody().readNBytes(Enrolment.MOST_BYTES + 1)))));
    started.createContext(
        Enrolment.KIT_PATH,
        exchange -> respond(exchange, live.enrolment.newestKit(peer((HttpsExchange) exchange))));
    started.start();
    server = Optional.of(started);
  }

  private static Identity peer(HttpsExchange exchange) throws SSLPeerUnverifiedException {
    return CertificateIdentity.of(
        (X509Certificate) exchange.getSSLSession().getPeerCertificates()[0], "demo");
  }

  private static void respond(HttpExchange exchange, Optional<byte[]> body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(
          body.isPresent() ? 200 : 404, body.map(bytes -> (long) bytes.length).orElse(-1L));
      if (body.isPresent()) {
        exchange.getResponseBody().write(body.get());
      }
    }
  }

  private Kit kit(String name) {
    return Kit.open(live.provisioner.workspace().kits(1).resolve(name), live.clock);
  }

  private EnrolmentAsk ask() {
    return new EnrolmentAsk(
        token.text(), site.request("paris", Optional.of(PARIS.uri()), Optional.of(token.root())));
  }

  /** What a server shows: some certificates, of which it has the key of the first. */
  private static SSLContext showing(Kit kit, List<X509Certificate> certificates) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, new char[0]);
    keys.setKeyEntry("kit", kit.key(), new char[0], certificates.toArray(Certificate[]::new));
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(own.getKeyManagers(), kit.trust().getTrustManagers(), null);
    return context;
  }

  private void assertNotTrusted(EnrolmentToken by) {
    assertThatThrownBy(() -> EnrolmentClient.of(by).ask(ask()))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageStartingWith("no server of the federation answers (")
        .hasMessageContaining("SSLHandshakeException");
  }

  private EnrolmentToken tokenFor(String host) {
    return new EnrolmentToken(
        token.id(),
        token.identity(),
        List.of(new Address(host, port)),
        token.root(),
        token.expires(),
        token.secret());
  }

  @Test
  void aSiteEnrolsAndFetchesItsKit() throws Exception {
    serve(kit("central").sslContext());
    EnrolmentToken reachable = tokenFor("127.0.0.1");

    assertThat(EnrolmentClient.of(reachable).ask(ask()).state())
        .isEqualTo(EnrolmentAnswer.State.WAITING);
    live.await(PARIS, State.WAITING);
    live.request(PARIS).approve(new Approval("ada", ""));
    EnrolmentAnswer answer = EnrolmentClient.of(reachable).ask(ask());

    assertThat(answer.state()).isEqualTo(EnrolmentAnswer.State.ISSUED);
    KitInstallation installation = new KitInstallation(live.clock);
    Kit kit =
        installation.open(Base64.getDecoder().decode(answer.kit().orElseThrow()), site.folder());
    assertThat(kit.identity()).isEqualTo(PARIS);
    byte[] newest = EnrolmentClient.of(kit).newestKit().orElseThrow();
    assertThat(installation.open(newest, site.folder()).number()).isEqualTo(kit.number());
    assertThat(EnrolmentClient.of(kit("berlin")).newestKit()).as("has none").isEmpty();
  }

  @Test
  void serversAreTriedOneAfterTheOther() throws Exception {
    serve(kit("central").sslContext());
    EnrolmentToken two =
        new EnrolmentToken(
            token.id(),
            token.identity(),
            List.of(new Address("127.0.0.1", 1), new Address("127.0.0.1", port)),
            token.root(),
            token.expires(),
            token.secret());

    assertThat(EnrolmentClient.of(two).ask(ask()).state()).isEqualTo(EnrolmentAnswer.State.WAITING);
  }

  @Test
  void aServerWithoutTheTokensRootIsNotTrusted() throws Exception {
    Kit central = kit("central");
    serve(showing(central, central.chain()));

    assertNotTrusted(tokenFor("127.0.0.1"));
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTrusted() throws Exception {
    Passphrase passphrase = Fixture.passphrase();
    Workspace other = Workspace.of(folder.resolve("other"), "demo");
    try (Provisioner foreign =
        Provisioner.create(other, Validity.USUAL, passphrase, passphrase, live.clock)) {
      foreign.provision(FederationFile.parse(Fixture.FEDERATION), new Delivery.Folders(), false);
    }
    Kit evil = Kit.open(other.kits(1).resolve("central"), live.clock);
    serve(evil.sslContext());
    assertNotTrusted(tokenFor("127.0.0.1"));

    // Nor if it shows the genuine root beside its own certificates.
    server.orElseThrow().stop(0);
    serve(showing(evil, List.of(evil.chain().get(0), evil.chain().get(1), kit("central").root())));
    assertNotTrusted(tokenFor("127.0.0.1"));
  }

  @Test
  void anotherMemberIsNoServer() throws Exception {
    serve(kit("berlin").sslContext());

    assertNotTrusted(tokenFor("127.0.0.1"));
  }

  @Test
  void aServerIsTrustedAtItsAddressesOnly() throws Exception {
    serve(kit("central").sslContext());

    assertNotTrusted(tokenFor("localhost"));
  }

  @Test
  void saysThatNobodyAnswers() {
    assertThatThrownBy(() -> EnrolmentClient.of(tokenFor("127.0.0.1")).ask(ask()))
        .isInstanceOf(ProvisioningException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("perhaps you should check the network");
  }
}
