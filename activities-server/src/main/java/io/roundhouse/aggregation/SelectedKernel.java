package io.roundhouse.aggregation;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A kernel and why it was chosen.
 *
 * @param kernel the kernel, to be closed by its user
 * @param reason for people and manifests
 */
public record SelectedKernel(AggregationKernel kernel, String reason) implements AutoCloseable {
  /** Below this many elements in all updates, launching on a device cannot pay. */
  private static final long FEWEST_ELEMENTS = 1_000_000;

  public SelectedKernel {
    requireNonNull(kernel, "kernel is null");
    requireNonNull(reason, "reason is null");
  }

  /**
   * Makes the chosen kernel. {@link KernelChoice#AUTO} measures both for some 0.3 s each where a
   * device could pay, and takes Java's where there is none but the processor, whose cores Java's
   * loops use as well. OpenCL is not touched otherwise.
   *
   * @throws AggregationException if {@link KernelChoice#OPENCL} is not possible
   */
  public static SelectedKernel select(KernelChoice choice, Workload workload) {
    return switch (choice) {
      case JAVA -> new SelectedKernel(new JavaKernel(), "java: as configured");
      case OPENCL -> {
        AggregationKernel kernel =
            openCl(OpenClKernel::open)
                .orElseThrow(
                    () ->
                        new AggregationException(
                            "there is no OpenCL device, perhaps you should install its driver and libOpenCL, or"
                                + " choose the java kernel"));
        yield new SelectedKernel(kernel, kernel.name() + ": as configured");
      }
      case AUTO ->
          (double) workload.parameters() * workload.updates() < FEWEST_ELEMENTS
              ? new SelectedKernel(new JavaKernel(), "java: model too small for a device")
              : faster(workload);
    };
  }

  private static SelectedKernel faster(Workload workload) {
    try {
      return openCl(OpenClKernel::openApart)
          .map(device -> faster(new JavaKernel(), device, workload))
          .orElseGet(
              () ->
                  new SelectedKernel(
                      new JavaKernel(), "java: no OpenCL device apart from the processor"));
    } catch (AggregationException e) {
      return new SelectedKernel(new JavaKernel(), "java: " + e.getMessage());
    }
  }

  /** The one that is faster, by measurement; the other is closed. */
  static SelectedKernel faster(
      AggregationKernel java, AggregationKernel device, Workload workload) {
    double javaSpeed = Calibration.bytesPerSecond(java, workload);
    double deviceSpeed = Calibration.bytesPerSecond(device, workload);
    AggregationKernel winner = deviceSpeed > javaSpeed ? device : java;
    AggregationKernel loser = deviceSpeed > javaSpeed ? java : device;
    loser.close();
    return new SelectedKernel(
        winner,
        String.format(
            Locale.ROOT,
            "calibration: java %.1f GB/s, opencl %.1f GB/s, %d updates of %.1f M parameters → %s",
            javaSpeed / 1e9,
            deviceSpeed / 1e9,
            workload.updates(),
            workload.parameters() / 1e6,
            winner == device ? "opencl" : "java"));
  }

  private static Optional<OpenClKernel> openCl(Supplier<Optional<OpenClKernel>> open) {
    try {
      return open.get();
    } catch (LinkageError e) {
      throw new AggregationException(
          "OpenCL cannot be loaded (" + e + "), perhaps you should choose the java kernel");
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
