package io.gramian.reference.op;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.PointCloudSimilarity.Kernel;
import io.gramian.reference.math.Dense;
import io.gramian.reference.math.PointClouds;
import java.util.List;

/** {@link PointCloudSimilarity}: the sum over all pairs of points of two clouds. */
final class PointCloudSimilarityReference extends ReferenceExecutor {
  private final PointCloudSimilarity op;

  PointCloudSimilarityReference(
      Device device, PointCloudSimilarity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(options);
    this.op = op;
  }

  @Override
  void run(Bindings in, Bindings out) {
    PointClouds x = PointClouds.read(in, "x_");
    PointClouds y = PointClouds.read(in, "y_");
    double[] similarity = new double[x.clouds() * y.clouds()];
    for (int i = 0; i < x.clouds() * x.size(); i++) {
      for (int j = 0; j < y.clouds() * y.size(); j++) {
        similarity[pair(x, i, y, j)] +=
            x.weights()[i] * y.weights()[j] * pointScore(x, i, y, j) / (x.size() * y.size());
      }
    }
    write(out, "similarity", Dense.finiteOrNaN(similarity));
    if (wantsGradients(out)) {
      double[] upstream = in.get("grad_similarity").toDoubles();
      writeGradients(
          out,
          List.of("x_points", "x_weights", "y_points", "y_weights"),
          gradients(x, y, upstream));
    }
  }

  private double[][] gradients(PointClouds x, PointClouds y, double[] upstream) {
    int d = x.d();
    double[] vx = x.points().values;
    double[] vy = y.points().values;
    double[] ofVx = new double[vx.length];
    double[] ofVy = new double[vy.length];
    double[] ofWx = new double[x.weights().length];
    double[] ofWy = new double[y.weights().length];
    for (int i = 0; i < ofWx.length; i++) {
      for (int j = 0; j < ofWy.length; j++) {
        double share = upstream[pair(x, i, y, j)] / (x.size() * y.size());
        double score = pointScore(x, i, y, j);
        ofWx[i] += share * y.weights()[j] * score;
        ofWy[j] += share * x.weights()[i] * score;
        double ofScore = share * x.weights()[i] * y.weights()[j];
        double linear = ofScore * op.linearWeight();
        Dense.addScaled(linear, vy, j * d, ofVx, i * d, d);
        Dense.addScaled(linear, vx, i * d, ofVy, j * d, d);
        double slope = slope(Dense.squaredDistance(vx, i * d, vy, j * d, d));
        Dense.addDistanceGradients(
            ofScore * op.kernelWeight() * slope, vx, ofVx, i * d, vy, ofVy, j * d, d);
      }
    }
    return new double[][] {x.points().backward(ofVx), ofWx, y.points().backward(ofVy), ofWy};
  }

  /** The element of the matrix of clouds to which a pair of points belongs. */
  private static int pair(PointClouds x, int i, PointClouds y, int j) {
    return i / x.size() * y.clouds() + j / y.size();
  }

  /** a1 &lt;v_i, v'_j&gt; + a2 kappa(v_i, v'_j). */
  private double pointScore(PointClouds x, int i, PointClouds y, int j) {
    int d = x.d();
    double[] vx = x.points().values;
    double[] vy = y.points().values;
    double distance = Dense.squaredDistance(vx, i * d, vy, j * d, d);
    return op.linearWeight() * Dense.dot(vx, i * d, vy, j * d, d)
        + op.kernelWeight() * kappa(distance);
  }

  /** The kernel of a squared distance. */
  private double kappa(double distance) {
    return switch (op.kernel()) {
      case Kernel.Gaussian(double sigma) -> Math.exp(-distance / (2 * sigma * sigma));
      case Kernel.InverseMultiquadric(double c) -> Math.pow(1 + distance / (c * c), -0.5);
    };
  }

  /** Its derivative by the squared distance. */
  private double slope(double distance) {
    return switch (op.kernel()) {
      case Kernel.Gaussian(double sigma) -> -kappa(distance) / (2 * sigma * sigma);
      case Kernel.InverseMultiquadric(double c) ->
          -0.5 / (c * c) * Math.pow(1 + distance / (c * c), -1.5);
    };
  }
}
