package io.roundhouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.SiteName;
import io.roundhouse.gateway.Authority.Credentials;
import io.roundhouse.storage.ArtifactExistsException;
import io.roundhouse.storage.ArtifactMissingException;
import io.roundhouse.storage.Artifacts;
import io.roundhouse.storage.Content;
import io.roundhouse.storage.CorruptArtifactException;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.GatewayArtifacts;
import io.roundhouse.storage.StorageException;
import io.roundhouse.storage.StoreUnavailableException;
import io.roundhouse.storage.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Artifacts through the gateway, for those who keep the rules and those who do not. */
@Timeout(120)
class ArtifactsTest {
  private static final String UPDATE = "demo/job/rounds/00001/updates/berlin.1.safetensors";
  private static final int MOST = 2_000_000;

  private final Path folder;
  private TestFederation federation;
  private Gateway gateway;
  private Credentials berlin;
  private Artifact model;
  private byte[] token;

  ArtifactsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void start() {
    federation = new TestFederation(folder);
    gateway = federation.gateway();
    berlin = federation.authority.site("berlin");
    model = Sites.model(federation, 1_000_000, 7);
    token = token("berlin", Instant.now().plusSeconds(600));
  }

  @AfterEach
  void stop() throws Exception {
    federation.close();
  }

  @ParameterizedTest
  @EnumSource(ArtifactsMode.class)
  void givesAndTakes(ArtifactsMode mode) throws IOException {
    Gateway its = federation.gateway(federation.config(mode, Limits.DEFAULT));
    Artifacts artifacts = artifacts(its, berlin).forTask(token);
    Path down = folder.resolve("down");
    artifacts.download(model, down);
    artifacts.download(model, folder.resolve("again"));

    Artifact update = artifacts.putIfAbsent(UPDATE, down);

    assertThat(update).isEqualTo(new Artifact(UPDATE, model.sha256(), 1_000_000));
    assertThat(federation.store.find(UPDATE)).contains(update);
    assertThat(Files.mismatch(down, folder.resolve("again"))).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(ArtifactsMode.class)
  void theSameBytesAgainAreFineOthersAreNot(ArtifactsMode mode) throws IOException {
    Gateway its = federation.gateway(federation.config(mode, Limits.DEFAULT));
    Artifacts artifacts = artifacts(its, berlin).forTask(token);
    Path one = file("one", 100_000, 1);
    Path other = file("other", 100_000, 2);

    Artifact first = artifacts.putIfAbsent(UPDATE, one);
    assertThat(artifacts.putIfAbsent(UPDATE, one)).isEqualTo(first);
    assertThatThrownBy(() -> artifacts.putIfAbsent(UPDATE, other))
        .isInstanceOf(ArtifactExistsException.class);
    assertThat(federation.store.find(UPDATE)).contains(first);
  }

  @Test
  void takesLargeOnesInParts() throws IOException {
    Gateway parting =
        federation.opened(
            Gateway.start(
                federation.config(ArtifactsMode.RELAY, Limits.DEFAULT), 100_000, 5 << 20));
    int bytes = 12_000_001;
    byte[] wide = token("berlin", Instant.now().plusSeconds(600), bytes);
    Artifacts artifacts = artifacts(parting, berlin).forTask(wide);
    Path file = file("large", bytes, 3);

    Artifact update = artifacts.putIfAbsent(UPDATE, file);

    assertThat(federation.store.find(UPDATE)).contains(update);
    assertThat(artifacts.putIfAbsent(UPDATE, file)).isEqualTo(update);
    assertThatThrownBy(() -> artifacts.putIfAbsent(UPDATE, file("other", bytes, 4)))
        .isInstanceOf(ArtifactExistsException.class);
    assertThat(federation.store.find(UPDATE)).contains(update);
  }

  @Test
  void takesTheEmpty() throws IOException {
    Path empty = file("empty", 0, 1);

    Artifact update = artifacts(gateway, berlin).forTask(token).putIfAbsent(UPDATE, empty);

    assertThat(federation.store.find(UPDATE)).contains(update);
  }

  @Test
  void givesRanges() throws IOException {
    byte[] whole = federation.store.read(model.path(), MOST).orElseThrow();
    try (RawConnection http = http(gateway, berlin)) {
      http.send(get(model.path(), "Range: bytes=500000-500009\r\n"));
      assertThat(http.head())
          .startsWith("HTTP/1.1 206 ")
          .containsIgnoringCase("content-range: bytes 500000-500009/1000000")
          .containsIgnoringCase("etag: \"" + model.sha256() + "\"");
      assertThat(http.body(10)).isEqualTo(java.util.Arrays.copyOfRange(whole, 500_000, 500_010));

      http.send(get(model.path(), "Range: bytes=-3\r\nIf-Range: \"" + model.sha256() + "\"\r\n"));
      assertThat(http.head()).startsWith("HTTP/1.1 206 ");
      assertThat(http.body(3)).isEqualTo(java.util.Arrays.copyOfRange(whole, 999_997, 1_000_000));

      http.send(get(model.path(), "Range: bytes=5-6\r\nIf-Range: \"another\"\r\n"));
      assertThat(http.head()).startsWith("HTTP/1.1 200 ");
      assertThat(http.body(1_000_000)).isEqualTo(whole);

      http.send(get(model.path(), "Range: bytes=1000000-\r\n"));
      assertThat(http.answer())
          .startsWith("HTTP/1.1 416 ")
          .containsIgnoringCase("content-range: bytes */1000000");

      http.send(get(model.path(), "Range: bytes=99999999999999999999-\r\n"));
      assertThat(http.head()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void readsTheStoreOnceForManySites() throws IOException {
    List<CompletableFuture<Void>> downloads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String name = "s" + i;
      Artifacts artifacts =
          artifacts(gateway, federation.authority.site(name))
              .forTask(token(name, Instant.now().plusSeconds(600)));
      Path file = folder.resolve(name);
      downloads.add(CompletableFuture.runAsync(() -> artifacts.download(model, file)));
    }
    downloads.forEach(CompletableFuture::join);
    federation.store.delete(model.path());

    artifacts(gateway, berlin).forTask(token).download(model, folder.resolve("later"));

    assertThat(folder.resolve("later")).hasSize(1_000_000);
  }

  @Test
  void nobodyGetsACorruptModel() {
    Artifact wrong = new Artifact(model.path(), new Digest("0".repeat(64)), model.bytes());
    byte[] claim =
        seal("berlin", new Grant("GET", wrong.path(), wrong.bytes(), Optional.of(wrong.sha256())));
    GatewayArtifacts access = impatient(gateway, berlin);

    assertThatThrownBy(() -> access.forTask(claim).download(wrong, folder.resolve("x")))
        .isInstanceOf(StorageException.class);
    assertThat(folder.resolve("x")).doesNotExist();

    Artifact shorter = new Artifact(model.path(), model.sha256(), 10);
    byte[] short10 =
        seal("berlin", new Grant("GET", model.path(), 1_000_000, Optional.of(model.sha256())));
    assertThatThrownBy(() -> access.forTask(short10).download(shorter, folder.resolve("x")))
        .isInstanceOf(CorruptArtifactException.class);
  }

  @Test
  void saysWhatIsMissing() {
    Artifact gone = new Artifact("demo/job/gone", model.sha256(), 5);
    byte[] claim = seal("berlin", new Grant("GET", gone.path(), 5, Optional.of(gone.sha256())));

    assertThatThrownBy(
            () -> artifacts(gateway, berlin).forTask(claim).download(gone, folder.resolve("gone")))
        .isInstanceOf(ArtifactMissingException.class);
  }

  @Test
  void aTaskReadsAndWritesItsOwnOnly() throws IOException {
    federation.store.putIfAbsent("demo/job/job.yml", new byte[10]);
    Artifacts artifacts = artifacts(gateway, berlin).forTask(token);
    Path file = file("file", 100, 1);
    for (String path :
        List.of(
            "demo/job/rounds/00001/updates/paris.1.safetensors",
            "demo/job/rounds/00001/updates/berlin.2.safetensors",
            "demo/job/rounds/00002/updates/berlin.1.safetensors",
            "demo/job/rounds/00001/global.safetensors",
            model.path())) {
      assertThatThrownBy(() -> artifacts.putIfAbsent(path, file))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("the task may not PUT");
    }
    for (String path : List.of("demo/job/job.yml", UPDATE)) {
      Artifact wanted = new Artifact(path, model.sha256(), 10);
      assertThatThrownBy(() -> artifacts.download(wanted, folder.resolve("x")))
          .hasMessageContaining("the task may not GET");
    }
    assertThat(federation.store.list("demo/job/rounds/")).containsExactly(model.path());
  }

  @Test
  void aTokenIsGoodForItsSiteItsTimeAndItsTask() throws IOException {
    Path file = file("file", 100, 1);
    Credentials paris = federation.authority.site("paris");
    refused(artifacts(gateway, paris).forTask(token), file, "was not given to this site");
    refused(
        artifacts(gateway, berlin).forTask(token("berlin", Instant.now().minusSeconds(1))),
        file,
        "the task's time is over");
    refused(artifacts(gateway, berlin).forTask(new byte[0]), file, "for a task only");
    refused(artifacts(gateway, berlin).forTask(new byte[200]), file, "was not given to this site");
    for (int i = 0; i < token.length; i += 7) {
      byte[] edited = token.clone();
      edited[i] ^= 4;
      refused(artifacts(gateway, berlin).forTask(edited), file, "was not given to this site");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/artifacts/demo/job/rounds/00000/../00000/global.safetensors",
        "/v1/artifacts/demo/job/rounds/00000/%2e%2e/00000/global.safetensors",
        "/v1/artifacts/demo/job/rounds/00000%2fglobal.safetensors/%2e%2e/%2e%2e/%2e%2e/etc",
        "/v1/artifacts/../../etc/passwd",
        "/v1/artifacts/demo%252fjob%252frounds%252f00000%252fglobal.safetensors",
        "/v1/artifacts//demo/job/rounds/00000/global.safetensors",
        "/v1/artifacts/demo/job/rounds/00000/global.safetensors/",
        "/v1/artifacts/demo/job/rounds/00000/global.safetensors%00",
        "/v1/artifacts/demo/job/rounds/00000/global.safetensors?versionId=1",
        "/v1/artifacts/demo/job/rounds/00000/GLOBAL.safetensors",
        "/v1/artifacts?prefix=demo",
        "/v1/artifacts",
        "/"
      })
  void pathsLeadNowhereElse(String uri) throws IOException {
    try (RawConnection http = http(gateway, berlin)) {
      http.send("GET " + uri + " HTTP/1.1\r\nHost: g\r\n" + taskHeader() + "\r\n");
      assertThat(http.answer()).containsPattern("^HTTP/1.1 (400|403|404) ").contains("\"error\"");
    }
  }

  @Test
  void anEncodedPathIsThePath() throws IOException {
    try (RawConnection http = http(gateway, berlin)) {
      http.send(get("demo%2Fjob/rounds/%30%30000/global.safetensors", ""));
      assertThat(http.head()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void refusesTooLongABody() throws IOException {
    try (RawConnection http = http(gateway, berlin)) {
      http.send(put(MOST + 1, "Expect: 100-continue\r\n"));
      assertThat(http.answer())
          .startsWith("HTTP/1.1 413 ")
          .contains("the task may write 2000000 bytes, not 2000001, perhaps you should");
    }
    try (RawConnection http = http(gateway, berlin)) {
      http.send(put(Long.MAX_VALUE, ""));
      assertThat(http.answer()).startsWith("HTTP/1.1 413 ");
    }
    assertThatThrownBy(
            () ->
                artifacts(gateway, berlin)
                    .forTask(token)
                    .putIfAbsent(UPDATE, file("large", MOST + 1, 1)))
        .hasMessageContaining("the task may write 2000000 bytes");
    assertThat(federation.store.find(UPDATE)).isEmpty();
  }

  @Test
  void refusesBodiesOfUnclearLength() throws IOException {
    for (String headers :
        List.of(
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: -5\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length : 5\r\n",
            "Content-Length: 5\r\nTransfer-Encoding : chunked\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: \tchunked\r\n",
            "")) {
      try (RawConnection http = http(gateway, berlin)) {
        http.send(
            "PUT /v1/artifacts/"
                + UPDATE
                + " HTTP/1.1\r\nHost: g\r\n"
                + taskHeader()
                + headers
                + "\r\n5\r\nhello\r\n0\r\n\r\nGET /v1/artifacts/x HTTP/1.1\r\nHost: g\r\n\r\n");
        String answers = http.rest();
        assertThat(answers).as(headers).containsPattern("^HTTP/1.1 400 ");
        assertThat(answers.split("HTTP/1.1 ", -1)).as(headers).hasSize(2);
      }
    }
    assertThat(federation.store.find(UPDATE)).isEmpty();
  }

  @Test
  void aCutUploadLeavesNothing() throws IOException {
    byte[] content = new byte[900_000];
    try (RawConnection http = http(gateway, berlin)) {
      http.send(put(1_000_000, ""));
      http.send(content, 0, content.length);
      http.cut();
    }
    // Its place is free: the whole body is taken after it.
    Path file = file("whole", 500_000, 9);

    Artifact update = artifacts(gateway, berlin).forTask(token).putIfAbsent(UPDATE, file);

    assertThat(federation.store.find(UPDATE)).contains(update);
  }

  @Test
  void aCutUploadInPartsLeavesNothing() throws IOException {
    Gateway parting =
        federation.opened(
            Gateway.start(
                federation.config(ArtifactsMode.RELAY, Limits.DEFAULT), 100_000, 5 << 20));
    token = token("berlin", Instant.now().plusSeconds(600), 20_000_000);
    byte[] content = new byte[7_000_000];
    try (RawConnection http = http(parting, berlin)) {
      http.send(put(20_000_000, ""));
      http.send(content, 0, content.length);
      http.cut();
    }
    Path file = file("whole", 500_000, 9);

    Artifact update = artifacts(parting, berlin).forTask(token).putIfAbsent(UPDATE, file);

    assertThat(federation.store.find(UPDATE)).contains(update);
  }

  @Test
  void whatFollowsABodyIsNotPartOfIt() throws IOException {
    byte[] body = new byte[1000];
    new Random(4).nextBytes(body);
    try (RawConnection http = http(gateway, berlin)) {
      http.send(put(900, ""));
      http.send(body, 0, body.length);
      assertThat(end(http)).containsPattern("^(HTTP/1.1 201 .*|HTTP/1.1 400 .*|$)");
    }
    assertThat(federation.store.find(UPDATE).map(Artifact::bytes))
        .isIn(Optional.of(900L), Optional.empty());
  }

  @Test
  void asksForABodyOnlyIfItMayCome() throws IOException {
    try (RawConnection http = http(gateway, berlin)) {
      http.send(put(10, "Expect: 100-continue\r\n"));
      assertThat(http.head()).startsWith("HTTP/1.1 100 ");
      http.send("0123456789");
      assertThat(http.answer()).startsWith("HTTP/1.1 201 ");
    }
    try (RawConnection http = http(gateway, federation.authority.site("paris"))) {
      http.send(put(10, "Expect: 100-continue\r\n"));
      assertThat(http.answer()).startsWith("HTTP/1.1 403 ");
      assertThat(http.rest()).isEmpty();
    }
  }

  @Test
  void slowHeadsAndSilentBodiesAreCut() throws IOException {
    GatewayConfig config = federation.config(ArtifactsMode.RELAY, Limits.DEFAULT);
    Gateway hasty =
        federation.gateway(
            TestFederation.with(
                config,
                new Patience(
                    Duration.ofSeconds(20),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(60),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1))));
    try (RawConnection http = http(hasty, berlin)) {
      http.send("GET /v1/artifacts/a HTTP/1.1\r\nHost: ");
      assertThat(end(http)).isEmpty();
    }
    try (RawConnection http = http(hasty, berlin)) {
      http.send(put(1_000_000, "")).send("a few bytes");
      assertThat(end(http)).doesNotContain("201");
    }
    assertThat(federation.store.find(UPDATE)).isEmpty();
  }

  @Test
  void refusesHugeHeads() throws IOException {
    for (String head :
        List.of(
            "GET /v1/artifacts/" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n",
            "GET /v1/artifacts/a HTTP/1.1\r\nX: " + "a".repeat(50_000) + "\r\n\r\n",
            "GET /v1/artifacts/a HTTP/1.1\r\n" + "X: a\r\n".repeat(20_000) + "\r\n",
            "GET /v1/artifacts/a HTTP/1.0\r\n\r\n",
            "nonsense\r\n\r\n",
            "\u0000\u0001\u0002\r\n\r\n")) {
      try (RawConnection http = http(gateway, berlin)) {
        http.send(head);
        assertThat(end(http)).containsPattern("^(HTTP/1.1 400 .*|$)");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ArtifactsMode.class)
  void operatorsListAndReadByRole(ArtifactsMode mode) throws IOException {
    Gateway asked = federation.gateway(federation.config(mode, Limits.DEFAULT));
    federation.store.putIfAbsent("demo/job/job.yml", new byte[10]);
    federation.store.putIfAbsent("other/job/job.yml", new byte[10]);
    GatewayArtifacts member =
        artifacts(asked, federation.authority.operator("mia", "charite", Role.MEMBER));

    assertThat(member.list("demo/"))
        .containsExactly(
            new StoredObject("demo/job/job.yml", 10), new StoredObject(model.path(), 1_000_000));
    member.download(model.path(), folder.resolve("model"));
    assertThat(folder.resolve("model")).hasSize(1_000_000);
    assertThatThrownBy(() -> member.download("demo/job/none", folder.resolve("none")))
        .isInstanceOf(ArtifactMissingException.class);
    assertThat(folder.resolve("none")).doesNotExist();
    Path file = file("file", 10, 1);
    assertThatThrownBy(() -> member.forTask(token).putIfAbsent("demo/job/report.html", file))
        .hasMessageContaining("operators read artifacts");
    federation.awaitAudited("\"action\":\"GET\",\"object\":\"" + model.path() + "\"");
  }

  @Test
  void operatorsReadRanges() throws IOException {
    Credentials lead = federation.authority.operator("ana", "charite", Role.LEAD);
    byte[] whole = federation.store.read(model.path(), MOST).orElseThrow();
    try (RawConnection http = RawConnection.http(Clients.context(lead), address(gateway))) {
      http.send("GET /v1/artifacts/" + model.path() + " HTTP/1.1\r\nRange: bytes=10-19\r\n\r\n");
      assertThat(http.head()).startsWith("HTTP/1.1 206 ");
      assertThat(http.body(10)).isEqualTo(java.util.Arrays.copyOfRange(whole, 10, 20));
      http.send("GET /v1/artifacts/" + model.path() + " HTTP/1.1\r\nRange: bytes=2000000-\r\n\r\n");
      assertThat(http.answer()).startsWith("HTTP/1.1 416 ");
    }
  }

  @Test
  void aDownloadGoesOnWhereItWasCut() throws Exception {
    Artifact large = large(30_000_000);
    byte[] claim =
        seal("berlin", new Grant("GET", large.path(), large.bytes(), Optional.of(large.sha256())));
    try (CuttingRelay relay = new CuttingRelay(address(gateway), 4_000_000)) {
      GatewayArtifacts access = federation.opened(Sites.artifacts(relay.address(), berlin));

      access.forTask(claim).download(large, folder.resolve("large"));

      assertThat(folder.resolve("large")).hasSize(30_000_000);
      assertThat(relay.connections()).isGreaterThan(5);
    }
  }

  @Test
  void anUploadBeginsAnewWhenItIsCut() throws Exception {
    Path file = file("update", 1_500_000, 5);
    try (CuttingRelay relay = new CuttingRelay(address(gateway), 1_000_000).growing()) {
      GatewayArtifacts access = federation.opened(Sites.artifacts(relay.address(), berlin));

      Artifact update = access.forTask(token).putIfAbsent(UPDATE, file);

      assertThat(federation.store.find(UPDATE)).contains(update);
      assertThat(relay.connections()).isGreaterThan(1);
    }
  }

  @Test
  void asksTheNextGatewayWhenOneIsAway() throws IOException {
    Gateway other = federation.gateway();
    int port = address(other).getPort();
    other.close();
    GatewayArtifacts access =
        federation.opened(
            new GatewayArtifacts(
                List.of("127.0.0.1:" + port, "127.0.0.1:" + address(gateway).getPort()),
                Clients.tls(berlin),
                Duration.ofSeconds(20)));

    access.forTask(token).download(model, folder.resolve("model"));

    assertThat(folder.resolve("model")).hasSize(1_000_000);
  }

  @Test
  void saysThatNobodyAnswersOrThatTheCertificateIsRefused() {
    Gateway other = federation.gateway();
    int port = address(other).getPort();
    other.close();
    GatewayArtifacts nobody =
        federation.opened(
            new GatewayArtifacts(
                List.of("127.0.0.1:" + port), Clients.tls(berlin), Duration.ofMillis(200)));
    assertThatThrownBy(() -> nobody.forTask(token).download(model, folder.resolve("x")))
        .hasMessageContaining("did not answer")
        .hasMessageContaining("perhaps you should check that it runs");

    Credentials stranger = new Authority().site("berlin");
    GatewayArtifacts refused =
        artifacts(
            gateway,
            new Credentials(stranger.chain(), stranger.keys(), federation.authority.root()));
    assertThatThrownBy(() -> refused.forTask(token).download(model, folder.resolve("x")))
        .hasMessageContaining("do not accept each other's certificates")
        .hasMessageContaining("perhaps you should check that the kit");
    GatewayArtifacts suspicious =
        artifacts(gateway, new Credentials(berlin.chain(), berlin.keys(), new Authority().root()));
    assertThatThrownBy(() -> suspicious.forTask(token).download(model, folder.resolve("x")))
        .hasMessageContaining("do not accept each other's certificates");
  }

  @Test
  void saysThatItIsTheStoreThatRefuses() {
    Gateway direct = federation.gateway(federation.config(ArtifactsMode.DIRECT, Limits.DEFAULT));
    Artifacts artifacts = artifacts(direct, berlin).forTask(token);
    AtomicInteger times = new AtomicInteger();
    Content changing =
        new Content() {
          @Override
          public long bytes() {
            return 100_000;
          }

          @Override
          public InputStream from(long offset) {
            byte[] content = new byte[100_000];
            content[0] = (byte) times.incrementAndGet();
            return new ByteArrayInputStream(content, (int) offset, content.length);
          }
        };
    assertThatThrownBy(() -> artifacts.putIfAbsent(UPDATE, changing))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("the store at '" + federation.storeConfig.endpoint())
        .hasMessageContaining("refused what the gateway had signed (400 ")
        .hasMessageContaining(
            "perhaps you should check what is between this machine and the store");
  }

  @Test
  void saysThatItIsTheStoreThatDoesNotAnswer() {
    GatewayConfig config = federation.config(ArtifactsMode.DIRECT, Limits.DEFAULT);
    EmbeddedStore away = EmbeddedStore.start(folder.resolve("away"));
    Gateway direct = federation.gateway(TestFederation.with(config, away.config()));
    away.close();
    Artifacts artifacts = impatient(direct, berlin).forTask(token);
    assertThatThrownBy(() -> artifacts.download(model, folder.resolve("x")))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageStartingWith("the store at '" + away.config().endpoint())
        .hasMessageContaining("did not answer")
        .hasMessageContaining("have the gateway relay artifacts");
  }

  private static void refused(Artifacts artifacts, Path file, String reason) {
    assertThatThrownBy(() -> artifacts.putIfAbsent(UPDATE, file))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(reason);
  }

  private Artifact large(int bytes) {
    byte[] content = new byte[bytes];
    new Random(11).nextBytes(content);
    return federation.store.putIfAbsent("demo/job/large", content);
  }

  private Path file(String name, int bytes, long seed) throws IOException {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return Files.write(folder.resolve(name), content);
  }

  private byte[] token(String site, Instant until) {
    return token(site, until, MOST);
  }

  private byte[] token(String site, Instant until, long most) {
    return new TaskTokens(federation.keys)
        .seal(
            new SiteName(site),
            new TaskClaim(
                ByteString.copyFromUtf8("t"),
                "fl/demo/job Train",
                until,
                List.of(
                    new Grant("GET", model.path(), model.bytes(), Optional.of(model.sha256())),
                    new Grant("PUT", UPDATE, most, Optional.empty()))));
  }

  private byte[] seal(String site, Grant grant) {
    return new TaskTokens(federation.keys)
        .seal(
            new SiteName(site),
            new TaskClaim(
                ByteString.copyFromUtf8("t"),
                "task",
                Instant.now().plusSeconds(600),
                List.of(grant)));
  }

  private GatewayArtifacts artifacts(Gateway at, Credentials credentials) {
    return federation.opened(Sites.artifacts(address(at), credentials));
  }

  private GatewayArtifacts impatient(Gateway at, Credentials credentials) {
    return federation.opened(
        new GatewayArtifacts(
            List.of("127.0.0.1:" + address(at).getPort()),
            Clients.tls(credentials),
            Duration.ofMillis(500)));
  }

  private static InetSocketAddress address(Gateway at) {
    return at.addresses().get(0);
  }

  private static RawConnection http(Gateway at, Credentials credentials) throws IOException {
    return RawConnection.http(Clients.context(credentials), address(at));
  }

  private String get(String path, String headers) {
    return "GET /v1/artifacts/"
        + path
        + " HTTP/1.1\r\nHost: g\r\n"
        + taskHeader()
        + headers
        + "\r\n";
  }

  private String put(long length, String headers) {
    return "PUT /v1/artifacts/"
        + UPDATE
        + " HTTP/1.1\r\nHost: g\r\n"
        + taskHeader()
        + "Content-Length: "
        + length
        + "\r\n"
        + headers
        + "\r\n";
  }

  private String taskHeader() {
    return "Roundhouse-Task: "
        + Base64.getUrlEncoder().withoutPadding().encodeToString(token)
        + "\r\n";
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
