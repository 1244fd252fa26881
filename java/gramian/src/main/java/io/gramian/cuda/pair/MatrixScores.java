package io.gramian.cuda.pair;

import io.gramian.Tensor;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.WeighParams;

/** The scores themselves as a matrix over all pairs, and weights that come as one. */
public final class MatrixScores implements PairObjective<WeighParams> {
  private static final PairKernels<ForwardParams, WeighParams> KERNELS =
      PairKernels.named("matrix");

  private Tensor upstream;

  /** A pass that writes the matrix. */
  public static PairForward<ForwardParams> pass(PairEngine engine) {
    return new PairForward<>(engine, KERNELS);
  }

  /** Takes the gradient of the matrix. */
  public void upstream(Tensor gradient) {
    upstream = gradient;
  }

  @Override
  public PairKernels<?, WeighParams> kernels() {
    return KERNELS;
  }

  @Override
  public void describe(WeighParams p) {
    p.gradMatrix(upstream.address()).gradMatrixStride(upstream.spec().stride(0));
    p.gradMatrixType(Fields.type(upstream.dtype()));
  }
}
