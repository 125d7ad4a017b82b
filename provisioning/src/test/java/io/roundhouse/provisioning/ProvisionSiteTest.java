package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.roundhouse.domain.Identity;
import io.roundhouse.federation.Approval;
import io.roundhouse.federation.Denial;
import io.roundhouse.federation.Federation;
import io.roundhouse.federation.FederationInput;
import io.roundhouse.federation.Member;
import io.roundhouse.federation.ProvisionSite;
import io.roundhouse.federation.ProvisionStatus;
import io.roundhouse.federation.ProvisionStatus.State;
import io.roundhouse.federation.Registration;
import io.roundhouse.federation.Remove;
import io.roundhouse.federation.RevocationReason;
import io.roundhouse.federation.Revoke;
import io.roundhouse.kit.Kit;
import io.roundhouse.kit.Revocations;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.FederationLayout;
import io.roundhouse.workflows.TaskQueues;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How members join and stay, on a real authority and a real store, in a time that is skipped. */
@Timeout(180)
class ProvisionSiteTest {
  private static final Identity PARIS =
      new Identity("demo", Identity.Kind.SITE, "paris", "lab", Optional.empty());

  private final LiveFederation live;
  private final TestWorkflowEnvironment temporal;
  private final Clock clock;
  private final Provisioner provisioner;
  private final ArtifactStore store;
  private final Enrolment enrolment;
  private final EnrolmentFolder site;
  private EnrolmentToken token;

  ProvisionSiteTest(@TempDir Path folder) {
    live =
        new LiveFederation(
            folder, Fixture.FEDERATION.replace("paris: {", "paris: {enrolls: true, "));
    temporal = live.temporal;
    clock = live.clock;
    provisioner = live.provisioner;
    store = live.store;
    enrolment = live.enrolment;
    token = LiveFederation.token(live.report);
    site = new EnrolmentFolder(folder.resolve("paris"));
  }

  @AfterEach
  void close() {
    live.replay(ProvisionSite.workflowId(PARIS));
    live.replay(Federation.workflowId("demo"));
    live.close();
  }

  private EnrolmentAnswer ask() {
    String request = site.request("paris", Optional.of(PARIS.uri()), Optional.of(token.root()));
    return enrolment.answer(new EnrolmentAsk(token.text(), request));
  }

  private ProvisionSite request() {
    return live.request(PARIS);
  }

  private Federation federation() {
    return live.register();
  }

  private void startFederation() {
    Federation stub =
        temporal
            .getWorkflowClient()
            .newWorkflowStub(
                Federation.class,
                WorkflowOptions.newBuilder()
                    .setWorkflowId(Federation.workflowId("demo"))
                    .setTaskQueue(TaskQueues.SERVER)
                    .build());
    WorkflowClient.start(stub::run, FederationInput.of("demo"));
  }

  private void await(State state) {
    live.await(PARIS, state);
  }

  private Kit enrol() {
    ask();
    await(State.WAITING);
    request().approve(new Approval("ada", ""));
    EnrolmentAnswer answer = ask();
    assertThat(answer.state()).as(answer.message()).isEqualTo(EnrolmentAnswer.State.ISSUED);
    return new KitInstallation(clock)
        .open(Base64.getDecoder().decode(answer.kit().orElseThrow()), site.folder());
  }

  private Revocations revocations() {
    return Revocations.read(
        store.read(new FederationLayout("demo").revocations(), 1 << 20).orElseThrow(),
        provisioner.root());
  }

  private static void assertRefused(ThrowingCallable update, String why) {
    WorkflowUpdateException refused = catchThrowableOfType(WorkflowUpdateException.class, update);
    assertThat(refused).as("it was taken").isNotNull();
    assertThat(refused).hasCauseInstanceOf(ApplicationFailure.class);
    assertThat(refused.getCause()).hasMessageContaining(why);
  }

