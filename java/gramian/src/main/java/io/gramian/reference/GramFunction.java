package io.gramian.reference;

import io.gramian.op.Similarity;
import java.util.Arrays;

/**
 * A similarity as a function of the Gram matrix G of (m_1..m_n, a), the anchor last. Made for one
 * size k = n + 1; not thread-safe.
 */
interface GramFunction {
  /** The score of a matrix [k,k]. */
  double score(double[] gram);

  /**
   * The symmetric matrix P [k,k] with dscore = sum_ij P_ij dG_ij.
   *
   * @param partials receives P
   */
  void partials(double[] gram, double[] partials);

  /** The function of a similarity other than mip, which is none. */
  static GramFunction of(Similarity similarity, int k) {
    return switch (similarity) {
      case Similarity.Cosine _ -> new InnerProduct();
      case Similarity.Volume volume -> new NegativeVolume(volume.minVolume(), k);
      case Similarity.Jgcs jgcs -> new Jgcs(jgcs.minScore(), k);
      case Similarity.JgcsSquared _ -> new JgcsSquared(k);
      case Similarity.Area _ -> new NegativeArea();
      case Similarity.Mip _ -> throw new IllegalArgumentException("mip is no function of G");
    };
  }

  /** &lt;a, m&gt;. */
  final class InnerProduct implements GramFunction {
    @Override
    public double score(double[] gram) {
      return gram[1];
    }

    @Override
    public void partials(double[] gram, double[] partials) {
      partials[0] = 0;
      partials[1] = 0.5;
      partials[2] = 0.5;
      partials[3] = 0;
    }
  }

  /** -V, V = sqrt(det G); dV = V^2 / (2 max(V, minVolume)) tr(G^-1 dG). */
  final class NegativeVolume implements GramFunction {
    private final double minVolume;
    private final GatedCholesky cholesky;

    NegativeVolume(double minVolume, int k) {
      this.minVolume = minVolume;
      this.cholesky = new GatedCholesky(k);
    }

    @Override
    public double score(double[] gram) {
      return -cholesky.factor(gram).volume();
    }

    @Override
    public void partials(double[] gram, double[] partials) {
      if (cholesky.factor(gram).isSingular()) {
        Arrays.fill(partials, 0);
        return;
      }
      double volume = cholesky.volume();
      cholesky.inverse(partials);
      Dense.scale(partials, -volume * Math.min(1, volume / minVolume) / 2);
    }
  }

  /** 1 - q, q = det G / prod_i G_ii; dq = q (tr(G^-1 dG) - sum_i dG_ii / G_ii). */
  final class JgcsSquared implements GramFunction {
    private final int k;
    private final GatedCholesky cholesky;

    JgcsSquared(int k) {
      this.k = k;
      this.cholesky = new GatedCholesky(k);
    }

    @Override
    public double score(double[] gram) {
      return 1 - cholesky.factor(gram).normalizedDeterminant();
    }

    @Override
    public void partials(double[] gram, double[] partials) {
      if (cholesky.factor(gram).isSingular()) {
        Arrays.fill(partials, 0);
        return;
      }
      cholesky.inverse(partials);
      for (int i = 0; i < k; i++) {
        partials[i * k + i] -= 1 / gram[i * k + i];
      }
      Dense.scale(partials, -cholesky.normalizedDeterminant());
    }
  }

  /** s = sqrt(1 - q); ds = -dq / (2 max(s, minScore)). */
  final class Jgcs implements GramFunction {
    private final double minScore;
    private final JgcsSquared squared;

    Jgcs(double minScore, int k) {
      this.minScore = minScore;
      this.squared = new JgcsSquared(k);
    }

    @Override
    public double score(double[] gram) {
      return Math.sqrt(Math.max(squared.score(gram), 0));
    }

    @Override
    public void partials(double[] gram, double[] partials) {
      double score = score(gram);
      squared.partials(gram, partials);
      Dense.scale(partials, 1 / (2 * Math.max(score, minScore)));
    }
  }

  /** -(|u|^2 |w|^2 - (u.w)^2) / 2, u = a - m_1, w = a - m_2. */
  final class NegativeArea implements GramFunction {
    /** u and w as combinations of (m_1, m_2, a). */
    private static final double[] U = {-1, 0, 1};

    private static final double[] W = {0, -1, 1};

    @Override
    public double score(double[] gram) {
      double uw = form(U, W, gram);
      return -(form(U, U, gram) * form(W, W, gram) - uw * uw) / 2;
    }

    @Override
    public void partials(double[] gram, double[] partials) {
      double uu = form(U, U, gram);
      double ww = form(W, W, gram);
      double uw = form(U, W, gram);
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++) {
          double mixed = (U[r] * W[c] + U[c] * W[r]) / 2;
          partials[r * 3 + c] = -(U[r] * U[c] * ww + W[r] * W[c] * uu - 2 * uw * mixed) / 2;
        }
      }
    }

    /** x^T G y. */
    private static double form(double[] x, double[] y, double[] gram) {
      double sum = 0;
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++) {
          sum += x[r] * gram[r * 3 + c] * y[c];
        }
      }
      return sum;
    }
  }
}
