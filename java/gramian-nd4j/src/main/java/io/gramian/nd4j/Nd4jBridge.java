package io.gramian.nd4j;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.PlanCache;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Op;
import java.lang.ref.Reference;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs ops on arrays of ND4J: inputs are read where they are, outputs are written into ND4J's
 * arrays. Nothing is copied. Arrays go by the names of {@link Op}; they may be views, as long as
 * the last dimension has stride 1 and rows do not overlap.
 *
 * <p>Both must compute on the host: ND4J with its backend for CPUs, Gramian on {@code cpu} or
 * {@code reference}.
 *
 * <p>Plans and their workspace are kept for the last 16 combinations of op and shapes. Calls from
 * several threads come one after the other.
 */
public final class Nd4jBridge implements AutoCloseable {
  private final PlanCache plans;

  /**
   * A bridge to a device, which stays the caller's.
   *
   * @throws ParameterException if the device or ND4J's backend is not one of the host
   */
  public Nd4jBridge(Device device) {
    if (!device.place().isHost()) {
      throw new ParameterException(
          "expected a device of the host, where ND4J's arrays are, got " + device + "; open 'cpu'");
    }
    String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
    if (!"CPU".equalsIgnoreCase(backend)) {
      throw new ParameterException("expected ND4J with its backend for CPUs, got " + backend);
    }
    this.plans = new PlanCache(device);
  }

  /**
   * A view of an array's memory. It neither owns the memory nor keeps the array alive: use it only
   * as long as the array is open and reachable.
   *
   * @throws io.gramian.ShapeException if the element type or the strides are none that Gramian
   *     takes
   */
  public Tensor view(INDArray array) {
    return view("array", array);
  }

  Tensor view(String name, INDArray array) {
    TensorSpec spec = Nd4jTypes.spec(name, array);
    return spec.elements() == 0
        ? Tensor.zeros(spec)
        : plans.device().wrap(Nd4jTypes.address(array), spec);
  }

  /**
   * Runs an op.
   *
   * @param inputs arrays by name; upstream gradients too, for gradients of an op without a loss
   * @param outputs names of what is to be computed
   * @return new arrays by name: floating-point results are f32 (f64 for f64 data), a gradient has
   *     the element type of its input, indices are i32
   * @throws io.gramian.ShapeException if an input does not fit the op
   */
  public Map<String, INDArray> run(
      Op op, Map<String, INDArray> inputs, Collection<String> outputs) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    inputs.forEach((name, array) -> specs.put(name, Nd4jTypes.spec(name, array)));
    Specs given = Specs.of(specs);
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    op.signature(given)
        .outputs(given, outputs)
        .asMap()
        .forEach((name, spec) -> arrays.put(name, allocate(spec)));
    run(op, inputs, arrays);
    return arrays;
  }

  /**
   * Runs an op and writes its results into given arrays.
   *
   * @throws io.gramian.ShapeException if an array does not fit the op
   */
  public void run(Op op, Map<String, INDArray> inputs, Map<String, INDArray> outputs) {
    try {
      plans.run(op, bind(inputs), bind(outputs));
    } finally {
      // The views do not keep the arrays alive.
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(outputs);
    }
  }

  /** The same, with the loss in a Java variable. */
  double runLoss(Op op, Map<String, INDArray> inputs, Map<String, INDArray> gradients) {
    try {
      double[] loss = new double[1];
      plans.run(op, bind(inputs), bind(gradients).with("loss", Tensor.of(loss)));
      return loss[0];
    } finally {
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(gradients);
    }
  }

  private Bindings bind(Map<String, INDArray> arrays) {
    Map<String, Tensor> views = new LinkedHashMap<>();
    arrays.forEach((name, array) -> views.put(name, view(name, array)));
    return Bindings.of(views);
  }

  private static INDArray allocate(TensorSpec spec) {
    return Nd4j.createUninitialized(Nd4jTypes.type(spec.dtype()), spec.shape(), 'c');
  }

  /** Frees the plans; the device stays open. */
  @Override
  public void close() {
    plans.close();
  }
}
