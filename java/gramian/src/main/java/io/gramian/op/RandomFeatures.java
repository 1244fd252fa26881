package io.gramian.op;

import io.gramian.ParameterException;
import java.util.Random;

/**
 * Random frequencies and phases for {@link PointCloudEmbed}: with z(v) = sqrt(2/D) cos(Omega v + b)
 * the mean of &lt;z(v), z(v')&gt; is the kernel they are drawn for (Rahimi and Recht, 2007).
 *
 * @param features D
 * @param dimension d
 * @param frequencies Omega, row-major [D,d]
 * @param phases b, [D], uniform in [0, 2 pi)
 */
public record RandomFeatures(int features, int dimension, double[] frequencies, double[] phases) {
  /** Checks that the arrays are there. */
  public RandomFeatures {
    ParameterException.requireNonNull(frequencies, "frequencies");
    ParameterException.requireNonNull(phases, "phases");
  }

  /**
   * For exp(-r^2 / (2 sigma^2)): frequencies are normal with deviation 1 / sigma.
   *
   * @param features how many, D
   * @param dimension of the points, d
   * @param sigma standard deviation of the kernel
   * @param seed equal seeds draw equal numbers
   * @return frequencies and phases
   */
  public static RandomFeatures gaussian(int features, int dimension, double sigma, long seed) {
    Checks.positive("random features", "sigma", sigma);
    return draw(features, dimension, seed, random -> 1 / sigma);
  }

  /**
   * For (1 + r^2 / c^2)^(-1/2), a mixture of Gaussians: each row is normal with a deviation that is
   * itself |normal| / c.
   *
   * @param features how many, D
   * @param dimension of the points, d
   * @param c width of the kernel
   * @param seed equal seeds draw equal numbers
   * @return frequencies and phases
   */
  public static RandomFeatures inverseMultiquadric(
      int features, int dimension, double c, long seed) {
    Checks.positive("random features", "c", c);
    return draw(features, dimension, seed, random -> Math.abs(random.nextGaussian()) / c);
  }

  private interface Deviation {
    double next(Random random);
  }

  private static RandomFeatures draw(int features, int dimension, long seed, Deviation deviation) {
    Checks.atLeast("random features", "features", 1, features);
    Checks.atLeast("random features", "dimension", 1, dimension);
    Random random = new Random(seed);
    double[] frequencies = new double[Checks.arrayLength("random features", features, dimension)];
    double[] phases = new double[features];
    for (int f = 0; f < features; f++) {
      double scale = deviation.next(random);
      for (int z = 0; z < dimension; z++) {
        frequencies[f * dimension + z] = scale * random.nextGaussian();
      }
      phases[f] = 2 * Math.PI * random.nextDouble();
    }
    return new RandomFeatures(features, dimension, frequencies, phases);
  }
}
