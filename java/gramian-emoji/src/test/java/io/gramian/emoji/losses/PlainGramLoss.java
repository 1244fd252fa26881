package io.gramian.emoji.losses;

import io.gramian.emoji.heads.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** GRAM's loss in plain double arithmetic, for tests of the training loop without the library. */
public final class PlainGramLoss implements AlignmentLoss {
  private static final double SMOOTHING = 0.1;
  private static final double MIN_VOLUME = 1e-4;

  @Override
  public List<LearnedScalar> scalars() {
    return List.of(new LearnedScalar("temperature", 0.07, 0.01, 1));
  }

  @Override
  public Gradients evaluate(List<Matrix> embeddings, Map<String, Double> scalars) {
    double tau = scalars.get("temperature");
    List<double[][]> units = embeddings.stream().map(PlainGramLoss::unit).toList();
    Tuples tuples = new Tuples(units);
    int b = embeddings.getFirst().rows();
    int d = embeddings.getFirst().columns();
    double[][] s = tuples.scores(units.getFirst());
    double[][] w = new double[b][b];
    double loss = 0;
    for (int i = 0; i < b; i++) {
      loss += crossEntropy(s, w, i, true, tau) + crossEntropy(s, w, i, false, tau);
    }
    double gradTau = 0;
    for (int i = 0; i < b; i++) {
      for (int j = 0; j < b; j++) {
        gradTau -= w[i][j] * s[i][j] / tau;
      }
    }
    List<double[][]> g = new ArrayList<>();
    units.forEach(u -> g.add(new double[b][d]));
    tuples.addGradients(units.getFirst(), s, w, g);
    List<Matrix> out = new ArrayList<>();
    for (int m = 0; m < units.size(); m++) {
      out.add(throughUnit(embeddings.get(m), units.get(m), g.get(m)));
    }
    return new Gradients(loss, out, Map.of("temperature", gradTau));
  }

