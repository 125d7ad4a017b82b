package io.roundhouse.site;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Identity;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Role;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.ProgramSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.InitializeTask;
import io.roundhouse.workflows.ModelActivities;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.PrepareTask;
import io.roundhouse.workflows.Readiness;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A site with a policy, a key and programs of the shell, over a real store. */
class ProgramSiteTest {
  private static final JobId JOB = new JobId("cardio", "digits");
  private static final SiteName SITE = new SiteName("berlin");
  private static final Identity ANNA =
      new Identity("demo", Identity.Kind.OPERATOR, "anna", "charite", Optional.of(Role.LEAD));
  private static final ModelSpec MODEL =
      new ModelSpec.Tensors(
          List.of(
              new ModelSpec.Tensors.Shape("w", List.of(2L, 3L)),
              new ModelSpec.Tensors.Shape("b", List.of(3L))));

  /** A Monday in Berlin, 12:00. */
  private static final Instant NOON = Instant.parse("2026-11-23T11:00:00Z");

  private final Path folder;
  private final EmbeddedStore objects;
  private final ArtifactStore store;
  private final TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
  private final TestActivityEnvironment central = TestActivityEnvironment.newInstance();

  ProgramSiteTest(@TempDir Path folder) {
    this.folder = folder;
    objects = EmbeddedStore.start(folder.resolve("store"));
    store = ArtifactStore.connect(objects.config());
  }

  @BeforeEach
  void writePrograms() throws IOException {
    Files.createDirectories(folder.resolve("scans"));
    Files.createFile(folder.resolve("seen"));
    Files.writeString(
        folder.resolve("good.sh"),
        """
        cp task.json "$1"
        train=$(sed -n 's/.*"train" *: *"\\(.*\\)".*/\\1/p' task.json | tail -n 1)
        cp "$train" "$1.csv" 2>/dev/null
        echo "devices: $CUDA_VISIBLE_DEVICES" >"$1.devices"
        echo '{"epoch": 1, "loss": 0.25, "samples": 2}'
        cp model.safetensors update.safetensors
        echo '{"examples": 2, "loss": 0.5, "accuracy": 0.75}' >result.json
        """);
  }

  @AfterEach
  void stop() {
    temporal.close();
    central.close();
    store.close();
    objects.close();
  }

  @Test
  void takesPartTrainsAndEvaluatesByAProgram() throws Exception {
    ConcurrentLinkedQueue<Object> beats = new ConcurrentLinkedQueue<>();
    temporal.setActivityHeartbeatListener(Object.class, beats::add);
    KeyPair keys = keys();
    start(site(policy(GOOD), Optional.of(new UpdateSigner(keys.getPrivate()))));

    assertThat(prepare("rows", "copy")).isEqualTo(new Readiness(SITE, 2, 1));
    assertThat(prepare("scans", "copy")).isEqualTo(new Readiness(SITE, 120, 0));
    Artifact model = initialize(Optional.empty());
    Update update = train(model, "rows");

    assertThat(update.examples()).isEqualTo(2);
    assertThat(update.loss()).isEqualTo(0.5);
    assertThat(update.artifact().sha256()).isEqualTo(model.sha256());
    assertThat(update.artifact().path())
        .isEqualTo(
            "cardio/digits/rounds/00003/updates/berlin." + update.attempt() + ".safetensors");
    // What follows the first heartbeat within its interval is sent later, or never.
    assertThat(beats).isNotEmpty();
    assertThat(isSigned(update, keys)).isTrue();
    assertThat(Files.readString(folder.resolve("seen.csv"))).isEqualTo("0,0.5,1\n1,2,0\n");
    assertThat(Files.readString(folder.resolve("seen"))).contains("\"action\" : \"train\"");
    assertThat(folder.resolve("site/programs/checkpoints")).isEmptyDirectory();
    assertThat(evaluate(model, "rows")).isEqualTo(new Metrics(0.75, 0.5, 2));
    assertThat(Files.readString(folder.resolve("seen"))).contains("\"action\" : \"evaluate\"");
  }

