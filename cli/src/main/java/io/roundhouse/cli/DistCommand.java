package io.roundhouse.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import io.roundhouse.domain.Text;
import io.roundhouse.services.Program;
import io.roundhouse.services.ServiceException;
import io.roundhouse.terminal.ExitCode;
import io.roundhouse.terminal.Failure;
import io.roundhouse.terminal.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code roundhouse dist}. */
@Command(
    name = "dist",
    description = {
      "Pack Roundhouse for machines that have a Java runtime, but no Maven and no internet.",
      "",
      "There: tar xf FILE, and set ROUNDHOUSE_HOME to the folder that comes out."
    })
final class DistCommand implements Callable<Integer> {
  private static final String LIBRARIES = "cli/target/app/lib";
  private static final String OWN = "roundhouse-";
  private static final List<String> BESIDE = List.of("roundhouse", "LICENSE", "samples");

  /** Those whose native libraries are published. */
  private static final List<String> PLATFORMS =
      List.of("linux-x86_64", "linux-arm64", "macosx-x86_64", "macosx-arm64");

  @Parameters(
      paramLabel = "PLATFORM",
      description =
          "linux-arm64 (boards whose uname -m says aarch64), linux-x86_64, macosx-arm64 or"
              + " macosx-x86_64.")
  private String platform = "";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write it (default: roundhouse-PLATFORM.tar).")
  private @Nullable Path out;

  @Override
  public Integer call() {
    if (!PLATFORMS.contains(platform)) {
      throw Failure.badInput(
          "there is no Roundhouse for "
              + Text.quote(platform)
              + ", perhaps you should write "
              + Text.choices(PLATFORMS));
    }
    Path home = Home.folder().toAbsolutePath().normalize();
    if (!Files.exists(home.resolve("pom.xml"))) {
      throw Failure.badInput(
          home + " is itself packed, perhaps you should pack where Roundhouse was built");
    }
    Path file = out == null ? Path.of("roundhouse-" + platform + ".tar") : out;
    Path log = home.resolve("cli/target/dist.log");
    try {
      Path scratch = Files.createTempDirectory("roundhouse-dist");
      try {
        collect(platform, home, scratch.resolve("roundhouse"), log);
        System.err.println("packing");
        Program.run(
            List.of("tar", "cf", file.toString(), "-C", scratch.toString(), "roundhouse"),
            log,
            "look whether " + file + " can be written; " + log + " says why");
      } finally {
        delete(scratch);
      }
      System.out.printf(
          "%s  %s, for %s with Java 17 or newer%n", file, Units.bytes(Files.size(file)), platform);
    } catch (IOException e) {
      throw Failure.badInput(
          file + " cannot be written (" + e + "), perhaps you should check the free space");
    } catch (ServiceException e) {
      throw Failure.badInput(String.valueOf(e.getMessage()));
    }
    return ExitCode.OK;
  }

  /** The folder of the checkout, without its sources and with another platform's libraries. */
  private static void collect(String platform, Path home, Path folder, Path log)
      throws IOException {
    Path libraries = folder.resolve(LIBRARIES);
    Files.createDirectories(libraries);
    System.err.printf("fetching the libraries for %s, some 90 MB the first time%n", platform);
    Program.run(maven(platform, home, libraries), log, "read the end of " + log);
    for (Path jar : below(home.resolve(LIBRARIES))) {
      if (jar.getFileName().toString().startsWith(OWN)) {
        copy(jar, libraries.resolve(jar.getFileName()));
      }
    }
    for (String name : BESIDE) {
      copy(home.resolve(name), folder.resolve(name));
    }
  }

  /** Copies what others have published, and leaves alone what runs just now. */
  private static List<String> maven(String platform, Path home, Path libraries) {
    return List.of(
        "mvn",
        "-B",
        "-ntp",
        "-f",
        home.resolve("pom.xml").toString(),
        "-pl",
        "cli",
        "-am",
        "-Dmaven.test.skip=true",
        "-Dspotless.check.skip",
        "-Dnative.platform=" + platform,
        "-Djavacpp.platform=" + platform,
        "-DincludeScope=runtime",
        "-DexcludeGroupIds=io.roundhouse",
        "-DoutputDirectory=" + libraries,
        "compile",
        "dependency:copy-dependencies");
  }

  private static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path each : below(from)) {
      Files.copy(each, to.resolve(from.relativize(each).toString()), COPY_ATTRIBUTES);
    }
  }

  private static void delete(Path folder) throws IOException {
    for (Path each : below(folder).stream().sorted(Comparator.reverseOrder()).toList()) {
      Files.delete(each);
    }
  }
}
