package io.roundhouse.program;

import io.roundhouse.policy.ProgramBinding;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The environment of a program: nothing of the site's own, but where executables are. */
final class Environment {
  private static final String PATH = "PATH";
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final List<String> THREADS =
      List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS");
  private static final List<String> DEVICES =
      List.of("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES");

  private Environment() {}

  /**
   * The variables of one run.
   *
   * @param folder the run's work folder
   * @param helper the folder of the Python helper
   * @param gpus the devices that it may use
   */
  static Map<String, String> of(
      ProgramBinding program, Path folder, Path helper, List<String> gpus) {
    Map<String, String> variables = new TreeMap<>();
    variables.put(PATH, path());
    variables.put("HOME", folder.toString());
    variables.put("TMPDIR", folder.resolve("tmp").toString());
    variables.put("LANG", "C.UTF-8");
    variables.put("PYTHONPATH", helper.toString());
    variables.put("PYTHONUNBUFFERED", "1");
    variables.put("PYTHONDONTWRITEBYTECODE", "1");
    variables.put("PYTHONHASHSEED", "0");
    THREADS.forEach(name -> variables.put(name, Integer.toString(program.threads())));
    DEVICES.forEach(name -> variables.put(name, String.join(",", gpus)));
    variables.putAll(program.environment());
    return variables;
  }

  /** Where the executable of a command is; empty if it is nowhere. */
  static Optional<Path> executable(ProgramBinding program) {
    String name = program.command().get(0);
    if (name.contains(File.separator)) {
      return Optional.of(Path.of(name)).filter(Environment::isExecutable);
    }
    String path = program.environment().getOrDefault(PATH, path());
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path found = Path.of(folder).resolve(name);
      if (isExecutable(found)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static boolean isExecutable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private static String path() {
    return Optional.ofNullable(System.getenv(PATH)).orElse(USUAL_PATH);
  }
}
