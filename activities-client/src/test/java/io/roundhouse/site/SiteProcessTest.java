package io.roundhouse.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.roundhouse.domain.Artifact;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Metrics;
import io.roundhouse.domain.Update;
import io.roundhouse.spec.ModelSpec;
import io.roundhouse.spec.ProgramSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.StoreConfig;
import io.roundhouse.storage.Tensor;
import io.roundhouse.workflows.EvaluateActivities;
import io.roundhouse.workflows.EvaluateTask;
import io.roundhouse.workflows.PrepareActivities;
import io.roundhouse.workflows.PrepareTask;
import io.roundhouse.workflows.Readiness;
import io.roundhouse.workflows.TrainActivities;
import io.roundhouse.workflows.TrainTask;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A site in a JVM of its own, with a program, that is killed, counted and weighed. */
@Timeout(180)
class SiteProcessTest {
  private static final JobId JOB = new JobId("test", "job");
  private static final ModelSpec MODEL =
      new ModelSpec.Tensors(List.of(new ModelSpec.Tensors.Shape("w", List.of(2L))));
  private static final TrainingSpec TRAINING =
      new TrainingSpec(
          "program",
          1,
          1,
          0.1,
          TrainingSpec.Optimizer.SGD,
          TrainingSpec.Order.FILE,
          Optional.of(new ProgramSpec("program", Map.of())));
  private static final long MOST_RESIDENT = 250L << 20;

  private final Path folder;
  private final EmbeddedStore objects;
  private final ArtifactStore store;
  private final LoopbackTemporal temporal;
  private final WorkerFactory workers;
  private final List<Process> processes = new ArrayList<>();

  SiteProcessTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    objects = EmbeddedStore.start(folder.resolve("store"));
    store = ArtifactStore.connect(objects.config());
    temporal = new LoopbackTemporal();
    workers = WorkerFactory.newInstance(temporal.client());
  }

  /** A round of one site: it is asked, trains and evaluates. */
  @WorkflowInterface
  public interface Round {
    @WorkflowMethod
    Update run(Artifact model);
  }

  public static final class RoundImpl implements Round {
    @Override
    public Update run(Artifact model) {
      Readiness readiness =
          stub(PrepareActivities.class)
              .prepare(
                  new PrepareTask(
                      JOB,
                      SiteProcess.NAME,
                      MODEL,
                      "scans",
                      "program",
                      1,
                      Optional.empty(),
                      Optional.of(TRAINING),
                      false));
      Update update =
          stub(TrainActivities.class)
              .train(
                  new TrainTask(JOB, 1, 1, readiness.site(), model, MODEL, "scans", TRAINING, 42));
      Metrics metrics =
          stub(EvaluateActivities.class)
              .evaluate(
                  new EvaluateTask(
                      JOB,
                      1,
                      model,
                      MODEL,
                      "scans",
                      "program",
                      Optional.empty(),
                      Optional.of(TRAINING)));
      return new Update(
          update.site(), update.attempt(), update.artifact(), metrics.examples(), 0, 0);
    }

    private static <T> T stub(Class<T> type) {
      return Workflow.newActivityStub(
          type,
          ActivityOptions.newBuilder()
              .setTaskQueue(SiteProcess.NAME.queue())
              .setStartToCloseTimeout(Duration.ofMinutes(10))
              .setHeartbeatTimeout(Duration.ofSeconds(2))
              .build());
    }
  }

  @BeforeEach
  void start() throws IOException {
    workers.newWorker("round").registerWorkflowImplementationTypes(RoundImpl.class);
    workers.start();
    Files.createDirectories(folder.resolve("scans"));
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
    workers.shutdownNow();
    temporal.close();
    store.close();
    objects.close();
  }

  /** The first attempt never ends by itself; the second finds what the first has saved. */
  @Test
  void aKilledWorkerTakesItsProgramAlongAndTheNextOneGoesOn() throws Exception {
    program(
        """
        checkpoint=$(sed -n 's/.*"checkpoint" *: *"\\(.*\\)".*/\\1/p' task.json)
        case $(cat task.json) in *'"action" : "train"'*)
          if [ ! -e "$checkpoint" ]; then
            echo 'half way' >"$checkpoint"
            tail -f /dev/null &
            echo $! >"$OUT/child"
            echo $$ >"$OUT/program"
            while true; do wait; done
          fi
          cp "$checkpoint" "$OUT/found"
        esac
        cp model.safetensors update.safetensors
        echo '{"examples": 7, "loss": 0.5}' >result.json
        """);
    Process first = startSite(List.of());
    CompletableFuture<Update> round = submit();
    await(() -> pid("program").isPresent() && pid("child").isPresent());

    first.destroyForcibly().waitFor();

    await(() -> isOver("program") && isOver("child"));
    startSite(List.of());
    Update update = round.get(1, TimeUnit.MINUTES);
    assertThat(update.attempt()).isEqualTo(2);
    assertThat(update.examples()).isEqualTo(7);
    assertThat(folder.resolve("found")).hasContent("half way\n");
    assertThat(folder.resolve("site/programs/tasks")).isEmptyDirectory();
    assertThat(folder.resolve("site/programs/checkpoints")).isEmptyDirectory();
  }

  /** No part of DL4J, whose native libraries would double the site. */
  @Test
  void aProgramsSiteLoadsNoTrainingEngineAndStaysSmall() throws Exception {
    program(
        """
        env >"$OUT/env"
        cp model.safetensors update.safetensors
        echo '{"examples": 7, "loss": 0.5}' >result.json
        """);
    Path classes = folder.resolve("classes");
    Process site =
        startSite(
            List.of(
                "-Xlog:class+load:file=" + classes,
                "-Xlog:library=info:file=" + folder.resolve("libraries")));
    long idle = resident(site);
    submit().get(1, TimeUnit.MINUTES);
    long busy = resident(site);
    System.out.printf(
        "resident memory of a site with a program: %d MB idle, %d MB after a round%n",
        idle >> 20, busy >> 20);

    List<String> loaded = Files.readAllLines(classes);
    assertThat(loaded).anyMatch(line -> line.contains("io.roundhouse.program.ProgramRun "));
    assertThat(loaded)
        .noneMatch(
            line ->
                line.contains("org.nd4j.")
                    || line.contains("org.deeplearning4j.")
                    || line.contains("org.bytedeco.")
                    || line.contains("io.roundhouse.training.Dl4j"));
    assertThat(busy).isLessThan(MOST_RESIDENT);
    assertThat(Files.readString(folder.resolve("env")))
        .doesNotContain(SiteProcess.SECRET)
        .doesNotContain(objects.config().secretKey());
  }

  private void program(String script) throws IOException {
    Files.writeString(folder.resolve("program.sh"), "OUT='" + folder + "'\n" + script);
  }

  private Process startSite(List<String> options) throws IOException {
    StoreConfig config = objects.config();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xms32m", "-Xmx256m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            SiteProcess.class.getName(),
            temporal.address(),
            config.endpoint().toString(),
            config.region(),
            config.bucket(),
            config.accessKey(),
            folder.resolve("site").toString(),
            folder.resolve("scans").toString(),
            "sh",
            folder.resolve("program.sh").toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(SiteProcess.SECRET, config.secretKey());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process site = builder.start();
    processes.add(site);
    BufferedReader lines = new BufferedReader(new InputStreamReader(site.getInputStream(), UTF_8));
    String line = lines.readLine();
    while (line != null && !line.equals("ready")) {
      line = lines.readLine();
    }
    assertThat(line).as("the site's last line").isEqualTo("ready");
    return site;
  }

  private CompletableFuture<Update> submit() {
    Path file = folder.resolve("model");
    SafetensorsWriter.writeAll(
        file, List.of(Tensor.of("w", List.of(2L), new float[] {1, 2})), Map.of());
    Artifact model = store.putIfAbsent("test/job/model", file);
    Round round =
        temporal
            .client()
            .newWorkflowStub(
                Round.class, WorkflowOptions.newBuilder().setTaskQueue("round").build());
    return WorkflowClient.execute(round::run, model);
  }

  private Optional<Long> pid(String file) {
    try {
      return Optional.of(Long.parseLong(Files.readString(folder.resolve(file)).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A zombie that nobody has waited for yet is not at work any more. */
  private boolean isOver(String file) {
    try {
      Path status = Path.of("/proc/" + pid(file).orElseThrow() + "/status");
      return Files.readString(status).contains("State:\tZ");
    } catch (IOException e) {
      return true;
    }
  }

  private static long resident(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the time it may take").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
