package io.gramian.bench.gpu;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.bench.DisagreementException;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Limit;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import io.gramian.cuda.device.RawDevice;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What the device can do at most, measured once per run before anything is held against it. */
final class Ceilings {
  private static final long COPY_BYTES = 1L << 30;
  private static final int PRODUCT_SIZE = 8192;
  private static final long TINY_BYTES = 1 << 12;
  private static final int TINY_SIZE = 16;
  private static final double PRODUCT_ERROR = 1e-2;

  private final Device device;
  private final boolean tiny;
  private Limit copy;
  private Limit product;

  Ceilings(Device device, boolean tiny) {
    this.device = device;
    this.tiny = tiny;
  }

  /** The ceiling that work is held against; nothing if it was not measured. */
  Optional<Limit> of(Work work) {
    return Optional.ofNullable(work.flops().isPresent() ? product : copy);
  }

  /** Copies within the device; counts bytes read and bytes written. */
  List<Line> copy(DeviceClock clock) {
    long bytes = tiny ? TINY_BYTES : COPY_BYTES;
    TensorSpec spec = TensorSpec.of(DType.I32, bytes / Integer.BYTES);
    try (Tensor from = device.allocate(spec);
        Tensor to = device.allocate(spec)) {
      RawDevice raw = (RawDevice) device;
      raw.fill(clock.stream(), from.address(), (byte) 0x5a, bytes);
      Timing time = clock.time(_ -> raw.copy(clock.stream(), from.address(), to.address(), bytes));
      copy = new Limit(Limit.DEVICE_COPY, 2.0 * bytes / time.median());
      Subject subject =
          new Subject("copy", "", "forward", Math.toIntExact(bytes >> 10), 1, 1 << 10, "bytes");
      return List.of(line(subject, "device-to-device copy", "", time, Work.bytes(2.0 * bytes), ""));
    }
  }

  /** The largest matrix product that the machine offers: cuBLAS, or ours where there is none. */
  List<Line> product(DeviceClock clock) {
    int size = tiny ? TINY_SIZE : PRODUCT_SIZE;
    TensorSpec spec = TensorSpec.of(DType.BF16, size, size);
    try (Tensor a = device.allocate(spec);
        Tensor b = device.allocate(spec);
        Tensor c = device.allocate(spec)) {
      double[] left = noise(a, 1);
      double[] right = noise(b, 2);
      // cuBLAS of an NVIDIA driver has nothing to do with the emulated device.
      Optional<Cublas> found = device.backend().equals("cuda") ? Cublas.find() : Optional.empty();
      if (found.isEmpty()) {
        return ours(clock, size, a, b);
      }
      try (Cublas cublas = found.get()) {
        cublas.use(clock.stream().handle());
        Timing time = clock.time(_ -> cublas.product(size, a.address(), b.address(), c.address()));
        requireRight(size, left, right, c);
        return product(size, "cuBLAS", cublas.version(), time, cublas.origin());
      }
    }
  }

  private List<Line> ours(DeviceClock clock, int size, Tensor a, Tensor b) {
    Bindings inputs = Bindings.of("anchor", a).with("modality1", b);
    try (Tensor c = device.allocate(TensorSpec.of(DType.F32, size, size))) {
      Bindings outputs = Bindings.of("similarity", c);
      try (Plan plan =
          new SimilarityMatrix(Similarity.cosine(), false).plan(device, inputs, outputs)) {
        Timing time = clock.time(_ -> plan.run(clock.stream(), inputs, outputs));
        return product(
            size, "gramian similarity", "", time, "no cuBLAS was found: our own product");
      }
    }
  }

  private List<Line> product(int size, String name, String version, Timing time, String note) {
    double flops = 2.0 * size * size * size;
    product = new Limit(Limit.DEVICE_PRODUCT, flops / time.median());
    Subject subject = new Subject("matmul", "", "forward", size, 2, size, "bf16");
    return List.of(line(subject, name, version, time, Work.flops(flops), note));
  }

  private Line line(
      Subject subject, String name, String version, Timing time, Work work, String note) {
    Contestant by = new Contestant(Contestant.Role.LIMIT, name, version, device.backend(), 1);
    return Line.timed(Line.GPU, subject, by, time, work, Optional.empty()).note(note);
  }

  /** Fills a matrix with noise and gives its values as they were rounded. */
  private static double[] noise(Tensor matrix, long seed) {
    double[] values = new double[Math.toIntExact(matrix.spec().elements())];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextDouble() - 1;
    }
    matrix.copyFrom(values);
    return matrix.toDoubles();
  }

  /** The first row: a ceiling of a product that is wrong would be none. */
  private static void requireRight(int size, double[] a, double[] b, Tensor product) {
    double[] row = product.view(0, TensorSpec.of(DType.BF16, size)).toDoubles();
    double difference = 0;
    double norm = 0;
    for (int j = 0; j < size; j++) {
      double expected = 0;
      for (int i = 0; i < size; i++) {
        expected += a[i] * b[j * size + i];
      }
      difference += (row[j] - expected) * (row[j] - expected);
      norm += expected * expected;
    }
    if (!(Math.sqrt(difference / norm) <= PRODUCT_ERROR)) {
      throw new DisagreementException("the product of cuBLAS is wrong; no ceiling of products");
    }
  }
}
