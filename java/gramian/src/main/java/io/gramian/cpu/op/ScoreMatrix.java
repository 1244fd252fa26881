package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.PairObjective;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.Transposition;

/** The explicit matrix of scores as an objective: its weights are the upstream gradient. */
abstract class ScoreMatrix extends PairObjective {
  private final String result;
  private final boolean wantsScores;

  /** The output. */
  Rows scores = Rows.NONE;

  private ScoreMatrix(String result, boolean wantsScores) {
    this.result = result;
    this.wantsScores = wantsScores;
  }

  /** Takes the upstream gradient, where there is one. */
  abstract void bindWeights(Bindings in, String name);

  @Override
  public final void begin(Bindings in, Bindings out) {
    scores = Rows.find(out, result);
    bindWeights(in, "grad_" + result);
  }

  @Override
  public final boolean needsScores() {
    return wantsScores;
  }

  /** With anchors in the place of tuples. */
  static final class ByRows extends ScoreMatrix {
    private Rows weights = Rows.NONE;

    ByRows(String result, boolean wantsScores) {
      super(result, wantsScores);
    }

    @Override
    void bindWeights(Bindings in, String name) {
      weights = Rows.find(in, name);
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

  /** With anchors as anchors. */
  static final class ByColumns extends ScoreMatrix {
    /** Anchors whose scores are transposed at once, within the first-level cache. */
    private static final int COLUMNS = 32;

    private Tensor weights;

    ByColumns(String result, boolean wantsScores) {
      super(result, wantsScores);
    }

    @Override
    void bindWeights(Bindings in, String name) {
      if (in.has(name)) {
        weights = in.get(name);
      }
    }

    @Override
    public void add(Block block) {
      int tuples = block.tuples();
      float[] rows = new float[COLUMNS * tuples];
      for (int first = 0; first < block.anchors(); first += COLUMNS) {
        int count = Math.min(COLUMNS, block.anchors() - first);
        int from = block.scoresAt() + first;
        Transposition.copy(block.scores(), from, block.stride(), tuples, count, rows, 0, tuples);
        for (int i = 0; i < count; i++) {
          scores.write(block.anchor() + first + i, block.tuple(), tuples, rows, i * tuples, false);
        }
      }
    }

    @Override
    public void weigh(Strip strip) {
      long stride = weights.spec().stride(0);
      for (int i = 0; i < strip.length; i++) {
        double weight = Scalars.get(weights, (strip.anchor + i) * stride + strip.tuple);
        strip.weights[strip.weightsAt + i] = (float) weight;
      }
    }
  }
}
