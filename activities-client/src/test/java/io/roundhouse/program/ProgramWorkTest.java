package io.roundhouse.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.roundhouse.domain.Digest;
import io.roundhouse.domain.JobId;
import io.roundhouse.domain.Seed;
import io.roundhouse.policy.Limits;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.policy.SitePolicy;
import io.roundhouse.program.ProgramTask.Action;
import io.roundhouse.spec.ProgramSpec;
import io.roundhouse.spec.TrainingSpec;
import io.roundhouse.storage.SafetensorsFile;
import io.roundhouse.storage.SafetensorsWriter;
import io.roundhouse.storage.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real programs, most of them of a few words for the shell, and what becomes of them. */
@Timeout(120)
class ProgramWorkTest {
  private static final List<Tensor> MODEL =
      List.of(
          Tensor.of("w", List.of(2L, 2L), new float[] {1, 2, 3, 4}),
          Tensor.of("b", List.of(2L), new float[] {5, 6}));
  private static final String RESULT =
      "echo '{\"examples\": 10, \"loss\": 0.5, \"accuracy\": 0.75}' > result.json; ";
  private static final String GOOD = "cp model.safetensors update.safetensors; " + RESULT;
  private static final Limits NONE = Limits.DEFAULT;

  private final Path folder;
  private final List<String> heard = new ArrayList<>();

  ProgramWorkTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void givesTheProgramItsTaskAndTakesWhatItLeaves() throws Exception {
    String script =
        """
        cp task.json '%s/seen.json'
        ls -A . > '%s/files'
        echo '{"epoch": 1, "batch": 2, "loss": 0.25, "samples": 640}'
        echo 'something else'
        echo '{"epoch": 2}'
        """
            .formatted(folder, folder);
    try (ProgramWork work = open(script + GOOD, NONE)) {
      ProgramResult result = work.run(listener());

      assertThat(result)
          .isEqualTo(new ProgramResult(Optional.of(10L), Optional.of(0.5), Optional.of(0.75)));
      assertThat(work.update()).hasSameBinaryContentAs(work.model());
    }
    assertThat(heard)
        .containsSubsequence(
            "epoch 1, batch 2, loss 0.25, 640", "epoch 2, batch 0, loss 0.25, 640");
    assertThat(Files.readAllLines(folder.resolve("files")))
        .containsExactlyInAnyOrder("model.safetensors", "python", "task.json", "tmp");
    JsonNode task = new JsonMapper().readTree(folder.resolve("seen.json").toFile());
    assertThat(task.get("protocol").intValue()).isEqualTo(1);
    assertThat(task.get("action").textValue()).isEqualTo("train");
    assertThat(task.get("job").textValue()).isEqualTo("test/job");
    assertThat(task.get("round").intValue()).isEqualTo(3);
    assertThat(task.get("site").textValue()).isEqualTo("berlin");
    assertThat(task.get("seed").intValue()).isEqualTo((int) (new Seed(7).value() >>> 33));
    assertThat(task.get("parameters").toString()).isEqualTo("{\"depth\":3,\"kind\":\"relu\"}");
    assertThat(task.get("training").get("optimizer").textValue()).isEqualTo("sgd");
    assertThat(task.get("data").get("folder").textValue()).isEqualTo("/data/scans");
    assertThat(task.get("files").get("update").textValue()).endsWith("/update.safetensors");
    assertThat(task.get("deadline").isNull()).isTrue();
    assertThat(folder.resolve("site/tasks")).isEmptyDirectory();
  }

