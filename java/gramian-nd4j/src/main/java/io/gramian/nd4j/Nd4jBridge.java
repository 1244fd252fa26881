package io.gramian.nd4j;

import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.PlanOptions;
import io.gramian.TensorSpec;
import io.gramian.bridge.Bridge;
import io.gramian.bridge.Foreign;
import io.gramian.bridge.ForeignTensors;
import io.gramian.op.Loss;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs ops on arrays of ND4J, as {@link Bridge} says.
 *
 * <p>Both must compute on the host: ND4J with its backend for CPUs, Gramian on {@code cpu} or
 * {@code reference}.
 */
public final class Nd4jBridge extends Bridge<INDArray> {
  /**
   * A bridge to a device, which stays the caller's.
   *
   * @param device where to compute
   * @throws ParameterException if the device or ND4J's backend is not one of the host
   */
  public Nd4jBridge(Device device) {
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
  public Nd4jBridge(Device device, PlanOptions options) {
    super(new HostArrays(), requireHost(device), options);
  }

  private static Device requireHost(Device device) {
    if (!ParameterException.requireNonNull(device, "a device").place().isHost()) {
      throw new ParameterException(
          "expected a device of the host, where ND4J's arrays are, got " + device + "; open 'cpu'");
    }
    String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
    if (!"CPU".equalsIgnoreCase(backend)) {
      throw new ParameterException("expected ND4J with its backend for CPUs, got " + backend);
    }
    return device;
  }

  /** Writes gradients, by the names of the outputs, where a graph has them; returns the loss. */
  double backward(Loss loss, Map<String, INDArray> inputs, Map<String, INDArray> gradients) {
    return lossAndGradients(loss, inputs, gradients);
  }

  private static final class HostArrays implements ForeignTensors<INDArray> {
    @Override
    public Foreign describe(String name, INDArray array) {
      TensorSpec spec = Nd4jTypes.spec(name, array);
      return new Foreign(spec.elements() == 0 ? 0 : Nd4jTypes.address(array), spec, Place.HOST);
    }

    @Override
    public INDArray allocate(INDArray like, Place place, TensorSpec spec) {
      return Nd4j.createUninitialized(Nd4jTypes.type(spec.dtype()), spec.shape(), 'c');
    }

    @Override
    public void close(INDArray array) {
      if (array.closeable()) {
        array.close();
      }
    }
  }
}
