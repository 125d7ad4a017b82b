package io.roundhouse.aggregation;

import com.aparapi.Config;
import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Kernels on an OpenCL device, translated from bytecode by Aparapi. Aparapi runs what it cannot
 * translate on threads of its own and only logs that; here that is an error.
 */
public final class OpenClKernel implements AggregationKernel {
  private static final int TILE = 1 << 20;
  private static final int WORK_GROUP = 256;

  /** Launching costs more than computing fewer elements. */
  private static final int FEWEST_ELEMENTS = 1 << 14;

  /** Most floats in one of the device's buffers. */
  private static final long LARGEST_BUFFER = 1 << 24;

  private static final Logger APARAPI = Logger.getLogger(Config.getLoggerName());

  private final OpenCLDevice device;
  private final WeightedSum weightedSum = new WeightedSum();
  private final Median median = new Median();
  private final JavaKernel java = new JavaKernel();

  private OpenClKernel(OpenCLDevice device) {
    this.device = device;
    weightedSum.setExplicit(true);
    median.setExplicit(true);
  }

  /**
   * Compiles the kernels for the best device, about a second, and compares their bits with {@link
   * JavaKernel}'s.
   *
   * @return empty if there is no device
   * @throws AggregationException if the device computes other bits
   */
  public static Optional<OpenClKernel> open() {
    return open(any -> true);
  }

  /**
   * The same with a device that has processors of its own, such as a GPU.
   *
   * @return empty if there is none
   * @throws AggregationException if the device computes other bits
   */
  public static Optional<OpenClKernel> openApart() {
    return open(device -> device.getType() != Device.TYPE.CPU);
  }

  private static Optional<OpenClKernel> open(Predicate<OpenCLDevice> suitable) {
    if (System.getProperty("com.aparapi.logLevel") == null) {
      APARAPI.setLevel(Level.OFF);
    }
    return OpenCLDevice.listDevices(null).stream()
        .filter(suitable)
        .min(Comparator.comparing(OpenClKernel::preference))
        .map(OpenClKernel::open);
  }

  private static OpenClKernel open(OpenCLDevice device) {
    OpenClKernel kernel = new OpenClKernel(device);
    try {
      Conformance.check(kernel.name(), kernel::addWeightedOnDevice, kernel::medianOnDevice);
    } catch (RuntimeException e) {
      kernel.close();
      throw e;
    }
    return kernel;
  }

  private static int preference(OpenCLDevice device) {
    return device.getType() == Device.TYPE.GPU ? 0 : device.getType() == Device.TYPE.ACC ? 1 : 2;
  }

  @Override
  public String name() {
    return "opencl (" + device.getName() + ")";
  }

  @Override
  public int tile() {
    return TILE;
  }

  @Override
  public void addWeighted(
      float[][] updates, float[] weights, int length, ExactGrid grid, double[] sum) {
    if (length < FEWEST_ELEMENTS) {
      java.addWeighted(updates, weights, length, grid, sum);
    } else {
      addWeightedOnDevice(updates, weights, length, grid, sum);
    }
  }

  @Override
  public void median(float[][] updates, int length, float[] out) {
    if (length < FEWEST_ELEMENTS
        || updates.length > JavaKernel.LARGEST_NETWORK
        || (long) length * updates.length > LARGEST_BUFFER) {
      java.median(updates, length, out);
    } else {
      medianOnDevice(updates, length, out);
    }
  }

  private synchronized void addWeightedOnDevice(
      float[][] updates, float[] weights, int length, ExactGrid grid, double[] sum) {
    for (int first = 0; first < updates.length; first += ExactGrid.GROUP) {
      weightedSum.take(updates, weights, first, length, grid, sum);
      execute(weightedSum, length);
      weightedSum.get(sum);
    }
  }

  private synchronized void medianOnDevice(float[][] updates, int length, float[] out) {
    median.take(updates, length);
    execute(median, length);
    median.get(median.out);
    System.arraycopy(median.out, 0, out, 0, length);
  }

  /** A range of whole work groups: Aparapi would divide an odd length into groups of one. */
  private void execute(Kernel kernel, int length) {
    int rounded = Math.multiplyExact(Math.floorDiv(length - 1, WORK_GROUP) + 1, WORK_GROUP);
    kernel.execute(Range.create(device, rounded, WORK_GROUP));
    requireDevice(kernel);
  }

  /** Refuses a kernel that Aparapi ran elsewhere than on an OpenCL device. */
  static void requireDevice(Kernel kernel) {
    if (!(kernel.getTargetDevice() instanceof OpenCLDevice)) {
      throw new AggregationException(
          kernel.getClass().getSimpleName()
              + " was not run by OpenCL but by "
              + kernel.getTargetDevice().getShortDescription()
              + ", perhaps you should choose the java kernel");
    }
  }

  @Override
  public synchronized void close() {
    weightedSum.dispose();
    median.dispose();
  }

