package io.roundhouse.training;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Loads the native libraries of ND4J, and keeps each training to one thread. */
final class Dl4jRuntime {
  private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";
  private static final Pattern MISSING =
      Pattern.compile("([^:/\\s]+): cannot open shared object file");
  private static final long MOST_BYTES;
  private static final Optional<String> PROBLEM;

  static {
    // JavaCPP would read the size of the process at every allocation; here it is once an epoch.
    if (System.getProperty(PHYSICAL_LIMIT) == null) {
      System.setProperty(PHYSICAL_LIMIT, "0");
      MOST_BYTES = 2 * Runtime.getRuntime().maxMemory();
    } else {
      MOST_BYTES = Long.MAX_VALUE;
    }
    PROBLEM = load();
  }

  private Dl4jRuntime() {}

  /**
   * Makes the calling thread ready; before any other use of DL4J. OpenMP's number of threads
   * belongs to the calling thread.
   *
   * @throws EngineUnavailableException if the libraries cannot be loaded
   */
  static void prepareThread() {
    if (PROBLEM.isPresent()) {
      throw new EngineUnavailableException(PROBLEM.get());
    }
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
  }

  /** What is wrong if they cannot be loaded. */
  private static Optional<String> load() {
    try {
      Nd4j.getEnvironment().setMaxMasterThreads(1);
      Nd4j.factory().blas().setMaxThreads(1);
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of(problem(e, Loader.getPlatform()));
    }
  }

  /**
   * @param platform as the jars of native libraries are named: {@code linux-arm64}
   */
  static String problem(Throwable e, String platform) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = String.valueOf(root.getMessage());
    Matcher missing = MISSING.matcher(said);
    String cure =
        missing.find()
            ? "install what has "
                + missing.group(1)
                + (missing.group(1).startsWith("libgomp") ? " (in Debian: libgomp1)" : "")
            : "take a Roundhouse for this machine: `roundhouse dist " + platform + "`";
    return "the libraries of trainer dl4j for "
        + platform
        + " cannot be loaded ("
        + said
        + "), perhaps you should "
        + cure;
  }

  /** Native memory of dead arrays comes back with the heap's garbage only. */
  static void limitNativeMemory() {
    if (Pointer.physicalBytes() > MOST_BYTES) {
      System.gc();
    }
  }
}
