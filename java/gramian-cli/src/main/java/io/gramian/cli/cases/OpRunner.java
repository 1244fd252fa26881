package io.gramian.cli.cases;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.cli.npz.NpyArray;
import io.gramian.op.LogDet;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import io.gramian.op.Sizes;
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
   * Computes every output that the inputs allow; see {@link #bind}.
   *
   * @param op the op
   * @param arrays its inputs by name
   * @return its outputs by name, in the order of its signature
   * @throws io.gramian.GramianException if the op cannot be run on these
   */
  public Map<String, NpyArray> run(Op op, Map<String, NpyArray> arrays) {
    try (BoundOp bound = bind(op, arrays)) {
      bound.run();
      return bound.results();
    }
  }

  /**
   * Plans an op with its inputs on the device for every output that the inputs allow: gradients are
   * left out where they need an upstream gradient that is not given.
   *
   * @param op the op
   * @param arrays its inputs by name
   * @return the op, ready to run; to be closed
   * @throws io.gramian.GramianException if the op cannot be run on these
   */
  public BoundOp bind(Op op, Map<String, NpyArray> arrays) {
    DType exact = device.resultType();
    Bindings host = Bindings.of(OpInputs.tensors(op, arrays, rounding, exact));
    Signature signature = op.signature(host.specs());
    Specs outputs = signature.outputs(host.specs(), signature.computable(host.specs()), exact);
    refuseMeaningless(op, op.check(host.specs(), outputs));
    PlanOptions options = PlanOptions.defaults().checkFinite(checkFinite);
    return new BoundOp(device, op, host, outputs, options);
  }

  /** Refuses what can be computed but says nothing of the inputs. */
  private static void refuseMeaningless(Op op, Sizes sizes) {
    if (op instanceof LogDet logdet && logdet.ridge() == 0 && sizes.get("k") > sizes.get("d")) {
      throw new ShapeException(
          "logdet: k = "
              + sizes.get("k")
              + " vectors in d = "
              + sizes.get("d")
              + " dimensions are always dependent, so the determinant is 0; expected k <= d, or a"
              + " ridge above 0");
    }
  }
}
