package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.SiteName;
import io.roundhouse.gateway.Authority.Credentials;
import io.roundhouse.storage.ArtifactExistsException;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.storage.GatewayArtifacts;
import io.roundhouse.storage.LocalCopies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What has passed through a gateway, read by an aggregation in the same process. */
@Timeout(120)
class CopiesAtHandTest {
  private static final String UPDATE = "demo/job/rounds/00001/updates/berlin.1.safetensors";
  private static final String NEXT = "demo/job/rounds/00001/global.safetensors";

  private final Path folder;
  private TestFederation federation;
  private Gateway gateway;
  private Credentials berlin;
  private Artifacts site;
  private byte[] token;
  private Artifact model;

  CopiesAtHandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() {
    federation = new TestFederation(folder);
    gateway = federation.gateway();
    berlin = federation.authority.site("berlin");
    model = Sites.model(federation, 1_000_000, 7);
    token = token(model);
    site = artifacts().forTask(token);
  }

  @AfterEach
  void stop() throws Exception {
    federation.close();
  }

  @Test
  void anUploadNeedNotComeFromTheStore() throws IOException {
    ArtifactStore store = federation.store.with(gateway.keepUploads());
    Path file = file("update", 700_000, 1);
    Artifact update = site.putIfAbsent(UPDATE, file);
    assertThat(federation.store.find(UPDATE)).contains(update);
    federation.store.delete(UPDATE);

    store.download(update, folder.resolve("read"));

    assertThat(Files.mismatch(file, folder.resolve("read"))).isEqualTo(-1);
    assertThat(uploads()).isEmpty();
  }

  @Test
  void anUploadIsReadOnceAndThenComesFromTheStore() throws IOException {
    LocalCopies copies = gateway.keepUploads();
    Path file = file("update", 700_000, 1);
    Artifact update = site.putIfAbsent(UPDATE, file);
    Path read = folder.resolve("read");

    assertThat(copies.link(update, read)).isTrue();
    assertThat(copies.link(update, read)).isFalse();
    federation.store.with(copies).download(update, folder.resolve("again"));

    assertThat(Files.mismatch(read, folder.resolve("again"))).isEqualTo(-1);
  }

  @Test
  void aSiteDoesNotGetAwayWithAnotherDigestOrPath() throws IOException {
    LocalCopies copies = gateway.keepUploads();
    Artifact update = site.putIfAbsent(UPDATE, file("update", 700_000, 1));
    Path read = folder.resolve("read");

    Artifact otherDigest = new Artifact(UPDATE, model.sha256(), update.bytes());
    String otherPath = UPDATE.replace("berlin", "paris");
    assertThat(copies.link(otherDigest, read)).isFalse();
    assertThat(copies.link(new Artifact(otherPath, update.sha256(), update.bytes()), read))
        .isFalse();
    assertThat(read).doesNotExist();
  }

  @Test
  void whatTheStoreDoesNotTakeIsNotKept() throws IOException {
    LocalCopies copies = gateway.keepUploads();
    federation.store.putIfAbsent(UPDATE, new byte[] {1});
    Path file = file("update", 700_000, 1);

    assertThatThrownBy(() -> site.putIfAbsent(UPDATE, file))
        .isInstanceOf(ArtifactExistsException.class);

    assertThat(copies.link(artifact(UPDATE, file), folder.resolve("read"))).isFalse();
    assertThat(uploads()).isEmpty();
  }

  @Test
  void nothingIsKeptForNobody() throws IOException {
    site.putIfAbsent(UPDATE, file("update", 700_000, 1));

    assertThat(uploads()).isEmpty();
  }

  @Test
  void anUploadThatBreaksOffLeavesNoFile() throws IOException {
    gateway.keepUploads();
    try (RawConnection http =
        RawConnection.http(Clients.context(berlin), gateway.addresses().get(0))) {
      http.send("PUT /v1/artifacts/" + UPDATE + " HTTP/1.1\r\nHost: g\r\n")
          .send("Roundhouse-Task: " + Base64.getUrlEncoder().encodeToString(token) + "\r\n")
          .send("Content-Length: 1000000\r\n\r\nthe beginning of it");
      while (uploads().isEmpty()) {
        Thread.onSpinWait();
      }
      http.cut();
    }

    while (!uploads().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void sitesGetTheNextModelWithoutTheStore() throws IOException {
    ArtifactStore store = federation.store.with(gateway.keepUploads());
    Path next = file("next", 500_000, 3);
    Artifact stored = store.putIfAbsent(NEXT, next);
    Files.delete(next);
    assertThat(federation.store.find(NEXT)).contains(stored);
    federation.store.delete(NEXT);

    artifacts().forTask(token(stored)).download(stored, folder.resolve("down"));
    store.download(stored, folder.resolve("read"));

    assertThat(artifact(NEXT, folder.resolve("down"))).isEqualTo(stored);
    assertThat(Files.mismatch(folder.resolve("down"), folder.resolve("read"))).isEqualTo(-1);
  }

  @Test
  void uploadsPassWhileThereIsNoRoomAndOldOnesMakeRoom() throws IOException {
    AtomicLong nanos = new AtomicLong();
    UploadCopies copies = new UploadCopies(folder.resolve("few"), 100, nanos::get);
    copies.want();
    Artifact first = keep(copies, "first", 60);
    nanos.set(Duration.ofMinutes(5).toNanos());
    Artifact second = keep(copies, "second", 40);

    assertThat(copies.begin(1)).isEmpty();
    nanos.set(Duration.ofMinutes(10).toNanos());
    assertThat(copies.begin(101)).isEmpty();
    UploadCopies.Copy third = copies.begin(60).orElseThrow();
    assertThat(copies.take(first, folder.resolve("a"))).isFalse();
    assertThat(copies.begin(1)).isEmpty();
    third.drop();
    assertThat(copies.take(second, folder.resolve("b"))).isTrue();
    assertThat(copies.begin(100)).isPresent();
  }

  private GatewayArtifacts artifacts() {
    return federation.opened(Sites.artifacts(gateway.addresses().get(0), berlin));
  }

  /** May read a model and write the update. */
  private byte[] token(Artifact readable) {
    return new TaskTokens(federation.keys)
        .seal(
            new SiteName("berlin"),
            new TaskClaim(
                ByteString.copyFromUtf8("t"),
                "fl/demo/job Train",
                Instant.now().plusSeconds(600),
                List.of(
                    new Grant(
                        "GET", readable.path(), readable.bytes(), Optional.of(readable.sha256())),
                    new Grant("PUT", UPDATE, 2_000_000, Optional.empty()))));
  }

  private static Artifact keep(UploadCopies copies, String path, int bytes) {
    byte[] content = new byte[bytes];
    UploadCopies.Copy copy = copies.begin(bytes).orElseThrow();
    copy.write(Unpooled.wrappedBuffer(content));
    copy.keep(path);
    return new Artifact(path, Digest.of(sha256(content)), bytes);
  }

  /** Files that are kept or being written. */
  private List<Path> uploads() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache1").resolve("uploads"))) {
      return files.toList();
    }
  }

  private Path file(String name, int bytes, long seed) throws IOException {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return Files.write(folder.resolve(name), content);
  }

  private static Artifact artifact(String path, Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    return new Artifact(path, Digest.of(sha256(content)), content.length);
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
