package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.pair.Pairs;
import io.gramian.cpu.pair.Strip;
import io.gramian.cpu.simd.Transposition;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.Sizes;

/** {@link SimilarityMatrix}: scores written as they come, upstream gradients as weights. */
final class SimilarityMatrixCpu extends CpuExecutor {
  private final boolean isEmpty;

  /** Whether anchors are the engine's tuples: its strips then are rows of the matrix. */
  private final boolean byRows;

  private final Pairs pairs;

  SimilarityMatrixCpu(
      CpuDevice device, SimilarityMatrix op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    Sizes sizes = op.check(inputs, outputs);
    this.isEmpty = sizes.get("B1") == 0 || sizes.get("B2") == 0;
    this.byRows = op.similarity() instanceof Similarity.Cosine;
    this.pairs =
        isEmpty
            ? null
            : new Pairs(
                device,
                op.similarity(),
                op.normalize(),
                inputs,
                outputs,
                accumulate,
                sizes,
                0,
                byRows);
  }

  @Override
  public long ownedBytes() {
    return isEmpty ? 0 : pairs.engine().bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    if (isEmpty) {
      out.asMap().forEach((name, tensor) -> writeZeros(tensor, gradient(out, name)));
      return;
    }
    pairs.prepare(in);
    PairObjective matrix =
        byRows
            ? new MatrixRows(out.find("similarity"), in.find("grad_similarity"))
            : new MatrixColumns(out.find("similarity"), in.find("grad_similarity"));
    if (out.has("similarity")) {
      pairs.engine().forward(matrix);
    }
    if (wantsGradients) {
      pairs.backward(matrix, out, accumulate);
    }
  }

  /** Without anchors or without tuples, all gradients that have rows at all are zero. */
  private static void writeZeros(Tensor tensor, Gradient gradient) {
    float[] zeros = new float[Math.toIntExact(tensor.spec().size(1))];
    for (int i = 0; i < tensor.spec().size(0); i++) {
      gradient.write(i, zeros, 0);
    }
  }

  /** The explicit matrix as an objective, anchors in the place of tuples. */
  private static final class MatrixRows extends PairObjective {
    private final Rows scores;
    private final Rows weights;

    MatrixRows(Tensor scores, Tensor weights) {
      this.scores = scores == null ? null : new Rows(scores);
      this.weights = weights == null ? null : new Rows(weights);
    }

    @Override
    public void add(Block block) {
      for (int j = 0; j < block.tuples(); j++) {
        int at = block.scoresAt() + j * block.stride();
        scores.write(block.tuple() + j, block.anchor(), block.anchors(), block.scores(), at, false);
      }
    }

    @Override
    public void weigh(Strip strip) {
      weights.read(strip.tuple, strip.anchor, strip.length, strip.weights, strip.weightsAt);
    }
  }

  /** The explicit matrix as an objective. */
  private static final class MatrixColumns extends PairObjective {
    /** Anchors whose scores are transposed at once, within the first-level cache. */
    private static final int CHUNK = 32;

    private final Rows scores;
    private final Tensor weights;

    MatrixColumns(Tensor scores, Tensor weights) {
      this.scores = scores == null ? null : new Rows(scores);
      this.weights = weights;
    }

    @Override
    public void add(Block block) {
      int tuples = block.tuples();
      float[] rows = new float[CHUNK * tuples];
      for (int first = 0; first < block.anchors(); first += CHUNK) {
        int count = Math.min(CHUNK, block.anchors() - first);
        int from = block.scoresAt() + first;
        Transposition.copy(block.scores(), from, block.stride(), tuples, count, rows, 0, tuples);
        for (int i = 0; i < count; i++) {
          scores.write(block.anchor() + first + i, block.tuple(), tuples, rows, i * tuples, false);
        }
      }
    }

    @Override
    public void weigh(Strip strip) {
      for (int i = 0; i < strip.length; i++) {
        long at = (strip.anchor + i) * weights.spec().stride(0) + strip.tuple;
        strip.weights[strip.weightsAt + i] =
            (float) Scalars.get(weights.memory(), weights.dtype(), at * weights.dtype().bytes());
      }
    }
  }
}
