package io.roundhouse.training;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Loads the native libraries of ND4J and keeps them to one thread per training. */
final class Dl4jRuntime {
  private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";

  static {
    // JavaCPP would otherwise read the size of the process at every allocation.
    if (System.getProperty(PHYSICAL_LIMIT) == null) {
      System.setProperty(PHYSICAL_LIMIT, "0");
    }
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Nd4j.factory().blas().setMaxThreads(1);
  }

  private Dl4jRuntime() {}

  /** Loads the libraries if need be; OpenMP's number of threads belongs to the calling thread. */
  static void prepareThread() {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
  }
}
