package io.gramian.tensorflow;

import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.PlanOptions;
import io.gramian.TensorSpec;
import io.gramian.bridge.Bridge;
import io.gramian.bridge.Foreign;
import io.gramian.bridge.ForeignTensors;
import org.tensorflow.Tensor;

/**
 * Runs ops on tensors of TensorFlow-Java, as {@link Bridge} says.
 *
 * <p>TensorFlow-Java hands out tensors in host memory only, so the device must be one of the host
 * ({@code cpu} or {@code reference}).
 */
public final class TensorFlowBridge extends Bridge<Tensor> {
  /**
   * A bridge to a device, which stays the caller's.
   *
   * @param device where to compute
   * @throws ParameterException if the memory of the device is not that of the host
   */
  public TensorFlowBridge(Device device) {
    this(device, PlanOptions.defaults());
  }

  /**
   * A bridge to a device, which stays the caller's, with options of all its plans, for instance a
   * {@link PlanOptions#collective} by which losses are those of a batch of many ranks.
   *
   * @param device where to compute
   * @param options of every plan that it makes
   * @throws ParameterException if the memory of the device is not that of the host, or the options
   *     accumulate or hold a workspace
   */
  public TensorFlowBridge(Device device, PlanOptions options) {
    super(new HostTensors(), requireHost(device), options);
  }

  private static Device requireHost(Device device) {
    if (!ParameterException.requireNonNull(device, "a device").place().isHost()) {
      throw new ParameterException(
          "expected a device of the host, whose memory TensorFlow-Java's tensors are in, got "
              + device
              + "; open 'cpu'");
    }
    return device;
  }

  private static final class HostTensors implements ForeignTensors<Tensor> {
    @Override
    public Foreign describe(String name, Tensor tensor) {
      TensorSpec spec = TensorFlowTypes.spec(name, tensor);
      long address = spec.elements() == 0 ? 0 : TensorFlowTypes.address(name, tensor);
      return new Foreign(address, spec, Place.HOST);
    }

    @Override
    public Tensor allocate(Tensor like, Place place, TensorSpec spec) {
      return Tensor.of(TensorFlowTypes.type(spec.dtype()), TensorFlowTypes.shape(spec));
    }

    @Override
    public void close(Tensor tensor) {
      tensor.close();
    }
  }
}
