package io.roundhouse.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.aparapi.Kernel;
import io.roundhouse.aggregation.Workload.Operation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
  private static Optional<OpenClKernel> device = Optional.empty();
  private final JavaKernel java = new JavaKernel();

  @BeforeAll
  static void openDevice() {
    device = OpenClKernel.open();
  }

  @AfterAll
  static void closeDevice() {
    device.ifPresent(OpenClKernel::close);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17})
  void openClSumsWithTheBitsOfJava(int updates) {
    OpenClKernel openCl = device();
    for (int length : new int[] {16_384, 16_385, 49_999, 100_003}) {
      float[][] values = Updates.random(updates, updates, length, 2, 6);
      float[] weights = Updates.weights(updates, updates, 5000);
      ExactGrid grid = ExactGrid.of(Updates.largest(values), weights);
      double[] expected = new double[length];
      double[] sum = new double[length];
      java.addWeighted(values, weights, length, grid, expected);
      openCl.addWeighted(values, weights, length, grid, sum);
      assertThat(Arrays.equals(sum, expected)).as("length %s", length).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 130})
  void openClFindsMediansWithTheBitsOfJava(int updates) {
    OpenClKernel openCl = device();
    for (int length : new int[] {16_384, 20_001, 17_003}) {
      float[][] values = Updates.random(updates, updates, length, 2, 3);
      float[] expected = new float[length];
      float[] medians = new float[length];
      java.median(values, length, expected);
      openCl.median(values, length, medians);
      assertThat(Arrays.equals(medians, expected)).as("length %s", length).isTrue();
    }
  }

  @Test
  void openClIsUsedByManyThreads() {
    OpenClKernel openCl = device();
    int length = 20_000;
    float[][] values = Updates.random(1, 5, length, 1, 3);
    float[] weights = Updates.weights(1, 5, 100);
    ExactGrid grid = ExactGrid.of(Updates.largest(values), weights);
    double[] expected = new double[length];
    java.addWeighted(values, weights, length, grid, expected);
    List<double[]> sums = Stream.generate(() -> new double[length]).limit(8).toList();
    sums.parallelStream()
        .forEach(sum -> openCl.addWeighted(copy(values), weights, length, grid, sum));
    assertThat(sums).allMatch(sum -> Arrays.equals(sum, expected));
  }

  @Test
  void refusesAKernelThatAparapiRunsElsewhere() {
    device();
    Untranslatable kernel = new Untranslatable();
    try {
      kernel.execute(256);
      assertThat(kernel.values[3]).isEqualTo(3);
      assertThatThrownBy(() -> OpenClKernel.requireDevice(kernel))
          .isInstanceOf(AggregationException.class)
          .hasMessageContaining("was not run by OpenCL");
    } finally {
      kernel.dispose();
    }
  }

  /** Aparapi cannot translate an object's methods. */
  private static final class Untranslatable extends Kernel {
    private final float[] values = new float[256];

    @Override
    public void run() {
      values[getGlobalId()] = Float.parseFloat(Integer.toString(getGlobalId()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 63, 128, 129, 300})
  void mediansAreThoseOfSortedColumns(int updates) {
    int length = 2500;
    float[][] values = Updates.random(updates, updates, length, 1, 1);
    for (float[] update : values) {
      for (int i = 0; i < length; i += 2) {
        update[i] = Math.round(update[i] * 3) / 3f;
      }
    }
    float[] medians = new float[length];
    java.median(values, length, medians);
    for (int i = 0; i < length; i++) {
      double[] column = new double[updates];
      for (int k = 0; k < updates; k++) {
        column[k] = values[k][i] + 0.0;
      }
      Arrays.sort(column);
      double median = (column[(updates - 1) / 2] + column[updates / 2]) / 2;
      assertThat(medians[i]).isEqualTo((float) median);
      assertThat(Float.floatToRawIntBits(medians[i])).isNotEqualTo(Integer.MIN_VALUE);
    }
  }

  @Test
  void mediansOfTheLargestValuesDoNotOverflow() {
    float[] medians = new float[2];
    float max = Float.MAX_VALUE;
    java.median(new float[][] {{max, -max}, {max, max}}, 2, medians);
    assertThat(medians).containsExactly(max, 0);
  }

  @Test
  void smallModelsAreForJava() {
    Workload workload = new Workload(Operation.WEIGHTED_SUM, 10, 2410);
    try (SelectedKernel selected = SelectedKernel.select(KernelChoice.AUTO, workload)) {
      assertThat(selected.kernel().name()).isEqualTo("java");
      assertThat(selected.reason()).isEqualTo("java: model too small for a device");
    }
  }

  @Test
  void theProcessorIsNotTakenForADeviceOfItsOwn() {
    Workload workload = new Workload(Operation.WEIGHTED_SUM, 8, 4_200_000);
    try (SelectedKernel selected = SelectedKernel.select(KernelChoice.AUTO, workload)) {
      if (OpenClKernel.openApart().isEmpty()) {
        assertThat(selected.reason()).isEqualTo("java: no OpenCL device apart from the processor");
      } else {
        assertThat(selected.reason()).startsWith("calibration: ");
      }
    }
  }

  @Test
  void largeModelsAreForTheFasterKernel() {
    Workload workload = new Workload(Operation.WEIGHTED_SUM, 8, 4_200_000);
    Optional<OpenClKernel> measured = OpenClKernel.open();
    assumeTrue(measured.isPresent(), "no OpenCL device: calibration is not run");
    try (SelectedKernel selected =
        SelectedKernel.faster(new JavaKernel(), measured.orElseThrow(), workload)) {
      System.out.println(selected.reason());
      assertThat(selected.reason())
          .matches(
              "calibration: java [0-9.]+ GB/s, opencl [0-9.]+ GB/s, 8 updates of 4.2 M"
                  + " parameters → (java|opencl)")
          .endsWith(selected.kernel() instanceof JavaKernel ? "java" : "opencl");
    }
  }

  @Test
  void aDeviceThatIsAskedForIsUsedOrMissed() {
    Workload workload = new Workload(Operation.MEDIAN, 3, 10);
    if (device.isEmpty()) {
      assertThatThrownBy(() -> SelectedKernel.select(KernelChoice.OPENCL, workload))
          .isInstanceOf(AggregationException.class)
          .hasMessageContaining("no OpenCL device, perhaps");
    } else {
      try (SelectedKernel selected = SelectedKernel.select(KernelChoice.OPENCL, workload)) {
        assertThat(selected.kernel().name()).startsWith("opencl (");
      }
    }
  }

  @Test
  void aDeviceWithOtherBitsIsRefused() {
    assertThatThrownBy(
            () ->
                Conformance.check(
                    "inexact",
                    (updates, weights, length, grid, sum) -> {
                      java.addWeighted(updates, weights, length, grid, sum);
                      sum[7] = Math.nextUp(sum[7]);
                    },
                    java::median))
        .isInstanceOf(AggregationException.class)
        .hasMessageContaining("inexact computes other bits");
  }

  private static float[][] copy(float[][] values) {
    return Arrays.stream(values).map(float[]::clone).toArray(float[][]::new);
  }

  private static OpenClKernel device() {
    assumeTrue(device.isPresent(), "no OpenCL device: bits of Java and OpenCL are not compared");
    return device.orElseThrow();
  }
}
