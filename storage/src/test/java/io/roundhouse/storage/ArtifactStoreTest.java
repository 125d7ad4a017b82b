package io.roundhouse.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.roundhouse.domain.Artifact;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest extends StoreContract {
  private static Path folder = Path.of("none");
  private static EmbeddedStore server;
  private static ArtifactStore store;
  private static ArtifactStore inParts;

  @BeforeAll
  static void start(@TempDir Path temporary) {
    folder = temporary.resolve("store");
    server = EmbeddedStore.start(folder);
    store = ArtifactStore.connect(server.config());
    inParts = ArtifactStore.connect(server.config(), 1 << 20, 5 << 20);
  }

  @AfterAll
  static void stop() {
    inParts.close();
    store.close();
    server.close();
  }

  @Override
  ArtifactStore store() {
    return store;
  }

  @Override
  ArtifactStore storeInParts() {
    return inParts;
  }

  @Override
  String prefix() {
    return "contract/";
  }

  @Test
  void keepsObjectsAsPlainFiles() throws IOException {
    store.putIfAbsent("demo/job/rounds/00001/manifest.json", bytes(100));

    assertThat(folder.resolve("roundhouse/demo/job/rounds/00001/manifest.json"))
        .hasBinaryContent(bytes(100));
    Files.writeString(folder.resolve("roundhouse/demo/by-hand.txt"), "hello");
    assertThat(store.read("demo/by-hand.txt", 5)).contains("hello".getBytes(UTF_8));
  }

  @Test
  void noticesThatAFileWasDamaged(@TempDir Path target) throws IOException {
    Artifact artifact = store.putIfAbsent("damaged/model", bytes(100));
    Files.write(folder.resolve("roundhouse/damaged/model"), bytes(99));

    assertThatThrownBy(() -> store.download(artifact, target.resolve("copy")))
        .isInstanceOf(CorruptArtifactException.class);
  }

  @Test
  void keepsItsFilesOverARestart(@TempDir Path temporary) {
    Artifact artifact;
    try (EmbeddedStore first = EmbeddedStore.start(temporary.resolve("store"));
        ArtifactStore client = ArtifactStore.connect(first.config())) {
      artifact = client.putIfAbsent("a/b", bytes(100));
    }
    try (EmbeddedStore second = EmbeddedStore.start(temporary.resolve("store"));
        ArtifactStore client = ArtifactStore.connect(second.config())) {
      client.download(artifact, temporary.resolve("copy"));
    }
    assertThat(temporary.resolve("copy")).hasBinaryContent(bytes(100));
  }

  @Test
  void namesAnArtifactByUri() {
    assertThat(store.uri("demo/größe 1")).isEqualTo(URI.create("s3://roundhouse/demo/größe%201"));
  }

  @Test
  void makesTheBucket() {
    try (ArtifactStore other = ArtifactStore.connect(bucket("another"))) {
      other.putIfAbsent("a", bytes(1));
    }
    assertThat(folder.resolve("another/a")).exists();
  }

  @Test
  void tellsThatTheBucketIsGone() throws IOException {
    try (ArtifactStore other = ArtifactStore.connect(bucket("removed"))) {
      Files.delete(folder.resolve("removed"));
      assertThatThrownBy(() -> other.read("a", 1))
          .isExactlyInstanceOf(StorageException.class)
          .hasMessageContaining("perhaps you should make the bucket 'removed'");
    }
  }

  @Test
  void tellsThatTheCredentialsAreRefused() {
    StoreConfig right = server.config();
    StoreConfig wrong =
        new StoreConfig(
            right.endpoint(), right.region(), right.bucket(), right.accessKey(), "hidden");

    assertThatThrownBy(() -> ArtifactStore.connect(wrong))
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining("403")
        .hasMessageContaining("check the access key '" + right.accessKey() + "'")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void tellsThatNothingListens() {
    StoreConfig right = server.config();
    StoreConfig wrong =
        new StoreConfig(URI.create("http://127.0.0.1:1"), right.region(), "abc", "key", "hidden");

    assertThatThrownBy(() -> ArtifactStore.connect(wrong))
        .isExactlyInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("the store at 'http://127.0.0.1:1' did not answer")
        .hasMessageContaining("perhaps you should check its endpoint");
  }

  @Test
  void tellsThatTheStoreIsGone(@TempDir Path temporary) {
    EmbeddedStore other = EmbeddedStore.start(temporary.resolve("store"));
    try (ArtifactStore client = ArtifactStore.connect(other.config())) {
      other.close();
      assertThatThrownBy(() -> client.putIfAbsent("a", bytes(1)))
          .isExactlyInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("did not answer");
      assertThatThrownBy(() -> client.list(""))
          .isExactlyInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("did not answer");
    }
  }

  @Test
  void tellsThatTheStoreIsBroken() throws IOException {
    HttpServer broken =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    broken.createContext(
        "/",
        exchange -> {
          boolean bucket = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(bucket ? 200 : 500, -1);
          exchange.close();
        });
    broken.start();
    URI endpoint = URI.create("http://127.0.0.1:" + broken.getAddress().getPort());
    StoreConfig config = new StoreConfig(endpoint, "us-east-1", "abc", "key", "hidden");
    try (ArtifactStore client = ArtifactStore.connect(config)) {
      assertThatThrownBy(() -> client.putIfAbsent("a", bytes(1)))
          .isExactlyInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("refused to store 'a' (500)");
      assertThatThrownBy(() -> client.read("a", 1)).hasMessageContaining("give 'a' (500)");
      assertThatThrownBy(() -> client.list("a")).hasMessageContaining("500");
    } finally {
      broken.stop(0);
    }
  }

  @Test
  void asksAgainWhenTheStoreIsBusy() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer busy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    busy.createContext(
        "/",
        exchange -> {
          boolean bucket = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(bucket || requests.incrementAndGet() == 4 ? 200 : 503, -1);
          exchange.close();
        });
    busy.start();
    URI endpoint = URI.create("http://127.0.0.1:" + busy.getAddress().getPort());
    StoreConfig config = new StoreConfig(endpoint, "us-east-1", "abc", "key", "hidden");
    try (ArtifactStore client = ArtifactStore.connect(config)) {
      assertThat(client.putIfAbsent("a", bytes(1)).path()).isEqualTo("a");
      assertThat(requests).hasValue(4);
    } finally {
      busy.stop(0);
    }
  }

  @Test
  void tellsWhichLocalFileIsMissing(@TempDir Path empty) {
    assertThatThrownBy(() -> store.putIfAbsent("local", empty.resolve("none")))
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void refusesAFolderThatIsAFile(@TempDir Path temporary) throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));

    assertThatThrownBy(() -> EmbeddedStore.start(file))
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining("perhaps you should check that it can be written");
  }

  private static StoreConfig bucket(String name) {
    StoreConfig config = server.config();
    return new StoreConfig(
        config.endpoint(), config.region(), name, config.accessKey(), config.secretKey());
  }
}
