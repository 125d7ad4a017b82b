package io.roundhouse.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BufferedSocketsTest {
  private static final Duration SILENCE = Duration.ofMillis(200);

  @Test
  void aServerThatSaysNothingIsGivenUp() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      OkHttpClient client =
          new OkHttpClient.Builder()
              .readTimeout(Duration.ZERO)
              .socketFactory(new BufferedSockets(SILENCE))
              .build();
      Request request =
          new Request.Builder().url("http://127.0.0.1:" + server.getLocalPort()).build();

      assertThatThrownBy(() -> client.newCall(request).execute().close())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aServerThatTakesNothingIsGivenUp() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      OkHttpClient client =
          new OkHttpClient.Builder()
              .readTimeout(Duration.ZERO)
              .writeTimeout(Duration.ZERO)
              .socketFactory(new BufferedSockets(SILENCE))
              .build();
      Request request =
          new Request.Builder()
              .url("http://127.0.0.1:" + server.getLocalPort())
              .put(RequestBody.create(new byte[32 << 20]))
              .build();

      assertThatThrownBy(() -> client.newCall(request).execute().close())
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("took nothing");
    }
  }

  @Test
  void sendsWhatIsFlushed() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket client =
            new BufferedSockets(SILENCE).createSocket("127.0.0.1", server.getLocalPort());
        Socket other = server.accept()) {
      client.getOutputStream().write(7);
      client.getOutputStream().flush();
      assertThat(other.getInputStream().read()).isEqualTo(7);

      other.getOutputStream().write(8);
      assertThat(client.getInputStream().read()).isEqualTo(8);
      assertThat(client.getTcpNoDelay()).isTrue();
    }
  }
}
