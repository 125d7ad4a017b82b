package io.roundhouse.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.roundhouse.connection.Connection;
import io.roundhouse.connection.Connection.Tls;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.JobId;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchTest {
  private static final String NAME = "temporal.example";
  private static final JobId JOB = new JobId("demo", "watched");

  @TempDir private Path folder = Path.of("");
  @TempDir private Path other = Path.of("");

  @Test
  void endsWhereTheServerComesBackWithACertificateThatIsNotTrusted() throws IOException {
    PemFiles known = PemFiles.make(folder, NAME);
    PemFiles unknown = PemFiles.make(other, NAME);

    assertThatThrownBy(() -> watch(known, server(known), server(unknown)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("its certificate is of no authority that is trusted here")
        .hasMessageContaining("perhaps you should find out who answers there");
  }

  private static ServerCredentials server(PemFiles shown) throws IOException {
    return TlsServerCredentials.newBuilder()
        .keyManager(shown.certificate().toFile(), shown.key().toFile())
        .build();
  }

  /** Watches a job at a server in whose place there is another one meanwhile. */
  @SuppressWarnings("try") // what is there must be closed only
  private static void watch(PemFiles own, ServerCredentials before, ServerCredentials after) {
    LoopbackTemporal first = LoopbackTemporal.start(before);
    int port = first.port();
    Tls tls =
        new Tls(
            Optional.of(own.certificate()),
            Optional.of(own.key()),
            Optional.of(own.certificate()),
            Optional.of(NAME));
    try (OpenConnection temporal =
        OpenConnection.forCommand(
            new Connection(first.address(), Connection.DEFAULT_NAMESPACE, Optional.of(tls)))) {
      RemoteJob job = new RemoteJob(temporal, JOB);
      assertThat(job.find()).isEmpty();
      first.close();
      try (LoopbackTemporal second = LoopbackTemporal.start(after, port)) {
        PrintStream nowhere =
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        new JobWatch(job.client(), job.stub(), JOB, new Terminal(nowhere, false, false)).follow();
      }
    } finally {
      first.close();
    }
  }
}
