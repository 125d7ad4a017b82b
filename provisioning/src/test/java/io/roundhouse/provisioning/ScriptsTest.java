package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
 * The scripts of a kit start, watch and stop a process: here a small program in the place of the
 * software, which does what it is told by files.
 */
@Timeout(120)
class ScriptsTest {
  private static final String PROGRAM =
      """
      #!/bin/sh
      # Notes how it is called; "kit" ends with the code in kit.code, anything else lives until it is
      # told by signal or the file "end", or ends with the code in end.
      home=$(dirname "$0")
      echo "$*" >>"$home/calls"
      if [ "$1" = kit ]; then
        exit "$(cat "$home/kit.code" 2>/dev/null || echo 0)"
      fi
      echo $$ >>"$home/pids"
      trap 'echo stopped >>"$home/calls"; exit 0' TERM
      while :; do
        if [ -e "$home/end" ]; then
          code=$(cat "$home/end")
          [ -e "$home/once" ] && rm "$home/end"
          exit "$code"
        fi
        sleep 0.1
      done
      """;

  private final Path home;
  private final Path kit;

  ScriptsTest(@TempDir Path folder) throws IOException {
    home = Files.createDirectories(folder.resolve("soft ware"));
    Path program = Files.writeString(home.resolve("roundhouse"), PROGRAM);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    kit = folder.resolve("berlin");
    Fixture.TestClock clock = new Fixture.TestClock();
    try (Provisioner provisioner = Fixture.provisioned(folder, clock)) {
      Fixture.copy(provisioner.workspace().kits(1).resolve("berlin"), kit);
    }
  }

  @BeforeEach
  void nothingRuns() throws Exception {
    assertThat(script("status.sh").code()).isEqualTo(3);
  }

  @AfterEach
  void stop() throws Exception {
    script("stop.sh");
    for (long pid : pids()) {
      // One that has ended and waits to be collected has no command any more.
      Optional<ProcessHandle> left =
          ProcessHandle.of(pid).filter(process -> process.info().command().isPresent());
      left.ifPresent(ProcessHandle::destroyForcibly);
      assertThat(left.isPresent()).as("process %d was left", pid).isFalse();
    }
  }

  private record Run(int code, String output) {}

  private Run script(String name, String... arguments) throws Exception {
    return run(kit, kit.resolve(name).toString(), arguments);
  }

