package io.roundhouse.training;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Loads the native libraries of ND4J, and keeps each training to one thread. */
final class Dl4jRuntime {
  private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";
  private static final long MOST_BYTES;

  static {
    // JavaCPP would read the size of the process at every allocation; here it is once an epoch.
    if (System.getProperty(PHYSICAL_LIMIT) == null) {
      System.setProperty(PHYSICAL_LIMIT, "0");
      MOST_BYTES = 2 * Runtime.getRuntime().maxMemory();
    } else {
      MOST_BYTES = Long.MAX_VALUE;
    }
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Nd4j.factory().blas().setMaxThreads(1);
  }

  private Dl4jRuntime() {}

  /**
   * Makes the calling thread ready; before any other use of DL4J. OpenMP's number of threads
   * belongs to the calling thread.
   */
  static void prepareThread() {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
  }

  /** Native memory of dead arrays comes back with the heap's garbage only. */
  static void limitNativeMemory() {
    if (Pointer.physicalBytes() > MOST_BYTES) {
      System.gc();
    }
  }
}
