package io.gramian.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An op: an immutable record of its parameters. Its tensors have names, the same in Java, on the
 * command line and in files: inputs such as {@code anchor}, outputs such as {@code loss}, and for
 * every differentiable input {@code x} the gradient {@code grad_x}. A plan computes the outputs
 * that are bound and nothing else.
 *
 * <p>Gradients are scaled by the upstream gradient, an input named after the output: {@code
 * grad_loss} (optional, 1 by default), or for instance {@code grad_gram} (needed as soon as a
 * gradient is asked for).
 */
public interface Op {
  /** The name on the command line, for instance {@code semantic-density}. */
  String name();

  /**
   * The tensors of this op.
   *
   * @param inputs decides what a signature leaves open, for instance the number of modalities
   */
  Signature signature(Specs inputs);

  /**
   * Checks specs against the signature and everything else that can be known before a run.
   *
   * @return the sizes of the named dimensions
   * @throws io.gramian.ShapeException naming the tensor, the expected and the actual shape
   * @throws io.gramian.ParameterException if a parameter does not fit the shapes
   */
  default Sizes check(Specs inputs, Specs outputs) {
    return signature(inputs).match(inputs, outputs);
  }

  /**
   * Why results for these shapes would say nothing of the inputs although they can be computed;
   * null where they do. The command refuses such a run.
   *
   * @param sizes as {@link #check} gives them
   */
  default String objection(Sizes sizes) {
    return null;
  }

  /** Binds this op to a device, shapes and element types. */
  default Plan plan(Device device, Specs inputs, Specs outputs, PlanOptions options) {
    return device.plan(this, inputs, outputs, options);
  }

  /** Binds this op to a device for tensors of the specs of these; overwrites outputs. */
  default Plan plan(Device device, Bindings inputs, Bindings outputs) {
    return device.plan(this, inputs.specs(), outputs.specs(), PlanOptions.defaults());
  }

  /**
   * Plans, runs and frees in one call, for people who just want the numbers: inputs are copied to
   * the device where they are not there yet, outputs come back in host memory.
   *
   * @param outputs names of the outputs to compute
   * @return packed host tensors: {@code i32} for indices, {@link Device#resultType} for all else
   */
  default Bindings evaluate(Device device, Bindings inputs, Set<String> outputs) {
    Specs outputSpecs =
        signature(inputs.specs()).outputs(inputs.specs(), outputs, device.resultType());
    List<Tensor> owned = new ArrayList<>();
    try {
      Map<String, Tensor> in = new LinkedHashMap<>(inputs.asMap());
      Map<String, Tensor> out = new LinkedHashMap<>();
      Map<String, Tensor> host = new LinkedHashMap<>();
      for (Map.Entry<String, TensorSpec> entry : outputSpecs.asMap().entrySet()) {
        host.put(entry.getKey(), Tensor.zeros(entry.getValue()));
      }
      if (device.place().isHost()) {
        out.putAll(host);
      } else {
        in.replaceAll(
            (name, tensor) -> {
              if (tensor.place().equals(device.place())) {
                return tensor;
              }
              Tensor copy = device.upload(tensor, tensor.dtype());
              owned.add(copy);
              return copy;
            });
        outputSpecs
            .asMap()
            .forEach(
                (name, spec) -> {
                  Tensor tensor = device.allocate(spec);
                  owned.add(tensor);
                  out.put(name, tensor);
                });
      }
      Bindings bound = Bindings.of(out);
      try (Plan plan = plan(device, Bindings.of(in), bound)) {
        plan.run(Bindings.of(in), bound);
      }
      if (!device.place().isHost()) {
        host.forEach(
            (name, tensor) -> {
              if (tensor.dtype() == DType.I32) {
                tensor.copyFrom(out.get(name).toInts());
              } else {
                tensor.copyFrom(out.get(name).toDoubles());
              }
            });
      }
      return Bindings.of(host);
    } finally {
      owned.forEach(Tensor::close);
    }
  }
}