  private Run run(Path from, String command, String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.command().addAll(List.of(arguments));
    builder.directory(from.toFile()).redirectErrorStream(true);
    builder.environment().put("ROUNDHOUSE_HOME", home.toString());
    Path output = Files.createTempFile(home, "out", "");
    Process process = builder.redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readString(output));
  }

  private List<String> calls() {
    try {
      Path calls = home.resolve("calls");
      return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Long> pids() {
    try {
      Path pids = home.resolve("pids");
      return Files.exists(pids)
          ? Files.readAllLines(pids).stream().map(Long::valueOf).toList()
          : List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  @Test
  void startShowAndStop() throws Exception {
    Run start = script("start.sh");

    assertThat(start.output()).startsWith("started site berlin of federation demo: process ");
    assertThat(start.code()).isZero();
    await("the program's start", () -> pids().size() == 1);
    assertThat(calls()).containsExactly("kit verify " + kit, "site --kit " + kit);
    Run status = script("status.sh");
    assertThat(status.output())
        .startsWith("site berlin of federation demo runs: process " + pids().get(0));
    assertThat(status.code()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kit.resolve("run"))))
        .isEqualTo("rwx------");

    Run stop = script("stop.sh");

    assertThat(stop.output()).isEqualTo("stopped site berlin\n");
    assertThat(calls()).endsWith("stopped");
    assertThat(script("stop.sh").output()).isEqualTo("site berlin does not run\n");
    assertThat(Files.exists(kit.resolve("run/pid"))).isFalse();
  }

  @Test
  void runFromAnotherFolder() throws Exception {
    assertThat(run(home, "../berlin/start.sh").code()).isZero();
    await("the program's start", () -> pids().size() == 1);
    assertThat(calls()).contains("site --kit " + kit);
    assertThat(run(Path.of("/"), kit + "/status.sh").code()).isZero();
  }

  @Test
  void refuseASecondStart() throws Exception {
    script("start.sh");
    await("the program's start", () -> pids().size() == 1);

    Run second = script("start.sh");
    Run foreground = script("start.sh", "--foreground");

    assertThat(second.code()).isEqualTo(1);
    assertThat(second.output()).contains("runs already", "./stop.sh first");
    assertThat(foreground.code()).isEqualTo(1);
    assertThat(pids()).hasSize(1);
  }

  @Test
  void startAgainWhatBreaksOff() throws Exception {
    Files.createFile(home.resolve("once"));
    script("start.sh");
    await("the program's start", () -> pids().size() == 1);

    Files.writeString(home.resolve("end"), "1");
    await("the second start", () -> pids().size() == 2);
    ProcessHandle.of(pids().get(1)).ifPresent(ProcessHandle::destroyForcibly);
    await("the third start", () -> pids().size() == 3);

    assertThat(Files.readString(kit.resolve("run/log"), UTF_8))
        .contains("site berlin broke off (exit code 1), starts again in 1 s")
        .contains("site berlin broke off (exit code 137), starts again in 2 s");
    assertThat(script("status.sh").code()).isZero();
  }

  @Test
  void doNotStartAgainWhatIsRefused() throws Exception {
    Files.writeString(home.resolve("end"), "2");

    Run start = script("start.sh");

    assertThat(start.code()).isEqualTo(2);
    assertThat(start.output())
        .contains("the kit or its settings cannot be used, see above; not started again")
        .contains("site berlin ended at once");
    assertThat(pids()).hasSize(1);
    assertThat(script("status.sh").code()).isEqualTo(3);
  }

  @Test
  void doNotStartAKitThatIsNotWhole() throws Exception {
    Files.writeString(home.resolve("kit.code"), "2");

    assertThat(script("start.sh").code()).isEqualTo(2);
    assertThat(pids()).isEmpty();
  }

  @Test
  void saySoWhenThereIsNoSoftware() throws Exception {
    Files.delete(home.resolve("roundhouse"));

    Run start = script("start.sh");

    assertThat(start.code()).isEqualTo(1);
    assertThat(start.output()).contains("perhaps you should set ROUNDHOUSE_HOME");
  }

  /** Process ids are used again: a file with the id of somebody else's process means nothing. */
  @Test
  void leaveProcessesOfOthersAlone() throws Exception {
    Files.createDirectories(kit.resolve("run"));
    String mine = String.valueOf(ProcessHandle.current().pid());
    Files.writeString(kit.resolve("run/pid"), mine);
    Files.writeString(kit.resolve("run/child.pid"), mine);

    assertThat(script("status.sh").code()).isEqualTo(3);
    assertThat(script("stop.sh").output()).isEqualTo("site berlin does not run\n");
    Files.writeString(kit.resolve("run/pid"), mine);
    Files.createSymbolicLink(kit.resolve("run/starting"), Path.of("999999999"));
    assertThat(script("start.sh").code()).isZero();
  }

  /** What is left when the watching script itself is killed is found and stopped. */
  @Test
  void findTheProgramWhoseKeeperWasKilled() throws Exception {
    script("start.sh");
    await("the program's start", () -> pids().size() == 1);
    long keeper = Long.parseLong(Files.readString(kit.resolve("run/pid")).strip());
    ProcessHandle handle = ProcessHandle.of(keeper).orElseThrow();
    handle.destroyForcibly();
    await("the keeper's end", () -> !handle.isAlive());

    assertThat(script("start.sh").output()).contains("runs already (process " + pids().get(0));
    assertThat(script("status.sh").code()).isZero();
    assertThat(script("stop.sh").output()).isEqualTo("stopped site berlin\n");
  }

  @Test
  void runInTheForeground() throws Exception {
    Files.writeString(home.resolve("end"), "7");

    Run foreground = script("start.sh", "--foreground");

    assertThat(foreground.code()).isEqualTo(7);
    assertThat(calls()).containsExactly("site --kit " + kit);
    assertThat(script("start.sh", "--forground").code()).isEqualTo(2);
  }
}
