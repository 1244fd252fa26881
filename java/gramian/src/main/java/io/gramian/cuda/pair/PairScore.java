package io.gramian.cuda.pair;

import io.gramian.ParameterException;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.Parameter;
import io.gramian.op.Similarity;

/**
 * A score functor of the kernels over pairs: what kernels/include/gramian/pair/score says of it.
 *
 * @param name of its kernels; its image is {@code pair_<name>_n<members>}
 * @param members rows of a tuple that the anchors are multiplied with, n
 * @param factors numbers prepared for each tuple
 * @param sums numbers summed over the anchors for each tuple's own gradient
 * @param hasNorm whether it depends on the anchor's squared norm
 * @param floor a parameter of the score
 * @param least the least score of unit vectors
 * @param most the greatest score of unit vectors
 * @param givenFactors whether the op prepares the numbers of the tuples by a kernel of its own
 * @param keepsColumns whether a pass keeps sums for each slice of the anchors and every tuple
 */
public record PairScore(
    String name,
    int members,
    int factors,
    int sums,
    boolean hasNorm,
    double floor,
    double least,
    double most,
    boolean givenFactors,
    boolean keepsColumns) {
  /** A score whose own kernel prepares the numbers of the tuples. */
  PairScore(
      String name,
      int members,
      int factors,
      int sums,
      boolean hasNorm,
      double floor,
      double least,
      double most) {
    this(name, members, factors, sums, hasNorm, floor, least, most, false, true);
  }

  /** Inner products of pairs of rows. */
  public static PairScore cosine() {
    return new PairScore("cosine", 1, 1, 0, false, 0, -1, 1);
  }

  /** Negative squared distances of pairs of rows. */
  public static PairScore distance() {
    return new PairScore("distance", 1, 2, 1, true, 0, -4, 0);
  }

  /**
   * The score of a similarity.
   *
   * @param op for the message
   * @param n members of a tuple
   * @throws ParameterException if there are more of them than the kernels take
   */
  static PairScore of(String op, Similarity similarity, int n) {
    if (n > Constants.MOST_MEMBERS) {
      throw new ParameterException(
          op
              + ": the CUDA kernels take at most "
              + Constants.MOST_MEMBERS
              + " modalities beside the anchor, got "
              + n);
    }
    int triangle = n * (n + 1) / 2;
    return switch (similarity) {
      case Similarity.Cosine _, Similarity.Mip _, Similarity.Centroid _ -> cosine();
      case Similarity.Volume volume ->
          new PairScore("volume", n, triangle + 2, 1, true, volume.minVolume(), -1, 0);
      case Similarity.Jgcs jgcs ->
          new PairScore("jgcs", n, triangle + 2, 1, true, jgcs.minScore(), 0, 1);
      case Similarity.JgcsSquared _ -> new PairScore("jgcs", n, triangle + 2, 1, true, 0, 0, 1);
      case Similarity.Area _ -> new PairScore("area", 2, 5, 3, true, 0, -8, 0);
      case Similarity.Eigen _ ->
          new PairScore("eigen", n, triangle + 2 * n - 1, triangle, true, 0, 0, n + 1);
    };
  }

  /** The image that holds its kernels. */
  String image() {
    return "pair_" + name + "_n" + members;
  }

  /** A kernel over pairs, with an objective: {@code <objective>_forward} or {@code _weigh}. */
  <P> KernelSpec<P> pairKernel(boolean halves, String pass, Parameter<P> parameter) {
    String type = halves ? "f16" : "bf16";
    String kernel = "%s_%s_n%d_%s".formatted(name, type, members, pass);
    return new KernelSpec<>(image(), kernel, Constants.GEMM_THREADS, parameter);
  }

  /** A kernel over tuples: {@code prepare} or {@code finish}. */
  <P> KernelSpec<P> tupleKernel(String pass, Parameter<P> parameter) {
    String kernel = name + "_n" + members + "_" + pass;
    return new KernelSpec<>(image(), kernel, Constants.ROW_THREADS, parameter);
  }
}
