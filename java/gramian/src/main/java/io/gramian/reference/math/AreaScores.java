package io.gramian.reference.math;

/**
 * -(|u|^2 |w|^2 - (u.w)^2) / 2, u = a - m_1, w = a - m_2, as -|u|^2 |r|^2 / 2 with r what is left
 * of w without its part along u: from differences of vectors and never above 0, since Gram entries
 * of modalities that are nearly aligned have no digits left for it.
 */
final class AreaScores extends ScoreTensor {
  private final int d;
  private final double[][] gradients;

  /** An absent member is a unit vector of a dimension of its own: d for the first, d + 1. */
  private final double[] u;

  private final double[] w;
  private final double[] rest;

  AreaScores(Rows[] modalities, int[] axisOf, boolean[][] absent) {
    super(modalities, axisOf, absent);
    this.d = modalities[0].d;
    this.gradients = zeros();
    this.u = new double[d + 2];
    this.w = new double[d + 2];
    this.rest = new double[d + 2];
  }

  @Override
  double score(int[] index) {
    readEdges(index);
    return -squared(u) * squared(rest) / 2;
  }

  /** dscore/du = |u|^2 (u.w / |u|^2) r - |r|^2 u and dscore/dw = -|u|^2 r. */
  @Override
  void addPartials(int[] index, double weight) {
    double share = readEdges(index);
    double uu = squared(u);
    double rr = squared(rest);
    for (int z = 0; z < d; z++) {
      double ofU = weight * (uu * share * rest[z] - rr * u[z]);
      double ofW = weight * -uu * rest[z];
      gradients[0][row(0, index) * d + z] += ofU + ofW;
      gradients[1][row(1, index) * d + z] -= isAbsent(1, index) ? 0 : ofU;
      gradients[2][row(2, index) * d + z] -= isAbsent(2, index) ? 0 : ofW;
    }
  }

  @Override
  double[][] gradients() {
    return gradients;
  }

  /** Sets u, w and the rest of w; returns u.w / |u|^2, 0 where u is 0. */
  private double readEdges(int[] index) {
    edge(1, index, u);
    edge(2, index, w);
    double uu = squared(u);
    double share = uu == 0 ? 0 : Dense.dot(u, 0, w, 0, d + 2) / uu;
    for (int z = 0; z < d + 2; z++) {
      rest[z] = w[z] - share * u[z];
    }
    return share;
  }

  /** The anchor less a member. */
  private void edge(int member, int[] index, double[] edge) {
    edge[d] = 0;
    edge[d + 1] = 0;
    double[] anchors = modalities[0].values;
    double[] members = modalities[member].values;
    int anchor = row(0, index) * d;
    int at = row(member, index) * d;
    boolean isAbsent = isAbsent(member, index);
    for (int z = 0; z < d; z++) {
      edge[z] = anchors[anchor + z] - (isAbsent ? 0 : members[at + z]);
    }
    if (isAbsent) {
      edge[d + member - 1] = -1;
    }
  }

  private static double squared(double[] x) {
    return Dense.dot(x, 0, x, 0, x.length);
  }
}
