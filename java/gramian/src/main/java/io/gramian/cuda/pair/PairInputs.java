package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.gemm.Rows;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The tensors that ops over anchors and tuples share: {@code anchor}, {@code modality1..n}, {@code
 * present}, {@code labels} and the gradients of the first two.
 */
public final class PairInputs {
  /** The least norm that normalisation divides by. */
  public static final double LEAST_NORM = 1e-12;

  private final int n;
  private final long[] memberAddresses;
  private final long[] gradientAddresses;
  private final String[] members;
  private final String[] gradients;
  private final TensorSpec labels;

  /** The tensors of an op with these inputs. */
  public PairInputs(Specs inputs) {
    this.n = inputs.numbered("modality").size();
    this.memberAddresses = new long[n];
    this.gradientAddresses = new long[n];
    this.members = new String[n];
    this.gradients = new String[n];
    for (int l = 0; l < n; l++) {
      members[l] = "modality" + (l + 1);
      gradients[l] = "grad_" + members[l];
    }
    this.labels = inputs.find("labels");
  }

  /** Requires element types that the kernels take. */
  public static void requireTypes(String op, Specs inputs, Specs outputs) {
    for (String name : inputs.names()) {
      if (name.equals("anchor") || name.startsWith("modality")) {
        CudaExecutor.requireType(op, inputs, name, CudaExecutor.DATA_TYPES);
      } else if (name.equals("labels") || name.equals("step")) {
        CudaExecutor.requireType(op, inputs, name, Set.of(DType.I32));
      } else {
        CudaExecutor.requireType(op, inputs, name, CudaExecutor.SCALAR_TYPES);
      }
    }
    for (String name : outputs.names()) {
      if (name.equals("grad_anchor") || name.startsWith("grad_modality")) {
        CudaExecutor.requireType(op, outputs, name, CudaExecutor.DATA_TYPES);
      }
    }
  }

  /** The problem of an op's pairs. */
  public PairEngine.Problem problem(
      String op,
      Similarity similarity,
      boolean normalize,
      Specs inputs,
      boolean strict,
      boolean backward) {
    List<Rows> rows = new ArrayList<>();
    for (String member : members) {
      rows.add(Rows.of(op, member, inputs.get(member)));
    }
    return new PairEngine.Problem(
        PairScore.of(op, similarity, n),
        Rows.of(op, "anchor", inputs.get("anchor")),
        rows,
        similarity instanceof Similarity.Mip,
        normalize ? LEAST_NORM : 0,
        inputs.find("present"),
        strict,
        backward);
  }

  /** Whether a gradient of rows is among the outputs. */
  public boolean wantsGradients(Specs outputs) {
    return outputs.has("grad_anchor") || !memberGradients(outputs, false).isEmpty();
  }

  /** The gradient of the anchors; null if it is not wanted. */
  public GradientRows anchorGradient(Specs outputs, boolean accumulate) {
    return GradientRows.of(outputs.find("grad_anchor"), accumulate);
  }

  /** The gradients of the members, null for those that are not wanted; empty if none is. */
  public List<GradientRows> memberGradients(Specs outputs, boolean accumulate) {
    List<GradientRows> rows = new ArrayList<>();
    boolean any = false;
    for (String gradient : gradients) {
      GradientRows one = GradientRows.of(outputs.find(gradient), accumulate);
      rows.add(one);
      any |= one != null;
    }
    return any ? rows : List.of();
  }

  /** Gives the engine the addresses of a run. */
  public void bind(PairEngine engine, Bindings in, long workspace) {
    for (int l = 0; l < n; l++) {
      memberAddresses[l] = in.get(members[l]).address();
    }
    engine.bind(
        workspace,
        in.get("anchor").address(),
        memberAddresses,
        CudaExecutor.address(in.find("present")));
  }

  /** Device address of the labels; 0 if there are none. */
  public static long labels(Bindings in) {
    return CudaExecutor.address(in.find("labels"));
  }

  /** Numbers from label to label. */
  public long labelStride() {
    return labels == null ? 0 : labels.stride(0);
  }

  /** Enqueues the backward pass into the outputs of a run. */
  public void backward(PairBackward backward, long stream, Bindings out) {
    for (int l = 0; l < n; l++) {
      gradientAddresses[l] = CudaExecutor.address(out.find(gradients[l]));
    }
    backward.run(stream, CudaExecutor.address(out.find("grad_anchor")), gradientAddresses);
  }
}
