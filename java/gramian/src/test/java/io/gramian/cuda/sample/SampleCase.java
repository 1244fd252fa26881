package io.gramian.cuda.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Accuracy;
import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Op;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A per-sample op with inputs, run on a device and on the reference. The reference sees the same
 * values, rounded to the element type.
 */
final class SampleCase implements AutoCloseable {
  private static final double FLOOR = 1e-10;

  private final Op op;
  private final Device device;
  private final Tensor hostVectors;
  private final Tensor hostUpstream;
  private final Map<String, Tensor> in = new LinkedHashMap<>();

  SampleCase(Op op, Device device, DType dtype, double[] vectors, long... shape) {
    this.op = op;
    this.device = device;
    long[] result =
        op.name().equals("gram")
            ? new long[] {shape[0], shape[1], shape[1]}
            : new long[] {shape[0]};
    hostVectors = Tensor.zeros(TensorSpec.of(dtype, shape));
    hostVectors.copyFrom(vectors);
    hostUpstream = Tensor.zeros(TensorSpec.of(DType.F32, result));
    hostUpstream.copyFrom(random(7, Math.toIntExact(hostUpstream.spec().elements())));
    in.put("vectors", device.upload(hostVectors, dtype));
    in.put("grad_" + op.name(), device.upload(hostUpstream, DType.F32));
  }

  /** A case of random vectors. */
  static SampleCase random(Op op, Device device, DType dtype, long... shape) {
    int count = (int) (shape[0] * shape[1] * shape[2]);
    return new SampleCase(op, device, dtype, random(1, count), shape);
  }

  static double[] random(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(count, -1, 1).toArray();
  }

  /** Puts the vectors into other memory, for instance strided or at an odd address. */
  void vectors(Tensor tensor) {
    tensor.copyFrom(hostVectors.toDoubles());
    Tensor before = in.put("vectors", tensor);
    before.close();
  }

  /** Runs with all outputs and compares them. */
  void check(DType gradient) {
    try (Tensor result = device.allocate(hostUpstream.spec());
        Tensor gradVectors = device.allocate(hostVectors.spec().as(gradient))) {
      Bindings out = Bindings.of(op.name(), result).with("grad_vectors", gradVectors);
      run(out, PlanOptions.defaults());
      compare(out, 0);
    }
  }

  /** Enqueues the op for some outputs and waits for it. */
  void run(Bindings out, PlanOptions options) {
    Bindings bound = Bindings.of(in);
    try (Plan plan = device.plan(op, bound.specs(), out.specs(), options)) {
      plan.run(bound, out);
    }
  }

  /**
   * Compares outputs with the reference.
   *
   * @param before what the gradients held, for accumulation
   */
  void compare(Bindings out, double before) {
    Bindings expected = reference(List.copyOf(out.names()));
    Accuracy bounds = device.accuracy(hostVectors.dtype());
    for (String name : out.names()) {
      boolean backward = name.equals("grad_vectors");
      double[] want = expected.get(name).toDoubles();
      if (backward) {
        for (int i = 0; i < want.length; i++) {
          want[i] += before;
        }
      }
      double bound = backward ? bounds.gradients() : bounds.scores();
      assertThat(error(out.get(name).toDoubles(), want))
          .as("%s of %s for %s", name, op, hostVectors.spec())
          .isLessThanOrEqualTo(bound);
    }
  }

  private Bindings reference(List<String> outputs) {
    try (Device reference = Device.open("reference")) {
      Bindings host = Bindings.of("vectors", hostVectors).with("grad_" + op.name(), hostUpstream);
      return op.evaluate(reference, host, java.util.Set.copyOf(outputs));
    }
  }

  /** |x - ref| / |ref| over the whole array; below the floor a reference is a rounded zero. */
  private static double error(double[] x, double[] reference) {
    assertThat(x).hasSameSizeAs(reference);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < x.length; i++) {
      difference += (x[i] - reference[i]) * (x[i] - reference[i]);
      norm += reference[i] * reference[i];
    }
    return Math.sqrt(difference) / Math.max(Math.sqrt(norm), FLOOR);
  }

  @Override
  public void close() {
    in.values().forEach(Tensor::close);
  }
}
