package io.roundhouse.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.roundhouse.cli.CommandRun;
import io.roundhouse.connection.Connection;
import io.roundhouse.connection.OpenConnection;
import io.roundhouse.domain.Identity;
import io.roundhouse.federation.Approval;
import io.roundhouse.federation.Federation;
import io.roundhouse.federation.ProvisionSite;
import io.roundhouse.federation.ProvisionStatus;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.kit.Kit;
import io.roundhouse.operate.LoopbackTemporal;
import io.roundhouse.provisioning.Delivery;
import io.roundhouse.provisioning.EnrolmentClient;
import io.roundhouse.provisioning.FederationFile;
import io.roundhouse.provisioning.KitReport;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.ProvisioningException;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.services.LocalTemporal;
import io.roundhouse.services.RealTemporal;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.StoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a token to a member and to its end, through the one port of a server as it runs from its
 * kit, with the authority as a part of it. On a real Temporal where there is one.
 */
@Timeout(240)
class EnrolmentAtGatewayTest {
  private static final Identity PARIS =
      new Identity("demo", Identity.Kind.SITE, "paris", "here", Optional.empty());
  private static final String PASSPHRASE = "a long passphrase";

  private final Path folder;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final int port = freePort();
  private String token = "";
  private Path site = Path.of("");

  EnrolmentAtGatewayTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  private String temporal() {
    if (RealTemporal.find().isPresent()) {
      LocalTemporal real =
          RealTemporal.start(RealTemporal.find().get(), folder.resolve("temporal"));
      parts.push(real.program());
      return real.address();
    }
    return opened(LoopbackTemporal.start()).address();
  }

  private Path kit(String name) {
    return folder.resolve("workspace/demo/kits-0001").resolve(name);
  }

  private Provisioner authority() {
    return Provisioner.open(
        Workspace.of(folder.resolve("workspace"), "demo"),
        Passphrase.of(PASSPHRASE.toCharArray()),
        Clock.systemUTC());
  }

  private OpenConnection start() throws IOException {
    FederationFile file =
        FederationFile.parse(
            """
            apiVersion: roundhouse/v1
            kind: Federation
            name: demo
            organisations: [here]
            servers:
              central: {addresses: ["127.0.0.1:%d"]}
            sites:
              berlin: {}
              paris: {enrolls: true}
            """
                .formatted(port));
    try (Provisioner provisioner =
        Provisioner.create(
            Workspace.of(folder.resolve("workspace"), "demo"),
            file.spec().validity(),
            Passphrase.of(PASSPHRASE.toCharArray()),
            Passphrase.of(PASSPHRASE.toCharArray()),
            Clock.systemUTC())) {
      KitReport report = provisioner.provision(file, new Delivery.Folders(), false);
      token = report.rows().stream().flatMap(row -> row.token().stream()).findFirst().orElseThrow();
    }
    StoreConfig store = opened(EmbeddedStore.start(folder.resolve("objects"))).config();
    String temporal = temporal();
    Path local = kit("central").resolve("local");
    Files.writeString(local.resolve("passphrase"), PASSPHRASE + "\n");
    Files.writeString(
        local.resolve("store.keys"),
        "accessKey: %s\nsecretKey: %s\n".formatted(store.accessKey(), store.secretKey()));
    Files.writeString(
        local.resolve("server.yml"),
        """
        temporal: {address: "%s"}
        store: {endpoint: "%s", bucket: %s, region: %s}
        gateway: {listen: "127.0.0.1:%d"}
        management: "127.0.0.1:%d"
        ca: {workspace: "%s", passphraseFile: passphrase}
        parts: [workflows, gateway, ca]
        """
            .formatted(
                temporal,
                store.endpoint(),
                store.bucket(),
                store.region(),
                port,
                freePort(),
                folder.resolve("workspace")));
    opened(ServerNode.start(Kit.open(kit("central"))));
    return opened(
        OpenConnection.forCommand(Connection.plain(temporal, Connection.DEFAULT_NAMESPACE)));
  }

  @BeforeEach
  void placeOfTheSite() {
    site = folder.resolve("paris");
  }

  @AfterEach
  void stop() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  private CommandRun enroll(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "enroll";
    arguments[1] = "--dir";
    arguments[2] = site.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(arguments);
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  private boolean isRefused(Kit kit) {
    try {
      Optional<byte[]> newest = EnrolmentClient.of(kit).newestKit();
      assertThat(newest).isPresent();
      return false;
    } catch (ProvisioningException e) {
      return true;
    }
  }

  @Test
  void whoAsksMoreThanTheGatewayLikesIsAnsweredInTheEnd() throws Exception {
    start();
    for (int asks = 0; asks < 20; asks++) {
      enroll("--no-wait", token).assertDone("Call this again");
    }
  }

  @Test
  void aSiteComesByTokenAndGoesWhenItIsRevoked() throws Exception {
    OpenConnection temporal = start();
    enroll("--no-wait", token).assertDone("site paris of federation demo", "Call this again");
    ProvisionSite request =
        temporal.client().newWorkflowStub(ProvisionSite.class, ProvisionSite.workflowId(PARIS));
    await("the request", () -> request.status().state() == ProvisionStatus.State.WAITING);
    assertThat(site.resolve("kit.json")).doesNotExist();

    request.approve(new Approval("ada", "known to us"));
    enroll(token).assertDone("the kit is in");

    Kit paris = Kit.open(site);
    assertThat(paris.identity()).isEqualTo(PARIS);
    assertThat(EnrolmentClient.of(paris).newestKit()).isPresent();
    enroll("--renew").assertDone("the kit is in");
    Kit berlin = Kit.open(kit("berlin"));
    assertThat(EnrolmentClient.of(berlin).newestKit()).as("was handed over").isEmpty();
    Federation register =
        temporal.client().newWorkflowStub(Federation.class, Federation.workflowId("demo"));
    await(
        "the register",
        () -> register.members().stream().anyMatch(member -> member.identity().equals(PARIS)));

    try (Provisioner prompt = authority()) {
      prompt.revoke("paris", "ada", RevocationReason.KEY_COMPROMISE);
    }

    await("the end", () -> isRefused(paris));
    assertThatThrownBy(() -> EnrolmentClient.of(paris).newestKit())
        .hasMessageContaining("no server of the federation answers");
    assertThat(EnrolmentClient.of(berlin).newestKit()).as("others stay").isEmpty();
    assertThat(Kit.open(kit("central")).revocations().get().since(paris.chain()))
        .as("the server's own list")
        .isPresent();
    await("the end of its renewals", () -> request.status().state() == ProvisionStatus.State.ENDED);
    assertThat(enroll(token).err()).contains("revoked by ada");
  }
}
