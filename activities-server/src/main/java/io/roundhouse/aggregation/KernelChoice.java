package io.roundhouse.aggregation;

/** Which kernel shall aggregate. */
public enum KernelChoice {
  /** The faster one for the job at hand; Java where OpenCL has but the processor. */
  AUTO,
  /** {@link JavaKernel}. */
  JAVA,
  /** {@link OpenClKernel}; an error where there is no device. */
  OPENCL
}
