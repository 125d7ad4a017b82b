package io.roundhouse.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.roundhouse.data.DataBinding;
import io.roundhouse.data.Dataset;
import io.roundhouse.data.LoadedData;
import io.roundhouse.data.Split;
import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Seed;
import io.roundhouse.domain.SiteName;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.spec.TrainingSpec.Optimizer;
import io.roundhouse.spec.TrainingSpec.Order;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.Tensor;
import io.roundhouse.training.Digits;
import io.roundhouse.training.Engines;
import io.roundhouse.training.TrainingRequest;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.InitializeTask;
import io.roundhouse.workflows.ModelActivities;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.PrepareTask;
import io.roundhouse.workflows.Readiness;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.roundhouse.workflows.TrainingProgress;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The activities of a site and of the server, in Temporal's test environment over a real store. */
@TestInstance(Lifecycle.PER_CLASS)
class SiteActivitiesTest {
  private static final JobId JOB = new JobId("demo", "digits");
  private static final SiteName SITE = new SiteName("site-a");
  private static final TrainingSpec TRAINING =
      new TrainingSpec("dl4j", 2, 32, 0.1, Optimizer.SGD, Order.SHUFFLE);

  private final Path folder;
  private final EmbeddedStore server;
  private final ArtifactStore store;
  private final LoadedData digits = Digits.load();
  private final TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
  private final TestActivityEnvironment central = TestActivityEnvironment.newInstance();

  SiteActivitiesTest(@TempDir Path folder) {
    this.folder = folder;
    this.server = EmbeddedStore.start(folder.resolve("store"));
    this.store = ArtifactStore.connect(server.config());
  }

  @BeforeAll
  void start() {
    ModelCache models = new ModelCache(folder.resolve("models"), 4);
    ComputeSlots slots = new ComputeSlots(1);
    Map<String, DataBinding> data =
        Map.of(
            "digits",
            Digits.BINDING,
            "broken",
            new DataBinding.Csv(
                folder.resolve("absent.csv"), "last", Optional.empty(), 1, new Split.None()),
            "slow",
            new DataBinding.Csv(
                folder.resolve("slow.csv"), "last", Optional.empty(), 1, new Split.None()),
            "few",
            new DataBinding.Memory(new LoadedData(rows(0, 1, 2), rows())),
            "none",
            new DataBinding.Memory(new LoadedData(rows(), rows(1))),
            "odd-test",
            new DataBinding.Memory(new LoadedData(rows(0, 1), rows(10))));
    temporal.registerActivitiesImplementations(
        new SiteActivities(
            Site.simulated(SITE, data, folder.resolve("site"), Map.of()), store, models, slots));
    central.registerActivitiesImplementations(
        new CentralActivities(data, folder.resolve("central"), store, models, slots));
  }

  @AfterAll
  void stop() {
    temporal.close();
    central.close();
    store.close();
    server.close();
  }

  @Test
  void trainsAndUploadsTheUpdate() {
    ConcurrentLinkedQueue<TrainingProgress> beats = new ConcurrentLinkedQueue<>();
    temporal.setActivityHeartbeatListener(TrainingProgress.class, beats::add);
    Artifact model = initial("train");
    Update update = train().train(task("train", model, Digits.MLP, "digits"));
    assertThat(update.site()).isEqualTo(SITE);
    assertThat(update.examples()).isEqualTo(1437);
    assertThat(update.loss()).isPositive();
    assertThat(update.seconds()).isPositive();
    assertThat(update.artifact().path())
        .isEqualTo("demo/train/rounds/00003/updates/site-a." + update.attempt() + ".safetensors");
    Seed seed = new Seed(42).derive("train").derive("site-a").derive(3);
    List<Tensor> expected =
        Engines.named("dl4j")
            .train(
                new TrainingRequest(
                    Digits.MLP,
                    Engines.named("dl4j").initialize(Digits.MLP, new Seed(42)),
                    digits.train(),
                    TRAINING,
                    seed,
                    Optional.empty()),
                (epoch, batch, loss, samples) -> {})
            .model();
    ModelCache fresh = new ModelCache(folder.resolve("fresh"), 1);
    assertThat(fresh.tensors(update.artifact(), store)).isEqualTo(expected);
    assertThat(beats).contains(new TrainingProgress(0, 1, beats.element().loss(), 32));
    assertThat(folder.resolve("site")).isEmptyDirectory();
  }

