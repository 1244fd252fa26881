package io.gramian.cuda.nway;

import io.gramian.UnsupportedOpException;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.Parameter;
import io.gramian.op.Similarity;

/**
 * A score functor of the kernels over index tuples: those of kernels/include/gramian/nway/score.
 *
 * @param image what the names of its images begin with
 * @param name of its kernels
 * @param minimum the least score that a gradient is divided by
 */
record NwayScore(String image, String name, double minimum) {
  /**
   * The score of a similarity that is a function of inner products.
   *
   * @throws UnsupportedOpException if there are no kernels for it
   */
  static NwayScore of(Similarity similarity) {
    return switch (similarity) {
      case Similarity.Cosine _, Similarity.Mip _ ->
          throw new IllegalArgumentException("no score of inner products: " + similarity.label());
      case Similarity.Volume volume -> new NwayScore("volume", "volume", volume.minVolume());
      case Similarity.Jgcs jgcs -> new NwayScore("jgcs", "jgcs", jgcs.minScore());
      case Similarity.JgcsSquared _ -> new NwayScore("jgcs", "jgcs_squared", 0);
      case Similarity.Area _ -> new NwayScore("area", "area", 0);
      default ->
          throw new UnsupportedOpException(
              "there are no CUDA kernels for index tuples of similarity "
                  + similarity.label()
                  + "; use backend reference");
    };
  }

  /**
   * One of its kernels.
   *
   * @param step {@code scores} or {@code backward}
   * @param threads of a block
   */
  <P> KernelSpec<P> kernel(String step, int modalities, int threads, Parameter<P> parameter) {
    String kernel = "nway_%s_n%d_%s".formatted(name, modalities, step);
    return new KernelSpec<>("nway_%s_n%d".formatted(image, modalities), kernel, threads, parameter);
  }
}