  @Test
  void handsOutDevicesToOneTaskAtATime() throws Exception {
    String yaml =
        """
        allow: {programs: {copy: {command: [sh, ./good.sh, ./seen], gpus: 1}}}
        slots: {tasks: 2, gpus: [1, 0]}
        """;
    start(site(policy(yaml), Optional.empty()));
    Artifact model = initialize(Optional.empty());
    train(model, "rows");
    assertThat(folder.resolve("seen.devices")).hasContent("devices: 1\n");
    train(model, "rows");
    assertThat(folder.resolve("seen.devices")).hasContent("devices: 0\n");
  }

  @Test
  void refusesInTheWordsOfItsPolicy() {
    start(
        site(
            policy(
                """
                allow:
                  projects: [onco]
                  submitters: {organisations: [ulm]}
                """),
            Optional.empty()));
    Artifact model = initialize(Optional.empty());
    for (ThrowingCallable task :
        List.<ThrowingCallable>of(
            () -> prepare("rows", "copy"),
            () -> train(model, "rows"),
            () -> evaluate(model, "rows"))) {
      failure(task)
          .returns("PolicyRefused", ApplicationFailure::getType)
          .returns(true, ApplicationFailure::isNonRetryable)
          .returns(
              "this site's policy refuses it: allow.projects has onco, not 'cardio';"
                  + " allow.submitters.organisations has ulm, not 'anna' of 'charite';"
                  + " allow.trainers has dl4j, noop, not 'program'; allow.programs has nothing, not"
                  + " 'copy', perhaps you should ask the site's organisation",
              ApplicationFailure::getOriginalMessage);
    }
  }

  @Test
  void refusesMoreRowsThanItsPolicyAllows() {
    start(site(policy(GOOD + "limits: {examples: 3}\n"), Optional.empty()));
    Artifact model = initialize(Optional.empty());
    for (ThrowingCallable task :
        List.<ThrowingCallable>of(() -> prepare("rows", "copy"), () -> train(model, "rows"))) {
      failure(task)
          .returns("PolicyRefused", ApplicationFailure::getType)
          .extracting(ApplicationFailure::getOriginalMessage)
          .asString()
          .contains("limits.examples is 3, less than 2 rows in 2 epochs");
    }
  }