  @Test
  void aMemberIsLetInByAnApproval() {
    EnrolmentAnswer first = ask();
    assertThat(first.state()).isEqualTo(EnrolmentAnswer.State.WAITING);
    await(State.WAITING);
    ProvisionStatus waiting = request().status();
    assertThat(first.message()).contains(waiting.sha256().abbreviated());
    assertThat(ask().message()).isEqualTo(first.message());
    assertRefused(() -> request().approve(new Approval(" ", "")), "needs the name of who makes it");
    assertRefused(
        () -> request().approve(new Approval("ada", "x".repeat(501))), "more than 500 characters");

    ProvisionStatus approved = request().approve(new Approval("ada", "called them"));

    assertThat(approved.state()).isEqualTo(State.ISSUED);
    assertThat(approved.issued().orElseThrow().approvedBy()).isEqualTo("ada");
    assertRefused(() -> request().approve(new Approval("ada", "")), "is not open: issued");
    assertRefused(() -> request().deny(new Denial("ada", "")), "is not open: issued");
    EnrolmentAnswer answer = ask();
    Kit kit =
        new KitInstallation(clock)
            .open(Base64.getDecoder().decode(answer.kit().orElseThrow()), site.folder());
    assertThat(kit.identity()).isEqualTo(PARIS);
    assertThat(kit.key()).isEqualTo(site.privateKey());
    LiveFederation.await("the register", () -> federation().members().size() == 4);
    assertThat(federation().members())
        .extracting(member -> member.identity().name())
        .containsExactly("berlin", "central", "eve", "paris");
    assertThat(store.list("_federation/demo/"))
        .containsExactly("_federation/demo/crl.pem", "_federation/demo/kits/paris/0002.kit");
    assertThat(enrolment.newestKit(PARIS)).isPresent();
  }

  @Test
  void noKeyAndNoSecretIsInAnyHistory() {
    enrol();
    LiveFederation.await("the register", () -> federation().members().size() == 4);

    for (String id : List.of(ProvisionSite.workflowId(PARIS), Federation.workflowId("demo"))) {
      String history = temporal.getWorkflowClient().fetchHistory(id).toJson(false);
      String payloads = decoded(history);
      for (String secret :
          List.of(
              token.secret(),
              token.text(),
              live.sealingKey().strip(),
              "PRIVATE KEY",
              Base64.getEncoder()
                  .encodeToString(site.privateKey().getEncoded())
                  .substring(40, 80))) {
        assertThat(payloads).as(id).doesNotContain(secret);
      }
      assertThat(payloads).as("payloads are looked at").contains("\"paris\"");
    }
  }

  /** The history with its base64 payloads beside it in the clear. */
  private static String decoded(String json) {
    StringBuilder all = new StringBuilder(json);
    Matcher data = Pattern.compile("\"data\":\\s*\"([^\"]+)\"").matcher(json);
    while (data.find()) {
      all.append(new String(Base64.getDecoder().decode(data.group(1)), UTF_8));
    }
    return all.toString();
  }

  @Test
  void aMemberIsTurnedAwayWithTheReason() {
    ask();
    await(State.WAITING);

    ProvisionStatus denied = request().deny(new Denial("ada", "we do not know you"));

    assertThat(denied.state()).isEqualTo(State.DENIED);
    EnrolmentAnswer answer = ask();
    assertThat(answer.state()).isEqualTo(EnrolmentAnswer.State.REFUSED);
    assertThat(answer.message()).isEqualTo("denied by ada: we do not know you");
    assertThat(provisioner.workspace().members())
        .noneMatch(member -> member.identity().name().equals("paris"));
    // A new token is a new chance.
    token = LiveFederation.token(provisioner.invite("paris", Duration.ofDays(1)));
    assertThat(ask().state()).isEqualTo(EnrolmentAnswer.State.WAITING);
  }

  @Test
  void aRequestThatNobodyDecidesExpires() {
    ask();
    ProvisionStatus result = WorkflowStub.fromTyped(request()).getResult(ProvisionStatus.class);

    assertThat(result.state()).isEqualTo(State.EXPIRED);
    assertThat(ask().message()).isEqualTo("nobody approved it within 720 hours");
    assertThat(Duration.between(Instant.now(), clock.instant())).isGreaterThan(Duration.ofDays(29));
  }

  @Test
  void anExpiredTokenIsRefusedWithoutARequest() {
    temporal.sleep(Duration.ofDays(8));

    EnrolmentAnswer answer = ask();

    assertThat(answer.state()).isEqualTo(EnrolmentAnswer.State.REFUSED);
    assertThat(answer.message()).startsWith("the token expired on ");
    assertThatThrownBy(() -> request().status()).isInstanceOf(Exception.class);
  }

  @Test
  void aTokenIsUsedForOneKeyOnly() {
    ask();
    await(State.WAITING);
    String other = CertificateRequest.write(Keys.generate(), "paris", Optional.of(PARIS.uri()));

    EnrolmentAnswer answer = enrolment.answer(new EnrolmentAsk(token.text(), other));

    assertThat(answer.state()).isEqualTo(EnrolmentAnswer.State.REFUSED);
    assertThat(answer.message()).startsWith("the token was used already, for another key");
    assertThat(request().status().state()).isEqualTo(State.WAITING);
  }

