package io.gramian.cpu.pair;

import static io.gramian.cpu.simd.Lanes.load;

import io.gramian.cpu.simd.Lanes;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;

/** The joint generalised cosine similarity: the root of {@link JgcsSquaredScore}. */
abstract class JgcsScore extends PairScore {
  final float minScore;
  private final JgcsSquaredScore squared;

  private JgcsScore(JgcsSquaredScore squared, double minScore) {
    this.squared = squared;
    this.minScore = (float) minScore;
  }

  /** The functor for fixed sizes. */
  static JgcsScore of(Resources resources, int anchors, int tuples, int n, double minScore) {
    JgcsSquaredScore squared = JgcsSquaredScore.of(resources, anchors, tuples, n);
    return resources.simd().hasVectors()
        ? new Vectorised(squared, minScore)
        : new Scalar(squared, minScore);
  }

  /** s = sqrt(max(s, 0)). */
  abstract void roots(Strip strip);

  /** w = w / (2 max(s, minScore)). */
  abstract void weighRoots(Strip strip);

  @Override
  public final int strips() {
    return squared.strips();
  }

  @Override
  public final void anchor(int anchor, double squaredNorm) {
    squared.anchor(anchor, squaredNorm);
  }

  @Override
  public final void tuple(int tuple, TupleGram gram) {
    squared.tuple(tuple, gram);
  }

  @Override
  public final void score(Strip strip) {
    squared.score(strip);
    roots(strip);
  }

  @Override
  public final void weigh(Strip strip) {
    weighRoots(strip);
    squared.weigh(strip);
  }

  @Override
  public final boolean gramGradient(int tuple, double[] gradient) {
    return squared.gramGradient(tuple, gradient);
  }

  private static final class Scalar extends JgcsScore {
    Scalar(JgcsSquaredScore squared, double minScore) {
      super(squared, minScore);
    }

    @Override
    void roots(Strip strip) {
      for (int i = strip.scoresAt; i < strip.scoresAt + strip.length; i++) {
        strip.scores[i] = (float) Math.sqrt(Math.max(strip.scores[i], 0));
      }
    }

    @Override
    void weighRoots(Strip strip) {
      for (int i = 0; i < strip.length; i++) {
        float score = Math.max(strip.scores[strip.scoresAt + i], minScore);
        strip.weights[strip.weightsAt + i] /= 2 * score;
      }
    }
  }

  private static final class Vectorised extends JgcsScore {
    Vectorised(JgcsSquaredScore squared, double minScore) {
      super(squared, minScore);
    }

    @Override
    void roots(Strip strip) {
      float[] scores = strip.scores;
      int end = strip.scoresAt + strip.length;
      for (int i = strip.scoresAt; i < end; i += Lanes.COUNT) {
        load(scores, i).max(0).sqrt().intoArray(scores, i);
      }
    }

    @Override
    void weighRoots(Strip strip) {
      float[] weights = strip.weights;
      int weightsAt = strip.weightsAt;
      for (int i = 0; i < strip.length; i += Lanes.COUNT) {
        load(weights, weightsAt + i)
            .div(load(strip.scores, strip.scoresAt + i).max(minScore).mul(2))
            .intoArray(weights, weightsAt + i);
      }
    }
  }
}
