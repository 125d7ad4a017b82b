package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.roundhouse.cli.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees when the way to Temporal is not the right one. */
class ConnectionTest {
  private static final String NAME = "temporal.example";

  private final Path folder;

  ConnectionTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static CommandRun status(String address, String... options) {
    return CommandRun.of(
        Stream.concat(Stream.of("status", "job", "--address", address), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    status("127.0.0.1:" + port)
        .assertRefused(
            "no answer from Temporal at 127.0.0.1:"
                + port
                + ", perhaps you should start it, e.g. with `temporal server start-dev`");
  }

  @Test
  void nobodyAnswers() throws IOException {
    try (ServerSocket deaf = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      status("127.0.0.1:" + deaf.getLocalPort())
          .assertRefused("no answer from Temporal at 127.0.0.1:" + deaf.getLocalPort() + " within");
    }
  }

  @Test
  void somethingElseAnswers() throws IOException {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.start();
    try {
      status("127.0.0.1:" + web.getAddress().getPort())
          .assertRefused("is not Temporal's frontend, perhaps you should give its gRPC port");
    } finally {
      web.stop(0);
    }
  }

  @Test
  void thereIsNoSuchHost() {
    status("nowhere.invalid:7233").assertRefused("there is no host 'nowhere.invalid'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a:b:c", "host:0", "host:65536", "host:", ":7233", "http://host:1", "a b"})
  void thatIsNoAddress(String address) {
    status(address).assertRefused("must be a host and a port from 1 to 65535, not '" + address);
  }

  @Test
  void certificatesMustBeThere() throws IOException {
    Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
    String absent = folder.resolve("absent.pem").toString();

    status("127.0.0.1:1", "--tls-ca", absent).assertRefused("there is no file " + absent);
    status("127.0.0.1:1", "--tls-ca", text.toString()).assertRefused(text.toString());
    status("127.0.0.1:1", "--tls-cert", text.toString())
        .assertRefused("a certificate is of use with its key only");
    status("127.0.0.1:1", "--tls-cert", text.toString(), "--tls-key", text.toString())
        .assertRefused("the certificate " + text + " or its key cannot be used");
  }

  @Test
  void certificatesOpenTheDoorThatIsShutWithoutThem() throws IOException {
    PemFiles own = PemFiles.make(folder, NAME);
    PemFiles other = PemFiles.make(folder, "other.example");
    String ca = own.certificate().toString();
    try (LoopbackTemporal temporal =
        LoopbackTemporal.start(
            TlsServerCredentials.newBuilder()
                .keyManager(own.certificate().toFile(), own.key().toFile())
                .trustManager(own.certificate().toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build())) {
      String[] good = {
        "--tls-ca",
        ca,
        "--tls-cert",
        ca,
        "--tls-key",
        own.key().toString(),
        "--tls-server-name",
        NAME
      };

      status(temporal.address(), good).assertRefused("there is no job default/job on Temporal");
      status(temporal.address())
          .assertRefused("hangs up, perhaps you should give --tls-ca, --tls-cert and --tls-key");
      status(temporal.address(), "--tls-ca", ca, "--tls-server-name", NAME)
          .assertRefused("perhaps you should");
      status(temporal.address(), "--tls-ca", ca)
          .assertRefused("no secure connection to Temporal", "--tls-server-name");
      status(
              temporal.address(),
              "--tls-ca",
              other.certificate().toString(),
              "--tls-server-name",
              NAME)
          .assertRefused("its certificate is of no authority that is trusted here");
      status(
              temporal.address(),
              "--tls-ca",
              ca,
              "--tls-server-name",
              NAME,
              "--tls-cert",
              other.certificate().toString(),
              "--tls-key",
              other.key().toString())
          .assertRefused("perhaps you should");
    }
  }

  @Test
  void aServerInTheClearIsSaidToBeOne() throws IOException {
    PemFiles own = PemFiles.make(folder, NAME);
    try (LoopbackTemporal temporal = LoopbackTemporal.start()) {
      status(temporal.address(), "--tls-ca", own.certificate().toString())
          .assertRefused("does not use TLS, perhaps you should leave the --tls options out");
    }
  }

  @Test
  void simulateSaysTheSame() throws IOException {
    Path job = folder.resolve("job.yml");
    CommandRun.of("init", job.toString()).assertDone();
    String nowhere = "127.0.0.1:" + freePort();
    CommandRun.of("simulate", job.toString(), "--temporal", nowhere)
        .assertRefused("no answer from Temporal at " + nowhere);
    CommandRun run =
        CommandRun.of("simulate", job.toString(), "--namespace", "x", "--temporal", "a:b:c");
    run.assertRefused("--temporal: must be a host and a port from 1 to 65535, not 'a:b:c'");
    CommandRun.of("simulate", job.toString(), "--namespace", "x")
        .assertRefused("--namespace and --tls-...: are of use with --temporal only");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
