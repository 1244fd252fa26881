package io.gramian.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.HostPlan;
import io.gramian.ParameterException;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import java.util.List;

/**
 * An op whose results are a scalar {@code loss} and the gradients of its inputs, scaled by the
 * input {@code grad_loss} (1 by default).
 */
public interface Loss extends Op {
  /**
   * {@return names of the loss and of every gradient that inputs allow}
   *
   * @param inputs specs of the inputs
   */
  default List<String> lossAndGradients(Specs inputs) {
    ParameterException.requireNonNull(inputs, "specs of inputs");
    return signature(inputs).computable(inputs);
  }

  /**
   * Computes the loss and every gradient: plans, runs and frees in one call. A loop does better
   * with {@link #hostPlan}.
   *
   * @param device where to compute
   * @param inputs tensors in host memory or at the device's place, by name
   * @return packed host tensors; see {@link Bindings#loss} and {@link Bindings#gradient}
   * @throws io.gramian.ShapeException if an input does not fit
   */
  default Bindings lossAndGradients(Device device, Bindings inputs) {
    ParameterException.requireNonNull(inputs, "inputs");
    return evaluate(device, inputs, lossAndGradients(inputs.specs()));
  }

  /**
   * Plans the loss and every gradient for a loop over tensors in host memory, for instance views of
   * Java arrays.
   *
   * @param device where to compute
   * @param inputs tensors in host memory or at the device's place, by name
   * @return the plan, to be closed
   * @throws io.gramian.ShapeException if an input does not fit
   */
  default HostPlan hostPlan(Device device, Bindings inputs) {
    ParameterException.requireNonNull(inputs, "inputs");
    return hostPlan(device, inputs, lossAndGradients(inputs.specs()), PlanOptions.defaults());
  }
}