  /** The weighted sum of eight updates, see {@link ExactGrid}. */
  private static final class WeightedSum extends Kernel {
    private static final float[] NONE = new float[0];

    private float[] x0 = NONE;
    private float[] x1 = NONE;
    private float[] x2 = NONE;
    private float[] x3 = NONE;
    private float[] x4 = NONE;
    private float[] x5 = NONE;
    private float[] x6 = NONE;
    private float[] x7 = NONE;
    private double[] sum = new double[0];
    private float w0;
    private float w1;
    private float w2;
    private float w3;
    private float w4;
    private float w5;
    private float w6;
    private float w7;
    private float high;
    private float low;
    private int length;

    /** Takes up to eight updates; those that lack have weight zero. */
    void take(
        float[][] updates,
        float[] weights,
        int first,
        int elements,
        ExactGrid grid,
        double[] total) {
      float[][] x = new float[ExactGrid.GROUP][];
      float[] w = new float[ExactGrid.GROUP];
      for (int k = 0; k < ExactGrid.GROUP; k++) {
        boolean present = first + k < updates.length;
        x[k] = updates[present ? first + k : first];
        w[k] = present ? weights[first + k] * grid.scale() : 0;
      }
      x0 = x[0];
      x1 = x[1];
      x2 = x[2];
      x3 = x[3];
      x4 = x[4];
      x5 = x[5];
      x6 = x[6];
      x7 = x[7];
      w0 = w[0];
      w1 = w[1];
      w2 = w[2];
      w3 = w[3];
      w4 = w[4];
      w5 = w[5];
      w6 = w[6];
      w7 = w[7];
      high = grid.high();
      low = grid.low();
      length = elements;
      sum = total;
      put(sum);
      for (float[] slice : x) {
        put(slice);
      }
    }

    @Override
    public void run() {
      int i = getGlobalId();
      if (i < length) {
        float h0 = fma(w0, x0[i], high) - high;
        float h1 = fma(w1, x1[i], high) - high;
        float h2 = fma(w2, x2[i], high) - high;
        float h3 = fma(w3, x3[i], high) - high;
        float h4 = fma(w4, x4[i], high) - high;
        float h5 = fma(w5, x5[i], high) - high;
        float h6 = fma(w6, x6[i], high) - high;
        float h7 = fma(w7, x7[i], high) - high;
        float q0 = (fma(w0, x0[i], -h0) + low) - low;
        float q1 = (fma(w1, x1[i], -h1) + low) - low;
        float q2 = (fma(w2, x2[i], -h2) + low) - low;
        float q3 = (fma(w3, x3[i], -h3) + low) - low;
        float q4 = (fma(w4, x4[i], -h4) + low) - low;
        float q5 = (fma(w5, x5[i], -h5) + low) - low;
        float q6 = (fma(w6, x6[i], -h6) + low) - low;
        float q7 = (fma(w7, x7[i], -h7) + low) - low;
        float hi = ((h0 + h1) + (h2 + h3)) + ((h4 + h5) + (h6 + h7));
        float lo = ((q0 + q1) + (q2 + q3)) + ((q4 + q5) + (q6 + q7));
        sum[i] = sum[i] + ((double) hi + (double) lo);
      }
    }
  }

  /** Medians by a sorting network; each work item sorts one column of a matrix. */
  private static final class Median extends Kernel {
    private float[] rows = new float[0];
    private float[] out = new float[0];
    private int[] network = new int[0];
    private int comparators;
    private int inputs;
    private int length;

    void take(float[][] updates, int elements) {
      if (inputs != updates.length) {
        inputs = updates.length;
        List<SortingNetwork.Comparator> order = SortingNetwork.median(inputs).comparators();
        comparators = order.size();
        network = new int[Math.max(1, 2 * comparators)];
        for (int c = 0; c < comparators; c++) {
          network[2 * c] = order.get(c).low();
          network[2 * c + 1] = order.get(c).high();
        }
        put(network);
      }
      if (rows.length < inputs * elements) {
        rows = new float[inputs * elements];
      }
      if (out.length < elements) {
        out = new float[elements];
      }
      length = elements;
      for (int k = 0; k < inputs; k++) {
        JavaKernel.copyUnsignedZeros(updates[k], 0, rows, k * elements, elements);
      }
      put(rows);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      if (i < length) {
        for (int c = 0; c < comparators; c++) {
          int a = network[2 * c] * length + i;
          int b = network[2 * c + 1] * length + i;
          float x = rows[a];
          float y = rows[b];
          rows[a] = min(x, y);
          rows[b] = max(x, y);
        }
        float lower = rows[((inputs - 1) / 2) * length + i];
        float upper = rows[(inputs / 2) * length + i];
        float middle = lower;
        if (lower != upper) {
          middle = fma(0.5f, lower, 0.5f * upper);
        }
        out[i] = middle;
      }
    }
  }
}