  @Test
  void foreignAndMadeUpTokensLeadNowhere() {
    String request = CertificateRequest.write(Keys.generate(), "paris", Optional.empty());
    EnrolmentToken forged =
        EnrolmentToken.issue(
            new byte[32], token.id(), PARIS, token.servers(), token.root(), token.expires());

    for (String text : List.of(forged.text(), "rh1.AAAA", "", token.text().substring(9))) {
      EnrolmentAnswer answer = enrolment.answer(new EnrolmentAsk(text, request));
      assertThat(answer.state()).isEqualTo(EnrolmentAnswer.State.REFUSED);
    }
    for (String json : List.of("", "[]", "{}", "{\"token\":1}", "x".repeat(70_000))) {
      assertThat(new String(enrolment.answer(json.getBytes(UTF_8)), UTF_8)).contains("REFUSED");
    }
    assertThatThrownBy(() -> request().status()).isInstanceOf(Exception.class);
  }

  /** The gateway's check of a token is not the only one. */
  @Test
  void theAuthorityRefusesATokenThatItDidNotGiveOut() {
    EnrolmentToken unknown =
        EnrolmentToken.issue(
            Base64.getDecoder().decode(live.sealingKey().strip()),
            "00".repeat(8),
            PARIS,
            token.servers(),
            token.root(),
            token.expires());
    token = unknown;

    ask();

    WorkflowFailedException failed =
        catchThrowableOfType(
            WorkflowFailedException.class,
            () -> WorkflowStub.fromTyped(request()).getResult(ProvisionStatus.class));
    assertThat(failed.getCause()).hasMessageContaining("the token is not known");
    assertThat(ask().message()).startsWith("the token is not known");
  }

