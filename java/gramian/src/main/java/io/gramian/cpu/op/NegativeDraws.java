package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.InfoNce;
import io.gramian.cpu.pair.ScoreReader;
import io.gramian.cpu.pair.Targets;
import io.gramian.cpu.simd.Resources;
import io.gramian.host.Philox;
import io.gramian.op.SampleNegatives;
import java.util.Arrays;

/**
 * For every anchor the tuple other than its own with the greatest log(p + floor) + Gumbel noise, p
 * the softmax of its scores; the first one of all where these are NaN. Keys are float64, as on
 * every backend; logarithms are taken only where a bound without them does not rule a tuple out.
 */
final class NegativeDraws extends ScoreReader {
  /** Above what rounding adds to the bound. */
  private static final double SLACK = 1 + 1e-9;

  private final SampleNegatives op;
  private final Targets targets;
  private final InfoNce sums;
  private final int[] drawn;
  private final double[] keys;

  /** exp of the keys. */
  private final double[] ratios;

  private int step;

  /**
   * Draws for all anchors.
   *
   * @param sums has taken in all scores before, for their sums of exponentials
   */
  NegativeDraws(Resources resources, SampleNegatives op, Targets targets, InfoNce sums) {
    this.op = op;
    this.targets = targets;
    this.sums = sums;
    this.drawn = resources.ints(targets.anchors());
    this.keys = resources.doubles(drawn.length);
    this.ratios = resources.doubles(drawn.length);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    step = (int) Scalars.input(in, "step", 0);
    Arrays.fill(drawn, -1);
    Arrays.fill(ratios, 0);
  }

  /** The place of the best tuple in the block, -1 if there is none. */
  @Override
  public int rowStrips() {
    return 1;
  }

  @Override
  public void add(Block block) {
    for (int i = 0; i < block.anchors(); i++) {
      block.rows()[block.rowsAt() + i] = best(block, i);
    }
  }

  private int best(Block block, int i) {
    int anchor = block.anchor() + i;
    int best = -1;
    double bestKey = Double.NaN;
    double bestRatio = ratios[anchor];
    for (int j = 0; j < block.tuples(); j++) {
      int tuple = block.tuple() + j;
      if (tuple == targets.label(anchor)) {
        continue;
      }
      double weight = weight(block, i, j);
      // exp(key) = weight / -log u, and -log u >= 1 - u.
      double uniform = Philox.uniform(Philox.word(op.seed(), tuple, anchor, step, 0));
      if (weight * SLACK < bestRatio * (1 - uniform)) {
        continue;
      }
      double key = key(weight, anchor, tuple);
      if (best < 0 || key > bestKey) {
        best = j;
        bestKey = key;
        bestRatio = Math.max(bestRatio, Math.exp(key));
      }
    }
    return best;
  }

  private double weight(Block block, int i, int j) {
    float score = block.scores()[block.scoresAt() + j * block.stride() + i];
    return Math.exp(sums.logProbability(block.anchor() + i, score)) + SampleNegatives.FLOOR;
  }

  private double key(double weight, int anchor, int tuple) {
    return Math.log(weight) + Philox.gumbel(op.seed(), anchor, tuple, step);
  }

  @Override
  public void merge(Block block, int from, int to) {
    for (int i = from; i < to; i++) {
      int anchor = block.anchor() + i;
      int j = (int) block.rows()[block.rowsAt() + i];
      if (j < 0) {
        continue;
      }
      int tuple = block.tuple() + j;
      double key = key(weight(block, i, j), anchor, tuple);
      if (drawn[anchor] < 0 || key > keys[anchor]) {
        drawn[anchor] = tuple;
        keys[anchor] = key;
        ratios[anchor] = Math.exp(key);
      }
    }
  }

  /** Writes {@code indices}. */
  @Override
  public void write(Bindings out, boolean accumulate) {
    Tensor indices = out.get("indices");
    for (int i = 0; i < drawn.length; i++) {
      Scalars.set(indices, i, drawn[i]);
    }
  }
}
