package io.gramian.cli.cases;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cli.npz.NpyArray;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs any op on arrays, going by its signature alone. */
public final class OpRunner {
  private final Device device;
  private final DType rounding;
  private final boolean checkFinite;

  /**
   * @param device where to run
   * @param rounding the element type that floating-point inputs are rounded to; null for none
   * @param checkFinite whether NaN or infinity in an input is an error
   */
  public OpRunner(Device device, DType rounding, boolean checkFinite) {
    this.device = device;
    this.rounding = rounding;
    this.checkFinite = checkFinite;
  }

  /**
   * Computes every output that the inputs allow: gradients are left out where they need an upstream
   * gradient that is not given.
   *
   * @param op the op
   * @param arrays its inputs by name
   * @return its outputs by name, in the order of its signature
   * @throws io.gramian.GramianException if the op cannot be run on these
   */
  public Map<String, NpyArray> run(Op op, Map<String, NpyArray> arrays) {
    DType exact = device.backend().equals("reference") ? DType.F64 : DType.F32;
    Bindings host = Bindings.of(OpInputs.tensors(op, arrays, rounding, exact));
    Signature signature = op.signature(host.specs());
    Specs outputSpecs = signature.outputs(host.specs(), computable(signature, host.specs()), exact);
    String objection = op.objection(op.check(host.specs(), outputSpecs));
    if (objection != null) {
      throw new ShapeException(op.name() + ": " + objection);
    }
    List<Tensor> owned = new ArrayList<>();
    try {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      host.asMap()
          .forEach(
              (name, tensor) ->
                  inputs.put(name, keep(owned, device.upload(tensor, tensor.dtype()))));
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      outputSpecs
          .asMap()
          .forEach((name, spec) -> outputs.put(name, keep(owned, device.allocate(spec))));
      run(op, Bindings.of(inputs), Bindings.of(outputs));
      Map<String, NpyArray> results = new LinkedHashMap<>();
      outputs.forEach((name, tensor) -> results.put(name, array(tensor)));
      return results;
    } finally {
      owned.forEach(Tensor::close);
    }
  }

  private void run(Op op, Bindings inputs, Bindings outputs) {
    PlanOptions options = PlanOptions.defaults().checkFinite(checkFinite);
    try (Plan plan = op.plan(device, inputs.specs(), outputs.specs(), options)) {
      plan.run(inputs, outputs);
    }
  }

  private static Tensor keep(List<Tensor> owned, Tensor tensor) {
    owned.add(tensor);
    return tensor;
  }

  private static List<String> computable(Signature signature, Specs inputs) {
    boolean upstream =
        signature.arguments(true).stream()
            .filter(a -> a.kind() == Signature.Kind.UPSTREAM && !a.dims().isEmpty())
            .allMatch(a -> inputs.has(a.name()));
    return signature.arguments(false).stream()
        .filter(a -> upstream || a.kind() != Signature.Kind.GRADIENT)
        .map(Signature.Argument::name)
        .toList();
  }

  private static NpyArray array(Tensor tensor) {
    TensorSpec spec = tensor.spec();
    int[] shape = Arrays.stream(spec.shape()).mapToInt(Math::toIntExact).toArray();
    if (spec.dtype() == DType.I32) {
      return NpyArray.ofIntegers(Arrays.stream(tensor.toInts()).asLongStream().toArray(), shape);
    }
    return NpyArray.ofFloats(tensor.toDoubles(), shape);
  }
}
