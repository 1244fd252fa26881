package io.gramian.reference.math;

import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.function.Function;

/**
 * The scores of all index tuples of an anchor modality and others, and their gradients. Modalities
 * lie along axes: in the tensor of N modalities each has its own, in the matrix of anchors and
 * tuples all but the anchor share one.
 */
public abstract class ScoreTensor {
  /** The modalities, the anchor first. */
  final Rows[] modalities;

  /** The axis along which each modality lies. */
  final int[] axisOf;

  private final int[] shape;

  /** Whether row i of modality p is absent: absent[p][i]. */
  private final boolean[][] absent;

  ScoreTensor(Rows[] modalities, int[] axisOf, boolean[][] absent) {
    this.modalities = modalities;
    this.axisOf = axisOf;
    this.absent = absent;
    this.shape = new int[axisOf[axisOf.length - 1] + 1];
    for (int p = 0; p < modalities.length; p++) {
      shape[axisOf[p]] = modalities[p].count;
    }
  }

  /**
   * The matrix [B1,B2] of anchors and tuples.
   *
   * @param modalities the anchor, then the members of the tuples
   * @param absent which rows of each modality are absent
   */
  static ScoreTensor pairs(Similarity similarity, Rows[] modalities, boolean[][] absent) {
    int[] axisOf = new int[modalities.length];
    for (int p = 1; p < axisOf.length; p++) {
      axisOf[p] = 1;
    }
    return of(similarity, modalities, axisOf, absent);
  }

  /** The tensor [B_1,..,B_N] of all index tuples; the first modality is the anchor. */
  static ScoreTensor product(Similarity similarity, Rows[] modalities) {
    int[] axisOf = new int[modalities.length];
    for (int p = 0; p < axisOf.length; p++) {
      axisOf[p] = p;
    }
    boolean[][] absent = new boolean[modalities.length][];
    Arrays.setAll(absent, p -> new boolean[modalities[p].count]);
    return of(similarity, modalities, axisOf, absent);
  }

  private static ScoreTensor of(
      Similarity similarity, Rows[] modalities, int[] axisOf, boolean[][] absent) {
    int k = modalities.length;
    Function<GramFunction, ScoreTensor> gram =
        function -> new GramScores(function, modalities, axisOf, absent);
    return switch (similarity) {
      case Similarity.Cosine _ -> gram.apply(new CosineFunction());
      case Similarity.Volume volume -> gram.apply(new VolumeFunction(volume.minVolume(), k));
      case Similarity.Jgcs jgcs -> gram.apply(new JgcsFunction(jgcs.minScore(), k));
      case Similarity.JgcsSquared _ -> gram.apply(new JgcsSquaredFunction(k));
      case Similarity.Eigen _ -> gram.apply(new EigenFunction(k));
      case Similarity.Centroid _ -> gram.apply(new CentroidFunction(k));
      case Similarity.Area _ -> new AreaScores(modalities, axisOf, absent);
      case Similarity.Mip _ -> new MipScores(modalities, axisOf, absent);
    };
  }

  /** The score of one index tuple. */
  abstract double score(int[] index);

  /** Adds weight times the partial derivatives of the score of one index tuple. */
  abstract void addPartials(int[] index, double weight);

  /** The gradients of the modalities, from all partial derivatives that were added. */
  abstract double[][] gradients();

  /** All scores in row-major order; NaN where one is not finite. */
  public final double[] scores() {
    double[] scores = new double[Dense.elements(shape)];
    int[] index = new int[shape.length];
    for (int t = 0; t < scores.length; t++) {
      scores[t] = score(index);
      advance(index, shape);
    }
    return Dense.finiteOrNaN(scores);
  }

  /**
   * The gradients of the raw rows of the modalities. Called once.
   *
   * @param weights gradient of each score, as {@link #scores} orders them
   */
  public final double[][] backward(double[] weights) {
    int[] index = new int[shape.length];
    for (double weight : weights) {
      addPartials(index, weight);
      advance(index, shape);
    }
    double[][] gradients = gradients();
    for (int p = 0; p < modalities.length; p++) {
      gradients[p] = modalities[p].backward(gradients[p]);
    }
    return gradients;
  }

  /** The row of a modality in an index tuple. */
  final int row(int modality, int[] index) {
    return index[axisOf[modality]];
  }

  /** Whether a modality is absent from an index tuple. */
  final boolean isAbsent(int modality, int[] index) {
    return absent[modality][row(modality, index)];
  }

  /** A gradient array for each modality. */
  final double[][] zeros() {
    double[][] zeros = new double[modalities.length][];
    for (int p = 0; p < zeros.length; p++) {
      zeros[p] = new double[modalities[p].values.length];
    }
    return zeros;
  }

  /** Steps to the next index tuple in row-major order. */
  static void advance(int[] index, int[] shape) {
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }
}