  @Test
  void endsATrainingByAnEngineThatTakesLongerThanItsPolicyAllows() {
    start(site(policy("limits: {time: 100ms}"), Optional.empty()));
    TrainingSpec endless =
        new TrainingSpec(
            "dl4j", 100_000, 1, 0.1, TrainingSpec.Optimizer.SGD, TrainingSpec.Order.FILE);
    ModelSpec mlp = new ModelSpec.Mlp(2, List.of(), 3);
    Artifact model =
        central
            .newActivityStub(ModelActivities.class)
            .initialize(new InitializeTask(JOB, mlp, "dl4j", 42, Optional.empty()));
    failure(
            () ->
                temporal
                    .newActivityStub(TrainActivities.class)
                    .train(new TrainTask(JOB, 1, 1, SITE, model, mlp, "rows", endless, 42)))
        .returns("PolicyRefused", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("limits.time gives a task");
  }

  @Test
  void isClosedOutsideItsHours() {
    start(
        site(policy(GOOD + "hours: {zone: Europe/Berlin, mon: 22:00-06:00}\n"), Optional.empty()));
    Artifact model = initialize(Optional.empty());
    for (ThrowingCallable task :
        List.<ThrowingCallable>of(() -> prepare("rows", "copy"), () -> train(model, "rows"))) {
      failure(task)
          .returns(PrepareActivities.SITE_CLOSED, ApplicationFailure::getType)
          .returns(true, ApplicationFailure::isNonRetryable)
          .returns(
              "it opens Mon 23 Nov 22:00 Europe/Berlin, by its policy",
              ApplicationFailure::getOriginalMessage);
    }
    failure(() -> prepare("rows", "copy", true))
        .returns(PrepareActivities.SITE_CLOSED, ApplicationFailure::getType)
        .returns(false, ApplicationFailure::isNonRetryable)
        .returns(Duration.ofHours(10).plusSeconds(1), ApplicationFailure::getNextRetryDelay);
  }

  @Test
  void refusesEverythingWhileItsPolicyHasMistakes() {
    start(
        site(
            () -> {
              throw new IllegalStateException("line 3: secret words of the owner");
            },
            Optional.empty()));
    failure(() -> prepare("rows", "copy"))
        .returns("PolicyRefused", ApplicationFailure::getType)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("has mistakes, so it refuses everything")
        .doesNotContain("secret");
  }

  @Test
  void asksItsPolicyAnewForEveryTask() {
    SitePolicy before = policy(GOOD).get();
    SitePolicy after = policy("").get();
    boolean[] changed = {false};
    start(site(() -> changed[0] ? after : before, Optional.empty()));
    prepare("rows", "copy");
    changed[0] = true;
    failure(() -> prepare("rows", "copy")).returns("PolicyRefused", ApplicationFailure::getType);
  }

  @Test
  void saysWhatItLacks() throws IOException {
    start(site(policy(GOOD), Optional.empty()));
    failure(() -> prepare("absent", "copy"))
        .returns("DataInvalid", ApplicationFailure::getType)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("there is no folder");
    failure(() -> prepare("row", "copy")).returns("DataUnknown", ApplicationFailure::getType);
    Files.delete(folder.resolve("good.sh"));
    failure(() -> prepare("rows", "copy"))
        .returns("ProgramMissing", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .startsWith("this site cannot run the program copy: there is no file ");
  }

  @Test
  void tellsWhyAProgramFailed() throws IOException {
    start(site(policy(GOOD), Optional.empty()));
    Artifact model = initialize(Optional.empty());
    Files.writeString(folder.resolve("good.sh"), "exit 4");
    failure(() -> train(model, "rows"))
        .returns("ProgramFailed", ApplicationFailure::getType)
        .returns(false, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .startsWith("the program copy ended with exit code 4");
    Files.writeString(folder.resolve("good.sh"), "exit 0");
    failure(() -> train(model, "rows"))
        .returns("ProgramFailed", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable);
  }

  /** The engine cannot, and says what to write instead. */
  @Test
  void aFolderIsForPrograms() {
    start(site(policy(""), Optional.empty()));
    PrepareTask task = new PrepareTask(JOB, SITE, MODEL, "scans", "noop", 1);
    failure(() -> temporal.newActivityStub(PrepareActivities.class).prepare(task))
        .returns("DataInvalid", ApplicationFailure::getType)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("perhaps you should write trainer: program");
  }

  @Test
  void theServerEvaluatesByAProgramThatItBinds() throws IOException {
    start(site(policy(GOOD), Optional.empty()));
    failure(() -> initialize(Optional.of(spec("copy"))))
        .returns("ProgramMissing", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("perhaps you should write evaluation.central: false");
    TestActivityEnvironment server = TestActivityEnvironment.newInstance();
    server.registerActivitiesImplementations(
        new CentralActivities(
            data(),
            Map.of(
                "copy",
                ProgramBinding.of("sh", folder.resolve("good.sh") + "", folder + "/server")),
            folder.resolve("server-work"),
            store,
            new ModelCache(folder.resolve("server-models"), 1),
            new ComputeSlots(1)));
    Artifact model =
        server
            .newActivityStub(ModelActivities.class)
            .initialize(
                new InitializeTask(
                    JOB, MODEL, "program", 42, Optional.empty(), Optional.of(spec("copy"))));
    assertThat(server.newActivityStub(EvaluateActivities.class).evaluate(evaluation(model, "rows")))
        .isEqualTo(new Metrics(0.75, 0.5, 2));
    assertThat(Files.readString(folder.resolve("server"))).contains("\"site\" : \"server\"");
    server.close();
  }

  /** Its tensors are taken as they are where the spec does not list them. */
  @Test
  void startsFromAModelThatOnlyTheFileDescribes() {
    start(site(policy(GOOD), Optional.empty()));
    Artifact listed = initialize(Optional.empty());
    Artifact copy =
        central
            .newActivityStub(ModelActivities.class)
            .initialize(
                new InitializeTask(
                    new JobId("cardio", "second"),
                    new ModelSpec.Tensors(List.of()),
                    "program",
                    42,
                    Optional.of(listed.path())));
    assertThat(copy.sha256()).isEqualTo(listed.sha256());
  }

  private static final String GOOD =
      "allow: {programs: {copy: {command: [sh, ./good.sh, ./seen]}}}\n";

  private void start(Site site) {
    ModelCache models = new ModelCache(folder.resolve("models"), 4);
    ComputeSlots slots = slots(site);
    temporal.registerActivitiesImplementations(
        new SiteActivities(site, store, models, slots, Clock.fixed(NOON, ZoneOffset.UTC)));
    central.registerActivitiesImplementations(
        new CentralActivities(data(), folder.resolve("central"), store, models, slots));
  }

  private static ComputeSlots slots(Site site) {
    try {
      SitePolicy policy = site.policy().get();
      return new ComputeSlots(policy.slots().tasks(), policy.slots().gpus());
    } catch (IllegalStateException e) {
      return new ComputeSlots(1);
    }
  }

  private Site site(Supplier<SitePolicy> policy, Optional<UpdateSigner> signer) {
    return new Site(SITE, data(), folder.resolve("site"), policy, signer);
  }

  private Map<String, DataBinding> data() {
    Dataset train = Dataset.of(new float[] {0, 0.5f, 1, 2}, 2, new int[] {1, 0});
    Dataset test = Dataset.of(new float[] {3, 3}, 2, new int[] {2});
    return Map.of(
        "rows", new DataBinding.Memory(new LoadedData(train, test)),
        "scans", new DataBinding.Folder(folder.resolve("scans"), 120, 0),
        "absent", new DataBinding.Folder(folder.resolve("absent"), 120, 0));
  }

  @SuppressWarnings("unchecked")
  private Supplier<SitePolicy> policy(String yaml) {
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    SitePolicy policy =
        SitePolicy.read(tree == null ? Map.of() : (Map<String, Object>) tree, folder);
    return () -> policy;
  }

  private Readiness prepare(String data, String program) {
    return prepare(data, program, false);
  }

  private Readiness prepare(String data, String program, boolean again) {
    return temporal
        .newActivityStub(PrepareActivities.class)
        .prepare(
            new PrepareTask(
                JOB,
                SITE,
                MODEL,
                data,
                "program",
                1,
                Optional.of(ANNA),
                Optional.of(training(program)),
                again));
  }

  private Update train(Artifact model, String data) {
    return temporal
        .newActivityStub(TrainActivities.class)
        .train(
            new TrainTask(
                JOB, 3, 1, SITE, model, MODEL, data, training("copy"), 42, Optional.of(ANNA)));
  }

  private Metrics evaluate(Artifact model, String data) {
    return temporal.newActivityStub(EvaluateActivities.class).evaluate(evaluation(model, data));
  }

  private static EvaluateTask evaluation(Artifact model, String data) {
    return new EvaluateTask(
        JOB, 3, model, MODEL, data, "program", Optional.of(ANNA), Optional.of(training("copy")));
  }

  private Artifact initialize(Optional<ProgramSpec> program) {
    return central
        .newActivityStub(ModelActivities.class)
        .initialize(new InitializeTask(JOB, MODEL, "program", 42, Optional.empty(), program));
  }

  private static ProgramSpec spec(String program) {
    return new ProgramSpec(program, Map.of());
  }

  private static TrainingSpec training(String program) {
    return new TrainingSpec(
        "program",
        2,
        32,
        0.1,
        TrainingSpec.Optimizer.SGD,
        TrainingSpec.Order.SHUFFLE,
        Optional.of(spec(program)));
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static boolean isSigned(Update update, KeyPair keys) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(Update.SIGNATURE_ALGORITHM);
    signature.initVerify(keys.getPublic());
    signature.update(update.statement(JOB, 3, 1).getBytes(US_ASCII));
    return signature.verify(Base64.getDecoder().decode(update.signature().orElseThrow()));
  }

  private static ObjectAssert<ApplicationFailure> failure(ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOf(ActivityFailure.class)
        .cause()
        .asInstanceOf(type(ApplicationFailure.class));
  }
}
