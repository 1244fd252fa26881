package io.gramian.tensorflow;

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
import org.tensorflow.types.family.TType;

/**
 * Runs ops on tensors of TensorFlow-Java: inputs are read where they are, outputs are written into
 * tensors that TensorFlow has allocated. Nothing is copied. Tensors go by the names of {@link Op}.
 *
 * <p>TensorFlow-Java hands out tensors in host memory only, so the device must be one of the host
 * ({@code cpu} or {@code reference}).
 *
 * <p>Plans and their workspace are kept for the last 16 combinations of op and shapes. Calls from
 * several threads come one after the other.
 */
public final class TensorFlowBridge implements AutoCloseable {
  private final PlanCache plans;

  /**
   * A bridge to a device, which stays the caller's.
   *
   * @throws ParameterException if the memory of the device is not that of the host
   */
  public TensorFlowBridge(Device device) {
    if (!device.place().isHost()) {
      throw new ParameterException(
          "expected a device of the host, whose memory TensorFlow-Java's tensors are in, got "
              + device
              + "; open 'cpu'");
    }
    this.plans = new PlanCache(device);
  }

  /**
   * A view of a tensor's memory. It neither owns the memory nor keeps the tensor alive: use it only
   * as long as the tensor is open and reachable.
   *
   * @throws io.gramian.ShapeException if the element type is none that Gramian takes
   */
  public Tensor view(org.tensorflow.Tensor tensor) {
    return view("tensor", tensor);
  }

  private Tensor view(String name, org.tensorflow.Tensor tensor) {
    TensorSpec spec = TensorFlowTypes.spec(name, tensor);
    return spec.elements() == 0
        ? Tensor.zeros(spec)
        : plans.device().wrap(TensorFlowTypes.address(name, tensor), spec);
  }

  /**
   * Runs an op.
   *
   * @param inputs tensors by name; upstream gradients too, for gradients of an op without a loss
   * @param outputs names of what is to be computed
   * @return new tensors: floating-point results are f32 (f64 for f64 data), a gradient has the
   *     element type of its input, indices are i32
   * @throws io.gramian.ShapeException if an input does not fit the op
   */
  public TensorFlowResult run(
      Op op, Map<String, ? extends org.tensorflow.Tensor> inputs, Collection<String> outputs) {
    try {
      Map<String, Tensor> views = new LinkedHashMap<>();
      inputs.forEach((name, tensor) -> views.put(name, view(name, tensor)));
      Bindings in = Bindings.of(views);
      Specs specs = op.signature(in.specs()).outputs(in.specs(), outputs);
      Map<String, TType> tensors = new LinkedHashMap<>();
      try {
        specs.asMap().forEach((name, spec) -> tensors.put(name, allocate(spec)));
        Map<String, Tensor> written = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> written.put(name, view(name, tensor)));
        plans.run(op, in, Bindings.of(written));
        return new TensorFlowResult(tensors);
      } catch (RuntimeException e) {
        tensors.values().forEach(TType::close);
        throw e;
      }
    } finally {
      // The views do not keep the tensors alive.
      Reference.reachabilityFence(inputs);
    }
  }

  private static TType allocate(TensorSpec spec) {
    return org.tensorflow.Tensor.of(
        TensorFlowTypes.type(spec.dtype()), TensorFlowTypes.shape(spec));
  }

  /** Frees the plans; the device stays open. */
  @Override
  public void close() {
    plans.close();
  }
}