  @Test
  void namesTheTakeInWhatItSends() {
    TrainTask task = task("take", initial("take"), Digits.MLP, "digits");
    Update update = train().train(again(task, 2));
    assertThat(update.artifact().path())
        .isEqualTo("demo/take/rounds/00003.2/updates/site-a." + update.attempt() + ".safetensors");
    assertThat(update.artifact().sha256()).isEqualTo(train().train(task).artifact().sha256());
  }

  /** What the first try left in the middle is put back for the second, which is of another take. */
  @Test
  void goesOnFromTheCheckpointWhenTheRoundIsBegunAgain() throws Exception {
    TrainingSpec longer = new TrainingSpec("dl4j", 8, 32, 0.1, Optimizer.SGD, Order.SHUFFLE);
    JobId job = new JobId("demo", "checkpoint");
    TrainTask task =
        new TrainTask(job, 3, 1, SITE, initial("checkpoint"), Digits.MLP, "digits", longer, 42);
    Path checkpoint = folder.resolve("site/demo.checkpoint.site-a.checkpoint");
    Path copy = folder.resolve("copy");
    CountDownLatch copied = new CountDownLatch(1);
    Thread copier =
        new Thread(
            () -> {
              while (copied.getCount() > 0) {
                if (copy(checkpoint, copy)) {
                  copied.countDown();
                }
                Thread.onSpinWait();
              }
            });
    copier.start();
    Update whole = train().train(task);
    assertThat(copied.await(1, TimeUnit.MINUTES)).isTrue();
    copier.join();
    assertThat(checkpoint).doesNotExist();
    Files.move(copy, checkpoint);
    ConcurrentLinkedQueue<TrainingProgress> beats = new ConcurrentLinkedQueue<>();
    temporal.setActivityHeartbeatListener(TrainingProgress.class, beats::add);

    Update rest = train().train(again(task, 2));

    assertThat(rest.artifact().sha256()).isEqualTo(whole.artifact().sha256());
    assertThat(beats).isNotEmpty().allMatch(progress -> progress.epoch() > 0);
  }

