package io.gramian.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.HostPlan;
import io.gramian.ParameterException;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import java.util.Collection;
import java.util.Optional;

/**
 * An op: an immutable record of its parameters. Its tensors have {@link Names}, the same in Java,
 * on the command line and in files: inputs such as {@code anchor}, outputs such as {@code loss},
 * and for every differentiable input {@code x} the gradient {@code grad_x}. A plan computes the
 * outputs that are bound and nothing else.
 *
 * <p>Gradients are scaled by the upstream gradient, an input named after the output: {@code
 * grad_loss} (optional, 1 by default), or for instance {@code grad_gram} (needed as soon as a
 * gradient is asked for).
 */
public interface Op {
  /** {@return the name on the command line, for instance {@code semantic-density}} */
  String name();

  /** {@return what it computes, for people, in a line that names the paper} */
  String summary();

  /**
   * {@return the tensors of this op}
   *
   * @param inputs decides what a signature leaves open, for instance the number of modalities
   */
  Signature signature(Specs inputs);

  /**
   * Checks specs against the signature and everything else that can be known before a run.
   *
   * @param inputs specs of the inputs
   * @param outputs specs of the outputs
   * @return the sizes of the named dimensions
   * @throws io.gramian.ShapeException naming the tensor, the expected and the actual shape
   * @throws io.gramian.ParameterException if a parameter does not fit the shapes
   */
  default Sizes check(Specs inputs, Specs outputs) {
    return signature(inputs).match(inputs, outputs);
  }

  /**
   * {@return how the shards of ranks make up a batch, see {@link PlanOptions#collective(
   * io.gramian.Collective)}; empty for an op that takes each sample by itself, or is not for ranks}
   *
   * @param ranks how many there are
   */
  default Optional<Sharding> sharding(int ranks) {
    return Optional.empty();
  }

  /**
   * Binds this op to a device, shapes and element types.
   *
   * @param device where to compute
   * @param inputs specs of the inputs
   * @param outputs specs of the outputs
   * @param options how to plan it
   * @return the plan, to be closed
   */
  default Plan plan(Device device, Specs inputs, Specs outputs, PlanOptions options) {
    ParameterException.requireNonNull(device, "a device");
    return device.plan(this, inputs, outputs, options);
  }

  /**
   * Binds this op to a device for tensors of the specs of these; overwrites outputs.
   *
   * @param device where to compute
   * @param inputs the inputs by name
   * @param outputs where the results go, by name
   * @return the plan, to be closed
   */
  default Plan plan(Device device, Bindings inputs, Bindings outputs) {
    ParameterException.requireNonNull(device, "a device");
    ParameterException.requireNonNull(inputs, "inputs");
    ParameterException.requireNonNull(outputs, "outputs");
    return device.plan(this, inputs.specs(), outputs.specs(), PlanOptions.defaults());
  }

  /**
   * Binds this op to a device for tensors in host memory, for instance views of Java arrays, to be
   * run many times.
   *
   * @param device where to compute
   * @param inputs tensors in host memory or at the device's place, by name
   * @param outputs names of the outputs to compute
   * @param options how to plan it
   * @return the plan, to be closed
   */
  default HostPlan hostPlan(
      Device device, Bindings inputs, Collection<String> outputs, PlanOptions options) {
    return HostPlan.of(this, device, inputs, outputs, options);
  }

  /**
   * Plans, runs and frees in one call, for people who just want the numbers: inputs are copied to
   * the device where they are not there yet, outputs come back in host memory.
   *
   * @param device where to compute
   * @param inputs tensors in host memory or at the device's place, by name
   * @param outputs names of the outputs to compute
   * @return packed host tensors: {@code i32} for indices, {@link Device#resultType} for all else
   */
  default Bindings evaluate(Device device, Bindings inputs, Collection<String> outputs) {
    try (HostPlan plan = hostPlan(device, inputs, outputs, PlanOptions.defaults())) {
      return plan.run();
    }
  }
}
