package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.gemm.Rows;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The rows of an op over anchors and tuples, the mask {@code present}, and the rows' gradients. */
public final class PairInputs {
  /** The least norm that normalisation divides by. */
  public static final double LEAST_NORM = 1e-12;

  private final String anchor;
  private final String anchorGradient;
  private final List<String> members;
  private final List<String> gradients;
  private final long[] memberAddresses;
  private final long[] gradientAddresses;

  private PairInputs(String anchor, List<String> members, boolean hasMemberGradients) {
    this.anchor = anchor;
    this.anchorGradient = gradient(anchor);
    this.members = members;
    this.gradients =
        hasMemberGradients ? members.stream().map(PairInputs::gradient).toList() : List.of();
    this.memberAddresses = new long[members.size()];
    this.gradientAddresses = new long[gradients.size()];
  }

  /** The inputs {@code anchor} and {@code modality1..n}. */
  public static PairInputs ofTuples(Specs inputs) {
    int n = inputs.numbered("modality").size();
    return new PairInputs(
        "anchor", IntStream.rangeClosed(1, n).mapToObj(l -> "modality" + l).toList(), true);
  }

  /** Two sets of rows. */
  public static PairInputs ofSets(String anchors, String tuples) {
    return new PairInputs(anchors, List.of(tuples), true);
  }

  /** One set of rows, both anchors and tuples: their gradient is that of the anchors. */
  public static PairInputs ofSet(String rows) {
    return new PairInputs(rows, List.of(rows), false);
  }

  private static String gradient(String name) {
    return "grad_" + name;
  }

  /** Requires element types that the kernels take. */
  public void requireTypes(String op, Specs inputs, Specs outputs) {
    for (String name : inputs.names()) {
      if (name.equals(anchor) || members.contains(name)) {
        CudaExecutor.requireType(op, inputs, name, CudaExecutor.DATA_TYPES);
        CudaExecutor.requireType(op, outputs, gradient(name), CudaExecutor.DATA_TYPES);
      } else if (name.equals("labels") || name.equals("step")) {
        CudaExecutor.requireType(op, inputs, name, Set.of(DType.I32));
      } else {
        CudaExecutor.requireType(op, inputs, name, CudaExecutor.SCALAR_TYPES);
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
    return new PairEngine.Problem(
        PairScore.of(op, similarity, members.size()),
        Rows.of(op, anchor, inputs.get(anchor)),
        members.stream().map(member -> Rows.of(op, member, inputs.get(member))).toList(),
        TupleKind.of(similarity),
        normalize ? LEAST_NORM : 0,
        inputs.find("present"),
        strict,
        backward);
  }

  /** The problem of the inner products of two rows. */
  public PairEngine.Problem products(
      String op, double leastNorm, Specs inputs, boolean strict, boolean backward) {
    String tuple = members.getFirst();
    return new PairEngine.Problem(
        PairScore.cosine(),
        Rows.of(op, anchor, inputs.get(anchor)),
        List.of(Rows.of(op, tuple, inputs.get(tuple))),
        TupleKind.MEMBERS,
        leastNorm,
        null,
        strict,
        backward);
  }

  /** Whether a gradient of rows is among the outputs. */
  public boolean wantsGradients(Specs outputs) {
    return outputs.has(anchorGradient) || !memberGradients(outputs, false).isEmpty();
  }

  /** The gradient of the anchors; null if it is not wanted. */
  public GradientRows anchorGradient(Specs outputs, boolean accumulate) {
    return GradientRows.of(outputs.find(anchorGradient), accumulate);
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
    for (int l = 0; l < memberAddresses.length; l++) {
      memberAddresses[l] = in.get(members.get(l)).address();
    }
    engine.bind(
        workspace,
        in.get(anchor).address(),
        memberAddresses,
        CudaExecutor.address(in.find("present")));
  }

  /** Enqueues the backward pass into the outputs of a run. */
  public void backward(PairBackward<?> backward, long stream, Bindings out) {
    for (int l = 0; l < gradientAddresses.length; l++) {
      gradientAddresses[l] = CudaExecutor.address(out.find(gradients.get(l)));
    }
    backward.run(stream, CudaExecutor.address(out.find(anchorGradient)), gradientAddresses);
  }
}