  @Test
  void saysWhatTheEngineSaidWhenATrainingFails() throws IOException {
    TrainTask task = task("obstacle", initial("obstacle"), Digits.MLP, "digits");
    Path obstacle = folder.resolve("site/demo.obstacle.site-a.checkpoint");
    Files.createDirectories(obstacle.resolve("not-empty"));
    failure(() -> train().train(task))
        .returns("TrainingFailed", ApplicationFailure::getType)
        .returns(false, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("checkpoint", "cannot be written, perhaps you should check the disk");
    Files.delete(obstacle.resolve("not-empty"));
    Files.delete(obstacle);
  }

  @Test
  void saysThatItCanTakePart() {
    assertThat(prepare(Digits.MLP, "digits", "dl4j", 1_437))
        .isEqualTo(new Readiness(SITE, 1_437, 360));
    assertThat(prepare(new ModelSpec.Lenet(1, 8, 8, 10), "digits", "dl4j", 1).examples())
        .isEqualTo(1_437);
    assertThat(prepare(Digits.MLP, "few", "noop", 1)).isEqualTo(new Readiness(SITE, 3, 0));
  }

  @Test
  void saysThatItHasTooFewRows() {
    failure(() -> prepare(Digits.MLP, "few", "dl4j", 10))
        .returns("TooFewRows", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .returns(
            "this site has 3 rows of 'few' to train on, the job wants at least 10, perhaps you"
                + " should add rows, hold out fewer or lower the job's minExamples",
            ApplicationFailure::getOriginalMessage);
    failure(() -> prepare(Digits.MLP, "none", "noop", 0))
        .returns("TooFewRows", ApplicationFailure::getType)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .startsWith("this site has 0 rows of 'none' to train on, the job wants at least 1,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "63|10|digits|dl4j|ModelMismatch|63 inputs, but rows have 64 features",
        "64|9|digits|dl4j|ModelMismatch|9 outputs, but labels go up to 9",
        "64|10|odd-test|dl4j|ModelMismatch|10 outputs, but labels go up to 10",
        "64|10|digit|dl4j|DataUnknown|perhaps you should write 'digits'",
        "64|10|broken|dl4j|DataInvalid|absent.csv",
        "64|10|digits|dl5j|TrainerUnknown|perhaps you should write dl4j",
      })
  void saysWhyItCannotTakePart(
      int inputs, int outputs, String data, String trainer, String type, String reason) {
    failure(() -> prepare(new ModelSpec.Mlp(inputs, List.of(), outputs), data, trainer, 1))
        .returns(type, ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains(reason);
  }

  @Test
  void refusesADefinitionThatItCannotTrain() {
    failure(() -> prepare(new ModelSpec.Dl4j("{}"), "digits", "dl4j", 1))
        .returns("ModelMismatch", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable);
    failure(() -> prepare(new ModelSpec.Dl4j("{}"), "digits", "noop", 1))
        .returns("ModelMismatch", ApplicationFailure::getType);
  }

  @Test
  void refusesAnotherSitesCall() {
    PrepareTask task =
        new PrepareTask(JOB, new SiteName("site-b"), Digits.MLP, "digits", "dl4j", 1);
    failure(() -> temporal.newActivityStub(PrepareActivities.class).prepare(task))
        .returns("WrongSite", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable);
  }

  /** The rows are in a pipe that gives nothing, and is closed after a sign of life. */
  @Test
  void heartbeatsWhileItReadsRows() throws Exception {
    Path pipe = folder.resolve("slow.csv");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CountDownLatch beat = new CountDownLatch(1);
    temporal.setActivityHeartbeatListener(String.class, details -> beat.countDown());
    Thread writer =
        new Thread(
            () -> {
              try (OutputStream rows = Files.newOutputStream(pipe)) {
                if (beat.await(1, TimeUnit.MINUTES)) {
                  rows.flush();
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    failure(() -> prepare(new ModelSpec.Mlp(1, List.of(), 2), "slow", "noop", 1))
        .returns("DataInvalid", ApplicationFailure::getType);
    writer.join();
    assertThat(beat.getCount()).isZero();
  }

  @Test
  void givesTheSameArtifactWhenRepeated() {
    TrainTask task = task("again", initial("again"), Digits.MLP, "digits");
    assertThat(train().train(task).artifact()).isEqualTo(train().train(task).artifact());
  }

  @Test
  void evaluatesOnHeldOutRows() {
    Artifact model = initial("evaluate");
    Metrics expected =
        Engines.named("dl4j")
            .evaluate(
                Digits.MLP,
                Engines.named("dl4j").initialize(Digits.MLP, new Seed(42)),
                digits.test());
    EvaluateTask task = new EvaluateTask(JOB, 0, model, Digits.MLP, "digits", "dl4j");
    assertThat(temporal.newActivityStub(EvaluateActivities.class).evaluate(task))
        .isEqualTo(expected);
    assertThat(central.newActivityStub(EvaluateActivities.class).evaluate(task))
        .isEqualTo(expected);
  }

  @Test
  void startsFromAnotherJobsModel() {
    Artifact model = initial("first");
    Artifact copy = initialize("second", Digits.MLP, Optional.of(model.path()));
    assertThat(copy.path()).isEqualTo("demo/second/rounds/00000/global.safetensors");
    assertThat(copy.sha256()).isEqualTo(model.sha256());
    failure(
            () ->
                initialize(
                    "third", new ModelSpec.Mlp(64, List.of(), 10), Optional.of(model.path())))
        .returns("ModelMismatch", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("the job cannot start from", "'0_W' has shape [64, 32], not [64, 10]");
    failure(() -> initialize("third", Digits.MLP, Optional.of("demo/nothing")))
        .returns("ModelMissing", ApplicationFailure::getType);
    store.putIfAbsent("demo/junk", new byte[100]);
    failure(() -> initialize("third", Digits.MLP, Optional.of("demo/junk")))
        .returns("ModelMismatch", ApplicationFailure::getType);
    failure(() -> initialize("third", Digits.MLP, Optional.of("../up")))
        .returns("ModelMismatch", ApplicationFailure::getType);
  }

  @Test
  void namesTheNearestDataSet() {
    TrainTask task = task("unknown", initial("unknown"), Digits.MLP, "digit");
    failure(() -> train().train(task))
        .returns("DataUnknown", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .returns(
            "no data set is bound to 'digit', perhaps you should write 'digits' (bound here:"
                + " broken, digits, few, none, odd-test, slow)",
            ApplicationFailure::getOriginalMessage);
  }

  @Test
  void tellsWhoBindsNoSuchDataSetAndWhatToDo() {
    Artifact model = initial("unbound");
    EvaluateTask task = new EvaluateTask(JOB, 0, model, Digits.MLP, "scans", "dl4j");
    failure(() -> temporal.newActivityStub(EvaluateActivities.class).evaluate(task))
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .startsWith(
            "no data set is bound to 'scans', perhaps you should bind it in the site's"
                + " local/data.yml and start the site again (bound here: broken, ");
    failure(() -> central.newActivityStub(EvaluateActivities.class).evaluate(task))
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .startsWith(
            "the server, which is to evaluate too, binds no data set to 'scans', perhaps you should"
                + " write evaluation.central: false, or bind it in the server's local/data.yml and"
                + " start the server again (bound here: broken, ");
  }

  @Test
  void tellsThatDataCannotBeRead() {
    TrainTask task = task("broken", initial("broken"), Digits.MLP, "broken");
    failure(() -> train().train(task))
        .returns("DataInvalid", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable);
  }

  @Test
  void tellsThatModelAndDataDoNotFit() {
    ModelSpec.Mlp narrow = new ModelSpec.Mlp(63, List.of(), 10);
    Artifact model = initialize("narrow", narrow, Optional.empty());
    failure(() -> train().train(task("narrow", model, narrow, "digits")))
        .returns("ModelMismatch", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable)
        .extracting(ApplicationFailure::getOriginalMessage)
        .asString()
        .contains("63 inputs", "64 features");
  }

  @Test
  void triesAgainWhenTheStoreDoesNotHoldTheModel() {
    Artifact lost = new Artifact("demo/lost/model", new Digest("0".repeat(64)), 10);
    failure(() -> train().train(task("lost", lost, Digits.MLP, "digits")))
        .returns(false, ApplicationFailure::isNonRetryable);
  }

  @Test
  void refusesAnotherSitesTask() {
    TrainTask task =
        new TrainTask(
            JOB,
            1,
            1,
            new SiteName("site-b"),
            initial("other"),
            Digits.MLP,
            "digits",
            TRAINING,
            42);
    failure(() -> train().train(task)).returns("WrongSite", ApplicationFailure::getType);
  }

  @Test
  void refusesAnUnknownTrainer() {
    EvaluateTask task = new EvaluateTask(JOB, 0, initial("trainer"), Digits.MLP, "digits", "dl5j");
    failure(() -> temporal.newActivityStub(EvaluateActivities.class).evaluate(task))
        .returns("TrainerUnknown", ApplicationFailure::getType)
        .returns(true, ApplicationFailure::isNonRetryable);
  }

  private static boolean copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Dataset rows(int... labels) {
    return Dataset.of(new float[labels.length * 64], 64, labels);
  }

  private Readiness prepare(ModelSpec model, String data, String trainer, long fewest) {
    return temporal
        .newActivityStub(PrepareActivities.class)
        .prepare(new PrepareTask(JOB, SITE, model, data, trainer, fewest));
  }

  private static TrainTask again(TrainTask task, int take) {
    return new TrainTask(
        task.job(),
        task.round(),
        take,
        task.site(),
        task.model(),
        task.architecture(),
        task.data(),
        task.training(),
        task.seed());
  }

  private TrainActivities train() {
    return temporal.newActivityStub(TrainActivities.class);
  }

  private Artifact initial(String job) {
    return initialize(job, Digits.MLP, Optional.empty());
  }

  private Artifact initialize(String job, ModelSpec architecture, Optional<String> start) {
    return central
        .newActivityStub(ModelActivities.class)
        .initialize(new InitializeTask(new JobId("demo", job), architecture, "dl4j", 42, start));
  }

  private static TrainTask task(String job, Artifact model, ModelSpec architecture, String data) {
    return new TrainTask(
        new JobId("demo", job), 3, 1, SITE, model, architecture, data, TRAINING, 42);
  }

  private static ObjectAssert<ApplicationFailure> failure(ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOf(ActivityFailure.class)
        .cause()
        .asInstanceOf(type(ApplicationFailure.class));
  }
}