  @Test
  void nobodyElseCanLookIntoItsFolder() throws Exception {
    try (ProgramWork work = open("stat -c %a . > '" + folder + "/mode'; " + GOOD, NONE)) {
      work.run(listener());
      Path tasks = folder.resolve("site/tasks");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tasks)))
          .isEqualTo("rwx------");
    }
    assertThat(folder.resolve("mode")).hasContent("700\n");
  }

  @Test
  void itsEnvironmentHasNothingOfTheSite() throws Exception {
    TreeMap<String, String> own = new TreeMap<>(Map.of("OWN", "set by the policy"));
    ProgramBinding program =
        new ProgramBinding(
            List.of("/bin/sh", "-c", "env > '" + folder + "/env'; " + GOOD),
            List.of(),
            own,
            3,
            0,
            Optional.empty());
    try (ProgramWork work = open(program, NONE, List.of("1", "2"))) {
      work.run(listener());
    }
    List<String> variables =
        Files.readAllLines(folder.resolve("env")).stream()
            .map(line -> line.replaceFirst("=.*", ""))
            .toList();
    assertThat(variables)
        .containsExactlyInAnyOrder(
            "CUDA_VISIBLE_DEVICES",
            "HIP_VISIBLE_DEVICES",
            "HOME",
            "LANG",
            "MKL_NUM_THREADS",
            "NUMEXPR_NUM_THREADS",
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "OWN",
            "PATH",
            "PWD",
            "PYTHONDONTWRITEBYTECODE",
            "PYTHONHASHSEED",
            "PYTHONPATH",
            "PYTHONUNBUFFERED",
            "ROUNDHOUSE_TASK_ID",
            "TMPDIR");
    assertThat(Files.readString(folder.resolve("env")))
        .contains("CUDA_VISIBLE_DEVICES=1,2\n", "OMP_NUM_THREADS=3\n", "OWN=set by the policy\n");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "exit 3|false|the program softmax ended with exit code 3, perhaps its author should",
        "kill -9 $$|false|ended with exit code 137 (signal 9)",
        "echo >result.json '{\"examples\": 10}'|true|left no update.safetensors",
        "cp model.safetensors update.safetensors|true|left no result.json",
        "cp model.safetensors update.safetensors; echo >result.json '{\"examples\": 0}'|true"
            + "|has 0 examples, not 1 to 1000000000",
        "cp model.safetensors update.safetensors; echo >result.json '{}'|true|has no 'examples'",
        "cp model.safetensors update.safetensors; echo >result.json '{\"examples\": NaN}'|true"
            + "|result.json cannot be read",
        "cp model.safetensors update.safetensors; head -c 70000 /dev/zero >result.json|true"
            + "|is larger than 64 KB",
        "ln -s /etc/passwd result.json|true|left no result.json",
        "echo x >update.safetensors; echo >result.json '{\"examples\": 10}'|true"
            + "|update.safetensors cannot be used",
        "ln -s model.safetensors update.safetensors; echo >result.json '{\"examples\": 10}'|true"
            + "|left no update.safetensors",
      })
  void saysWhatIsWrong(String script, boolean permanent, String reason) {
    ProgramException failure = failure(script, NONE);
    assertThat(failure).hasMessageContaining(reason);
    assertThat(failure.isPermanent()).isEqualTo(permanent);
    assertThat(folder.resolve("site/tasks")).isEmptyDirectory();
  }

  @Test
  void tellsTheLastLinesOfItsStandardError() {
    String script =
        "for i in $(seq 20); do echo \"line $i\" >&2; done; printf 'no \\033[31mend'>&2; exit 1";
    ProgramException failure = failure(script, NONE);
    assertThat(failure.getMessage())
        .contains("the last lines of its standard error:\n    line 14\n", "\n    no ?[31mend")
        .doesNotContain("line 13");
  }

  @Test
  void keepsTheLinesAtTheSiteUnlessItsPolicySharesThem() {
    SitePolicy open = policy(ProgramBinding.of("/bin/sh", "-c", "echo secret >&2; exit 1"), NONE);
    SitePolicy closed =
        new SitePolicy(
            open.projects(),
            open.submitters(),
            open.trainers(),
            open.programs(),
            open.data(),
            false,
            open.limits(),
            open.hours(),
            open.slots());
    try (ProgramWork work = open(closed, List.of(), Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> work.run(listener()))
          .isInstanceOf(ProgramException.class)
          .hasMessageContaining("are in the site's log")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void refusesTensorsThatAreNotTheModels() throws IOException {
    Path bad = folder.resolve("bad");
    Map<String, List<Tensor>> updates =
        Map.of(
            "does not fit the model: tensor 'b' is missing", List.of(MODEL.get(0)),
            "tensor 'b' has shape [1], not [",
                List.of(MODEL.get(0), Tensor.of("b", List.of(1L), new float[1])),
            "tensor 'c' is not in the model",
                List.of(MODEL.get(0), MODEL.get(1), Tensor.of("c", List.of(), new float[1])),
            "holds NaN in tensor 'w' at element 3",
                List.of(
                    Tensor.of("w", List.of(2L, 2L), new float[] {1, 2, 3, Float.NaN}),
                    MODEL.get(1)));
    for (Map.Entry<String, List<Tensor>> update : updates.entrySet()) {
      SafetensorsWriter.writeAll(bad, update.getValue(), Map.of());
      ProgramException failure = failure("cp '" + bad + "' update.safetensors; " + RESULT, NONE);
      assertThat(failure).hasMessageContaining(update.getKey());
      assertThat(failure.isPermanent()).isTrue();
    }
  }

  /** Another order and metadata are of no consequence. */
  @Test
  void theSameWeightsAreTheSameBytes() throws Exception {
    Path other = folder.resolve("other");
    SafetensorsWriter.writeAll(
        other, List.of(MODEL.get(1), MODEL.get(0)), Map.of("written", "today"));
    try (ProgramWork work = open("cp '" + other + "' update.safetensors; " + RESULT, NONE)) {
      work.run(listener());
      assertThat(work.update()).hasSameBinaryContentAs(work.model());
      try (SafetensorsFile update = SafetensorsFile.open(work.update())) {
        assertThat(update.readAll()).isEqualTo(MODEL);
      }
    }
  }

  @Test
  void endsAProgramThatIsSilentForTooLong() {
    SitePolicy policy = policy(shell("echo hello; tail -f /dev/null"), NONE);
    ProgramException failure = failure(policy, Duration.ofMillis(300));
    assertThat(failure)
        .hasMessageContaining("printed nothing for 300 ms", "rounds.heartbeat should be longer");
    assertThat(failure.isPermanent()).isFalse();
  }

  @Test
  void endsAProgramThatTakesTooLong() {
    Limits limits =
        limits(Optional.of(Duration.ofMillis(300)), Optional.empty(), 1L << 30, 1 << 20);
    ProgramException failure = failure("exec tail -f /dev/null", limits);
    assertThat(failure).hasMessageContaining("took longer than the site's limits.time of 300 ms");
    assertThat(failure.isPermanent()).isTrue();
  }

  @Test
  void endsAProgramThatPrintsTooMuch() {
    ProgramException failure =
        failure("yes", limits(Optional.empty(), Optional.empty(), 1L << 30, 1 << 20));
    assertThat(failure).hasMessageContaining("printed more than the site's limits.output of 1 MB");
    assertThat(failure.isPermanent()).isTrue();
  }

  @Test
  void endsAProgramThatTakesTooMuchMemory() {
    Limits limits = limits(Optional.empty(), Optional.of(64L << 20), 1L << 30, 1 << 20);
    ProgramException failure =
        failure("(head -c 200000000 /dev/zero; tail -f /dev/null) | tail -c 200000000", limits);
    assertThat(failure).hasMessageContaining("took more memory than the site allows it, 64 MB");
    assertThat(failure.isPermanent()).isTrue();
  }

  @Test
  void endsAProgramThatWritesTooMuch() {
    Limits limits = limits(Optional.empty(), Optional.empty(), 1 << 20, 1 << 20);
    assertThat(failure("cat /dev/zero >large", limits))
        .hasMessageContaining("wrote more than the site's limits.disk of 1 MB");
    assertThat(
            failure("i=0; while true; do i=$((i+1)); head -c 500000 /dev/zero >$i; done", limits))
        .hasMessageContaining("wrote more than the site's limits.disk of 1 MB");
  }

  @Test
  void endsAllThatTheProgramLeavesBehind() throws Exception {
    String script =
        "tail -f /dev/null & echo $! >'%s/child'; setsid sh -c 'echo $$ >\"%s/daemon\"; exec tail -f /dev/null' & "
                .formatted(folder, folder)
            + "until [ -s '%s/daemon' ]; do :; done; ".formatted(folder);
    try (ProgramWork work = open(script + GOOD, NONE)) {
      work.run(listener());
    }
    assertThat(isAlive("child")).isFalse();
    assertThat(isAlive("daemon")).isFalse();
  }

  @Test
  void endsTheProgramWithItsChildrenWhenItIsNotWanted() {
    String script =
        "tail -f /dev/null & echo $! >'%s/child'; trap '' TERM; echo '{\"epoch\": 1}'; while true; do wait; done"
            .formatted(folder);
    try (ProgramWork work = open(script, NONE)) {
      assertThatThrownBy(
              () ->
                  work.run(
                      new ProgramListener() {
                        @Override
                        public void progress(int epoch, int batch, double loss, long samples) {
                          throw new IllegalStateException("nobody waits");
                        }

                        @Override
                        public void alive() {}
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("nobody waits");
    }
    assertThat(isAlive("child")).isFalse();
  }

  @Test
  void anInterruptedTaskEndsItsProgram() throws Exception {
    CountDownLatch runs = new CountDownLatch(1);
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread task =
        new Thread(
            () -> {
              try (ProgramWork work =
                  open(
                      "echo $$ >'"
                          + folder
                          + "/child'; echo '{\"epoch\": 1}'; exec tail -f /dev/null",
                      NONE)) {
                work.run(
                    new ProgramListener() {
                      @Override
                      public void progress(int epoch, int batch, double loss, long samples) {
                        runs.countDown();
                      }

                      @Override
                      public void alive() {}
                    });
              } catch (InterruptedException e) {
                outcome.set(e);
              }
            });
    task.start();
    assertThat(runs.await(1, TimeUnit.MINUTES)).isTrue();
    task.interrupt();
    task.join();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    assertThat(isAlive("child")).isFalse();
  }

  @Test
  void goesOnFromTheCheckpointOfAnAttemptThatWasKilled() throws Exception {
    String script =
        """
        checkpoint=$(sed -n 's/.*"checkpoint" *: *"\\(.*\\)".*/\\1/p' task.json)
        epoch=$(cat "$checkpoint" 2>/dev/null || echo 0)
        echo "{\\"epoch\\": $epoch}"
        if [ "$epoch" -lt 2 ]; then
          echo $((epoch + 1)) >"$checkpoint"
          kill -9 $$
        fi
        """;
    for (int attempt = 1; attempt <= 2; attempt++) {
      try (ProgramWork work = open(script + GOOD, NONE)) {
        assertThatThrownBy(() -> work.run(listener())).isInstanceOf(ProgramException.class);
      }
    }
    try (ProgramWork work = open(script + GOOD, NONE)) {
      work.run(listener());
      work.done();
    }
    assertThat(heard.stream().filter(one -> one.startsWith("epoch")))
        .extracting(one -> one.substring(0, 7))
        .containsExactly("epoch 0", "epoch 1", "epoch 2");
    assertThat(folder.resolve("site/checkpoints")).isEmptyDirectory();
  }

  @Test
  void aCheckpointOfAnotherTrainingIsRemoved() throws Exception {
    ProgramCall call = call(policy(shell("exit 1"), NONE), List.of(), Duration.ofMinutes(1));
    Programs programs = new Programs("berlin", folder.resolve("site"));
    Path checkpoint = folder.resolve("site/checkpoints/test.job.berlin/checkpoint");
    programs.open(call).close();
    Files.writeString(checkpoint, "half way");
    programs.open(call).close();
    assertThat(checkpoint).hasContent("half way");
    ProgramCall another =
        new ProgramCall(
            call.action(),
            call.job(),
            call.round(),
            call.take(),
            call.attempt(),
            new Digest("1".repeat(64)),
            call.seed(),
            call.training(),
            call.data(),
            call.policy(),
            call.gpus(),
            call.heartbeat(),
            call.end());
    programs.open(another).close();
    assertThat(checkpoint).doesNotExist();
    assertThat(checkpoint.getParent()).isDirectory();
  }

  @Test
  void removesWhatADeadProcessLeft() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    ProgramWork ours = open(GOOD, NONE);
    Path left = folder.resolve("site/tasks/" + dead.pid() + "-123-4/tmp");
    Path sameNumber = folder.resolve("site/tasks/" + ProcessHandle.current().pid() + "-123-4");
    Files.createDirectories(left);
    Files.createDirectories(sameNumber);
    Path outside = Files.writeString(folder.resolve("outside"), "stays");
    Files.createSymbolicLink(left.resolve("link"), outside);
    Files.createSymbolicLink(left.resolve("links"), folder);

    new Programs("berlin", folder.resolve("site"));

    assertThat(left.getParent()).doesNotExist();
    assertThat(sameNumber).doesNotExist();
    assertThat(ours.model()).exists();
    ours.close();
    assertThat(outside).hasContent("stays");
  }

  @Test
  void namesTheExecutableThatIsNotThere() {
    ProgramBinding program = ProgramBinding.of("roundhouse-absent", "x");
    assertThat(Programs.problem(program))
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("there is no executable roundhouse-absent"));
    try (ProgramWork work = open(program, NONE, List.of())) {
      assertThatThrownBy(() -> work.run(listener()))
          .isInstanceOf(ProgramException.class)
          .hasMessageContaining("there is no executable 'roundhouse-absent'");
    }
    assertThat(Programs.problem(ProgramBinding.of("sh"))).isEmpty();
  }

  @Test
  void theWatchingScriptEndsWithTheProgram() throws Exception {
    try (ProgramWork work = open("echo $PPID >'" + folder + "/watch'; " + GOOD, NONE)) {
      work.run(listener());
    }
    assertThat(isAlive("watch")).isFalse();
  }

  private boolean isAlive(String file) {
    try {
      long pid = Long.parseLong(Files.readString(folder.resolve(file)).strip());
      // A zombie that nobody has waited for yet is not at work any more.
      Path status = Path.of("/proc/" + pid + "/status");
      return ProcessHandle.of(pid).isPresent()
          && Files.exists(status)
          && !Files.readString(status).contains("State:\tZ");
    } catch (IOException e) {
      return false;
    }
  }

  private ProgramException failure(String script, Limits limits) {
    return failure(policy(shell(script), limits), Duration.ofMinutes(1));
  }

  private ProgramException failure(SitePolicy policy, Duration heartbeat) {
    try (ProgramWork work = open(policy, List.of(), heartbeat)) {
      return catchThrowableOfType(
          ProgramException.class,
          () -> {
            work.run(listener());
            work.update();
          });
    }
  }

  private ProgramWork open(String script, Limits limits) {
    return open(shell(script), limits, List.of());
  }

  private ProgramWork open(ProgramBinding program, Limits limits, List<String> gpus) {
    return open(policy(program, limits), gpus, Duration.ofMinutes(1));
  }

  private ProgramWork open(SitePolicy policy, List<String> gpus, Duration heartbeat) {
    ProgramWork work =
        new Programs("berlin", folder.resolve("site")).open(call(policy, gpus, heartbeat));
    SafetensorsWriter.writeAll(work.model(), MODEL, Map.of());
    return work;
  }

  private static ProgramCall call(SitePolicy policy, List<String> gpus, Duration heartbeat) {
    TrainingSpec training =
        new TrainingSpec(
            "program",
            2,
            32,
            0.1,
            TrainingSpec.Optimizer.SGD,
            TrainingSpec.Order.SHUFFLE,
            Optional.of(new ProgramSpec("softmax", Map.of("depth", 3, "kind", "relu"))));
    ProgramTask.Data data =
        new ProgramTask.Data(
            "scans", Optional.of("/data/scans"), Optional.empty(), Optional.empty(), 0, 0, 0, 0);
    return new ProgramCall(
        Action.train,
        new JobId("test", "job"),
        3,
        1,
        1,
        new Digest("0".repeat(64)),
        new Seed(7),
        training,
        data,
        policy,
        gpus,
        heartbeat,
        Optional.empty());
  }

  private static SitePolicy policy(ProgramBinding program, Limits limits) {
    SitePolicy open = SitePolicy.open(Map.of("softmax", program));
    return new SitePolicy(
        open.projects(),
        open.submitters(),
        open.trainers(),
        open.programs(),
        open.data(),
        open.logs(),
        limits,
        open.hours(),
        open.slots());
  }

  private static Limits limits(
      Optional<Duration> time, Optional<Long> memory, long disk, long output) {
    return new Limits(Optional.empty(), time, memory, disk, output);
  }

  private static ProgramBinding shell(String script) {
    return ProgramBinding.of("/bin/sh", "-c", script);
  }

  private ProgramListener listener() {
    return new ProgramListener() {
      @Override
      public void progress(int epoch, int batch, double loss, long samples) {
        heard.add("epoch %d, batch %d, loss %s, %d".formatted(epoch, batch, loss, samples));
      }

      @Override
      public void alive() {
        heard.add("alive");
      }
    };
  }
}
