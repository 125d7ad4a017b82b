package io.roundhouse.server;

import static io.roundhouse.server.ServerStore.JOB;
import static io.roundhouse.server.ServerStore.LAYOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Aggregation;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.Exclusion;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.LateUpdate;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of updates whose signatures are not what they should be. */
@TestInstance(Lifecycle.PER_CLASS)
class SignedUpdatesTest {
  private static final int ROUND = 5;
  private static final SiteName BAD = new SiteName("a");

  private final SiteKey ours;
  private final SiteKey another;
  private final Map<String, X509Certificate> certificates;
  private ServerStore server;
  private Artifact global;

  SignedUpdatesTest(@TempDir Path folder) {
    ours = SiteKey.make(folder, "ours");
    another = SiteKey.make(folder, "another");
    certificates =
        Map.of("a", ours.certificate(), "b", another.certificate(), "c", another.certificate());
  }

  @BeforeEach
  void start(@TempDir Path folder) {
    server = new ServerStore(folder);
    global = server.model(LAYOUT.global(ROUND - 1, 1), 1, 2);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A forgery, and how a refusal names it. */
  enum Forgery {
    UNSIGNED("it is not signed, perhaps you should start the site from its kit"),
    NO_CERTIFICATE("the federation has no valid certificate of d, perhaps you should enrol"),
    SIGNED_BY_ANOTHER_SITE("its signature is not that of a for this update"),
    FOR_ANOTHER_ROUND("its signature is not that of a"),
    FOR_ANOTHER_TAKE("its signature is not that of a"),
    FOR_ANOTHER_JOB("its signature is not that of a"),
    FOR_ANOTHER_SITE("its signature is not that of a"),
    FOR_ANOTHER_ATTEMPT("its signature is not that of a"),
    FOR_OTHER_BYTES("its signature is not that of a"),
    FOR_ANOTHER_SIZE("its signature is not that of a"),
    FOR_FEWER_EXAMPLES("its signature is not that of a"),
    CHANGED("its signature is not that of a"),
    NO_BASE64("its signature is not that of a"),
    EMPTY("its signature is not that of a"),
    ENDLESS("its signature is not that of a");

    private final String reason;

    Forgery(String reason) {
      this.reason = reason;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isQuarantinedWithTheReason(Forgery forgery) {
    Aggregation result = aggregate(forged(forgery), good("b", 30), good("c", 10));

    assertThat(result.contributions())
        .extracting(one -> one.update().site().value())
        .containsExactly("b", "c");
    assertThat(result.quarantined()).hasSize(1);
    Exclusion exclusion = result.quarantined().get(0);
    assertThat(exclusion.cause()).isEqualTo(Exclusion.Cause.QUARANTINED);
    assertThat(exclusion.reason()).contains(forgery.reason);
    assertThat(server.values(result.model().orElseThrow())).containsExactly(3, 4);
  }

  @Test
  void takesWhatIsSignedAsItShould() {
    Update signed = ours.sign(JOB, ROUND, 1, update(BAD, 10));

    Aggregation result = aggregate(signed, good("b", 30), good("c", 10));

    assertThat(result.quarantined()).isEmpty();
    assertThat(result.contributions()).hasSize(3);
  }

  /** A late update is signed for the round that it was trained in. */
  @Test
  void looksAtLateUpdatesLikewise() {
    Update late = server.update(ROUND - 1, 1, "a", 10, 3, 4);
    LateUpdate good = new LateUpdate(ROUND - 1, 1, global, ours.sign(JOB, ROUND - 1, 1, late), 0);
    LateUpdate bad = new LateUpdate(ROUND - 1, 1, global, ours.sign(JOB, ROUND, 1, late), 0);

    assertThat(aggregate(List.of(good), good("b", 30), good("c", 10)).quarantined()).isEmpty();
    assertThat(aggregate(List.of(bad), good("b", 30), good("c", 10)).quarantined())
        .extracting(Exclusion::reason)
        .singleElement()
        .asString()
        .contains("its signature is not that of a");
  }

  private Update forged(Forgery forgery) {
    Update update = update(BAD, 10);
    Artifact artifact = update.artifact();
    Update signed = ours.sign(JOB, ROUND, 1, update);
    String base64 = signed.signature().orElseThrow();
    return switch (forgery) {
      case UNSIGNED -> update;
      case NO_CERTIFICATE -> ours.sign(JOB, ROUND, 1, update(new SiteName("d"), 10));
      case SIGNED_BY_ANOTHER_SITE -> another.sign(JOB, ROUND, 1, update);
      case FOR_ANOTHER_ROUND -> with(update, ours.sign(JOB, ROUND - 1, 1, update));
      case FOR_ANOTHER_TAKE -> with(update, ours.sign(JOB, ROUND, 2, update));
      case FOR_ANOTHER_JOB ->
          with(update, ours.sign(new JobId(JOB.project(), "other"), ROUND, 1, update));
      case FOR_ANOTHER_SITE ->
          with(
              update,
              ours.sign(JOB, ROUND, 1, new Update(new SiteName("b"), 1, artifact, 10, 0.5, 2)));
      case FOR_ANOTHER_ATTEMPT ->
          with(update, ours.sign(JOB, ROUND, 1, new Update(BAD, 2, artifact, 10, 0.5, 2)));
      case FOR_OTHER_BYTES ->
          with(
              update,
              ours.sign(
                  JOB,
                  ROUND,
                  1,
                  new Update(
                      BAD,
                      1,
                      new Artifact(artifact.path(), new Digest("0".repeat(64)), artifact.bytes()),
                      10,
                      0.5,
                      2)));
      case FOR_ANOTHER_SIZE ->
          with(
              update,
              ours.sign(
                  JOB,
                  ROUND,
                  1,
                  new Update(
                      BAD,
                      1,
                      new Artifact(artifact.path(), artifact.sha256(), artifact.bytes() + 1),
                      10,
                      0.5,
                      2)));
      case FOR_FEWER_EXAMPLES ->
          with(update, ours.sign(JOB, ROUND, 1, new Update(BAD, 1, artifact, 9, 0.5, 2)));
      case CHANGED -> {
        byte[] bytes = Base64.getDecoder().decode(base64);
        bytes[bytes.length - 1] ^= 1;
        yield update.signed(Base64.getEncoder().encodeToString(bytes));
      }
      case NO_BASE64 -> update.signed("<" + base64);
      case EMPTY -> update.signed("");
      case ENDLESS -> update.signed(base64.repeat(1_000));
    };
  }

  private static Update with(Update update, Update signed) {
    return update.signed(signed.signature().orElseThrow());
  }

  private Update update(SiteName site, long examples) {
    return server.update(ROUND, 1, site.value(), examples, 3, 4);
  }

  private Update good(String site, long examples) {
    return another.sign(JOB, ROUND, 1, update(new SiteName(site), examples));
  }

  private Aggregation aggregate(Update... updates) {
    return aggregate(List.of(), updates);
  }

  private Aggregation aggregate(List<LateUpdate> late, Update... updates) {
    return server
        .activities(
            new CertificateSignatures(site -> Optional.ofNullable(certificates.get(site.value()))))
        .aggregate(ServerStore.task(ROUND, 1, global, List.of(updates), late, 1));
  }
}