  @Test
  void whatFailsHalfWayIsTakenBack() {
    // Something else is where the kit would go.
    store.putIfAbsent("_federation/demo/kits/paris/0002.kit", new byte[] {1});
    ask();
    await(State.WAITING);

    ProvisionStatus status = request().approve(new Approval("ada", ""));

    assertThat(status.state()).isEqualTo(State.FAILED);
    assertThat(status.message()).contains("_federation/demo/kits/paris/0002.kit");
    WorkflowFailedException failed =
        catchThrowableOfType(
            WorkflowFailedException.class,
            () -> WorkflowStub.fromTyped(request()).getResult(ProvisionStatus.class));
    assertThat(failed.getCause())
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            cause -> assertThat(cause.getType()).isEqualTo("ProvisioningFailed"));
    Member paris = provisioner.workspace().register().require("paris").member();
    assertThat(paris.certificates()).hasSize(1);
    assertThat(paris.isValidAt(clock.instant())).isFalse();
    assertThat(revocations().size()).isEqualTo(1);
    assertThat(store.read("_federation/demo/kits/paris/0002.kit", 10)).contains(new byte[] {1});
    assertThat(ask().state()).isEqualTo(EnrolmentAnswer.State.REFUSED);
  }

  @Test
  void aKitIsRenewedForMonthsWithTheSameKey() {
    Kit first = enrol();
    Instant start = clock.instant();

    temporal.sleep(Duration.ofDays(245));
    LiveFederation.await(
        "the renewal", () -> request().status().issued().orElseThrow().times() == 2);
    temporal.sleep(Duration.ofDays(245));
    LiveFederation.await(
        "the second renewal", () -> request().status().issued().orElseThrow().times() == 3);

    Kit renewed =
        new KitInstallation(clock).open(enrolment.newestKit(PARIS).orElseThrow(), site.folder());
    assertThat(renewed.key()).isEqualTo(first.key());
    assertThat(renewed.validUntil())
        .as("as long as the authority")
        .isAfter(first.validUntil().plus(Duration.ofDays(360)));
    assertThat(Duration.between(start, clock.instant())).isGreaterThan(Duration.ofDays(480));
    LiveFederation.await(
        "the register",
        () ->
            federation().members().stream()
                .filter(member -> member.identity().equals(PARIS))
                .anyMatch(member -> member.newest().orElseThrow().kit() == renewed.number()));
    assertThat(federation().revocations().orElseThrow().number())
        .as("a list a day")
        .isGreaterThan(400);
  }

  @Test
  void aRenewalThatFailsIsTriedAgain() {
    enrol();
    store.putIfAbsent("_federation/demo/kits/paris/0003.kit", new byte[] {1});

    temporal.sleep(Duration.ofDays(244));
    LiveFederation.await(
        "a failure",
        () -> request().status().message().startsWith("could not be renewed, is tried again"));
    assertThat(request().status().state()).isEqualTo(State.ISSUED);
    assertThat(enrolment.newestKit(PARIS)).as("the one before is still there").isPresent();
    temporal.sleep(Duration.ofDays(2));

    LiveFederation.await(
        "the renewal", () -> request().status().issued().orElseThrow().times() == 2);
    assertThat(revocations().size()).as("what was made in vain").isEqualTo(1);
  }

  @Test
  void aRevokedMemberIsOutAtOnceAndNotRenewed() {
    Kit kit = enrol();
    LiveFederation.await("the register", () -> federation().members().size() == 4);
    assertThat(revocations().since(kit.chain())).isEmpty();
    assertRefused(
        () -> federation().revoke(new Revoke("ada", "pari", RevocationReason.CESSATION)),
        "perhaps you should write paris");
    assertRefused(
        () -> federation().revoke(new Revoke("", "paris", RevocationReason.CESSATION)),
        "needs the name of who gives it");
    assertRefused(
        () -> federation().remove(new Remove("ada", "paris")),
        "perhaps you should revoke it first");

    Member revoked =
        federation().revoke(new Revoke("ada", "paris", RevocationReason.KEY_COMPROMISE));

    assertThat(revoked.isValidAt(clock.instant())).isFalse();
    assertThat(revocations().since(kit.chain())).isPresent();
    assertThat(WorkflowStub.fromTyped(request()).getResult(ProvisionStatus.class).state())
        .isEqualTo(State.ENDED);
    assertThat(ask().message()).isEqualTo("revoked by ada: key_compromise");
    assertRefused(
        () -> federation().revoke(new Revoke("ada", "paris", RevocationReason.CESSATION)),
        "has no valid certificate");
    federation().remove(new Remove("ada", "paris"));
    assertThat(federation().members()).hasSize(3);
  }

  /** What is done at the prompt is taken up with the next refresh. */
  @Test
  void aMemberThatIsRevokedAtThePromptCanEnrolAnew() {
    Kit before = enrol();
    KitReport report =
        provisioner.reissue("paris", RevocationReason.KEY_COMPROMISE, new Delivery.Folders());
    token = LiveFederation.token(report);
    String request = CertificateRequest.write(Keys.generate(), "paris", Optional.of(PARIS.uri()));
    EnrolmentAsk anew = new EnrolmentAsk(token.text(), request);

    LiveFederation.await(
        "the end of the old one",
        () -> enrolment.answer(anew).state() == EnrolmentAnswer.State.WAITING);
    await(State.WAITING);
    request().approve(new Approval("ada", ""));

    assertThat(enrolment.answer(anew).state()).isEqualTo(EnrolmentAnswer.State.ISSUED);
    LiveFederation.await(
        "the list of the revoked", () -> revocations().since(before.chain()).isPresent());
    assertThat(
            federation().members().stream()
                .filter(member -> member.identity().equals(PARIS))
                .allMatch(member -> member.isValidAt(clock.instant())))
        .isTrue();
  }

  @Test
  void aMemberCannotBeOverrunByANewToken() {
    enrol();
    token = LiveFederation.token(provisioner.invite("paris", Duration.ofDays(1)));
    String request = CertificateRequest.write(Keys.generate(), "paris", Optional.of(PARIS.uri()));

    EnrolmentAnswer answer = enrolment.answer(new EnrolmentAsk(token.text(), request));

    assertThat(answer.state()).isEqualTo(EnrolmentAnswer.State.REFUSED);
    assertThat(answer.message()).startsWith("paris is a member already");
  }

  @Test
  void theRegisterStartsFromWhatTheAuthorityKnows() {
    startFederation();
    LiveFederation.await("the first refresh", () -> federation().revocations().isPresent());

    assertThat(federation().members())
        .extracting(member -> member.identity().name())
        .containsExactly("berlin", "central", "eve");
    provisioner.add(
        new MemberSpec.Site("oslo", "lab", Optional.empty(), false), new Delivery.Folders());
    federation().refresh();
    assertThat(federation().members())
        .extracting(member -> member.identity().name())
        .containsExactly("berlin", "central", "eve", "oslo");
    assertRefused(
        () ->
            federation()
                .register(
                    new Registration(
                        "ada",
                        new Member(
                            new Identity("other", Identity.Kind.SITE, "x", "lab", Optional.empty()),
                            List.of(),
                            List.of()))),
        "is of another federation");
  }

  @Test
  void theRegisterGoesOnAcrossContinueAsNew() {
    startFederation();
    LiveFederation.await("the first refresh", () -> federation().revocations().isPresent());
    String firstRun = WorkflowStub.fromTyped(federation()).describe().getExecution().getRunId();

    temporal.sleep(Duration.ofDays(150));
    LiveFederation.await(
        "the refreshes", () -> federation().revocations().orElseThrow().number() > 140);

    assertThat(federation().members()).hasSize(3);
    assertThat(WorkflowStub.fromTyped(federation()).describe().getExecution().getRunId())
        .as("it has continued as new")
        .isNotEqualTo(firstRun);
    assertThat(WorkflowStub.fromTyped(federation()).describe().getStatus())
        .isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
  }
}
