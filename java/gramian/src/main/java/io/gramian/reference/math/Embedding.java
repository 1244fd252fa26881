package io.gramian.reference.math;

import io.gramian.Bindings;
import io.gramian.op.PointCloudEmbed;

/** The embedding of {@link PointCloudEmbed} and its gradients, for given random features. */
public final class Embedding {
  private final double[] frequencies;
  private final double[] phases;
  private final int features;
  private final double linear;
  private final double kernel;

  /** With the features of the inputs {@code frequencies} and {@code phases}. */
  public Embedding(Bindings in, PointCloudEmbed op) {
    this.frequencies = in.get("frequencies").toDoubles();
    this.phases = in.get("phases").toDoubles();
    this.features = phases.length;
    this.linear = Math.sqrt(op.linearWeight());
    this.kernel = Math.sqrt(op.kernelWeight()) * Math.sqrt(2.0 / features);
  }

  /** Length of an embedding of points of dimension d. */
  public int width(int d) {
    return d + features;
  }

  /** The embeddings, [clouds, d + D]. */
  public double[] forward(PointClouds x) {
    int d = x.d();
    int width = width(d);
    double[] embedding = new double[x.clouds() * width];
    for (int i = 0; i < x.clouds() * x.size(); i++) {
      int start = i / x.size() * width;
      double share = x.weights()[i] / x.size();
      Dense.addScaled(share * linear, x.points().values, i * d, embedding, start, d);
      for (int f = 0; f < features; f++) {
        embedding[start + d + f] += share * kernel * Math.cos(angle(x, i, f));
      }
    }
    return embedding;
  }

  /** The gradients of the raw points and of the weights. */
  public double[][] backward(PointClouds x, double[] upstream) {
    int d = x.d();
    double[] unit = x.points().values;
    double[] ofPoints = new double[unit.length];
    double[] ofWeights = new double[x.weights().length];
    for (int i = 0; i < ofWeights.length; i++) {
      int start = i / x.size() * width(d);
      double share = x.weights()[i] / x.size();
      Dense.addScaled(share * linear, upstream, start, ofPoints, i * d, d);
      double ofShare = linear * Dense.dot(unit, i * d, upstream, start, d);
      for (int f = 0; f < features; f++) {
        double angle = angle(x, i, f);
        double ofFeature = kernel * upstream[start + d + f];
        ofShare += ofFeature * Math.cos(angle);
        Dense.addScaled(
            -share * ofFeature * Math.sin(angle), frequencies, f * d, ofPoints, i * d, d);
      }
      ofWeights[i] = ofShare / x.size();
    }
    return new double[][] {x.points().backward(ofPoints), ofWeights};
  }

  /** Omega_f v_i + b_f. */
  private double angle(PointClouds x, int i, int f) {
    return Dense.dot(frequencies, f * x.d(), x.points().values, i * x.d(), x.d()) + phases[f];
  }
}