  /** Half the smoothed cross-entropy of a row or column over b; adds dLoss/dscore to w. */
  private static double crossEntropy(double[][] s, double[][] w, int i, boolean row, double tau) {
    int b = s.length;
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < b; j++) {
      max = Math.max(max, (row ? s[i][j] : s[j][i]) / tau);
    }
    double sum = 0;
    for (int j = 0; j < b; j++) {
      sum += Math.exp((row ? s[i][j] : s[j][i]) / tau - max);
    }
    double logSum = max + Math.log(sum);
    double loss = 0;
    for (int j = 0; j < b; j++) {
      double logit = (row ? s[i][j] : s[j][i]) / tau;
      double target = (i == j ? 1 - SMOOTHING : 0) + SMOOTHING / b;
      loss += target * (logSum - logit) / (2 * b);
      double weight = (Math.exp(logit - logSum) - target) / (2 * b * tau);
      if (row) {
        w[i][j] += weight;
      } else {
        w[j][i] += weight;
      }
    }
    return loss;
  }

  @Override
  public Matrix scores(List<Matrix> embeddings) {
    List<double[][]> units = embeddings.stream().map(PlainGramLoss::unit).toList();
    double[][] s = new Tuples(units).scores(units.getFirst());
    Matrix out = Matrix.zeros(s.length, s.length);
    for (int i = 0; i < s.length; i++) {
      for (int j = 0; j < s.length; j++) {
        out.data()[i][j] = (float) s[i][j];
      }
    }
    return out;
  }

  @Override
  public void close() {}

  private static double[][] unit(Matrix x) {
    double[][] out = new double[x.rows()][x.columns()];
    for (int i = 0; i < out.length; i++) {
      double norm = norm(x.data()[i]);
      for (int z = 0; z < out[i].length; z++) {
        out[i][z] = x.data()[i][z] / norm;
      }
    }
    return out;
  }

  private static double norm(float[] x) {
    double squares = 0;
    for (float v : x) {
      squares += (double) v * v;
    }
    return Math.max(Math.sqrt(squares), 1e-12);
  }

  private static Matrix throughUnit(Matrix x, double[][] unit, double[][] g) {
    Matrix out = Matrix.zeros(x.rows(), x.columns());
    for (int i = 0; i < x.rows(); i++) {
      double norm = norm(x.data()[i]);
      double along = dot(unit[i], g[i]);
      for (int z = 0; z < g[i].length; z++) {
        out.data()[i][z] = (float) ((g[i][z] - along * unit[i][z]) / norm);
      }
    }
    return out;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int z = 0; z < a.length; z++) {
      sum += a[z] * b[z];
    }
    return sum;
  }

  /** The prepared tuples: inverse and determinant of each Gram matrix. */
  private static final class Tuples {
    private final List<double[][]> members;
    private final double[][][] inverse;
    private final double[] determinant;

    Tuples(List<double[][]> units) {
      members = units.subList(1, units.size());
      int b = members.getFirst().length;
      inverse = new double[b][][];
      determinant = new double[b];
      for (int j = 0; j < b; j++) {
        int n = members.size();
        double[][] gram = new double[n][n];
        for (int p = 0; p < n; p++) {
          for (int q = 0; q < n; q++) {
            gram[p][q] = dot(members.get(p)[j], members.get(q)[j]);
          }
        }
        inverse[j] = new double[n][n];
        determinant[j] = invert(gram, inverse[j]);
      }
    }

    /** Gauss-Jordan on a positive matrix; returns the determinant. */
    private static double invert(double[][] a, double[][] inverse) {
      int n = a.length;
      double det = 1;
      for (int p = 0; p < n; p++) {
        inverse[p][p] = 1;
      }
      for (int p = 0; p < n; p++) {
        double pivot = a[p][p];
        det *= pivot;
        for (int q = 0; q < n; q++) {
          a[p][q] /= pivot;
          inverse[p][q] /= pivot;
        }
        for (int r = 0; r < n; r++) {
          double factor = a[r][p];
          for (int q = 0; r != p && q < n; q++) {
            a[r][q] -= factor * a[p][q];
            inverse[r][q] -= factor * inverse[p][q];
          }
        }
      }
      return det;
    }

    private double[] products(double[] anchor, int j) {
      return members.stream().mapToDouble(m -> dot(m[j], anchor)).toArray();
    }

    double[][] scores(double[][] anchors) {
      double[][] s = new double[anchors.length][determinant.length];
      for (int i = 0; i < anchors.length; i++) {
        for (int j = 0; j < determinant.length; j++) {
          double[] c = products(anchors[i], j);
          double r = dot(anchors[i], anchors[i]) - dot(c, times(inverse[j], c));
          s[i][j] = -Math.sqrt(determinant[j] * Math.max(r, 0));
        }
      }
      return s;
    }

    void addGradients(double[][] anchors, double[][] s, double[][] w, List<double[][]> g) {
      int n = members.size();
      for (int i = 0; i < anchors.length; i++) {
        for (int j = 0; j < determinant.length; j++) {
          double volume = Math.max(-s[i][j], MIN_VOLUME);
          double[] h = times(inverse[j], products(anchors[i], j));
          double k = -w[i][j] * determinant[j] / volume;
          axpy(k, anchors[i], g.get(0)[i]);
          for (int p = 0; p < n; p++) {
            axpy(-k * h[p], members.get(p)[j], g.get(0)[i]);
            axpy(-k * h[p], anchors[i], g.get(p + 1)[j]);
            for (int q = 0; q < n; q++) {
              double own = -w[i][j] * s[i][j] * s[i][j] / volume * inverse[j][p][q];
              axpy(own + k * h[p] * h[q], members.get(q)[j], g.get(p + 1)[j]);
            }
          }
        }
      }
    }

    private static double[] times(double[][] a, double[] x) {
      double[] y = new double[x.length];
      for (int p = 0; p < x.length; p++) {
        y[p] = dot(a[p], x);
      }
      return y;
    }

    private static void axpy(double factor, double[] x, double[] y) {
      for (int z = 0; z < x.length; z++) {
        y[z] += factor * x[z];
      }
    }
  }
}
