package io.gramian.cuda.nway;

import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ElementType;
import io.gramian.cuda.abi.NwayConstants;
import io.gramian.cuda.abi.NwayLengthsParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Parameter;
import io.gramian.cuda.device.Scratch;
import io.gramian.op.Similarity;
import java.util.List;

/**
 * The launches of an op over all index tuples of N modalities: scores of a box of them, and from
 * the weights of scores, box by box, the gradients of all rows. The order of a run is {@link
 * #begin}; {@link #scores} as often as wanted; for gradients {@link #clear}, {@link #backward} for
 * every box, {@link #finish}.
 */
public abstract class NwayTuples {
  /** Image of the kernels. */
  static final String IMAGE = "nway";

  private static final int ROWS_PER_BLOCK = NwayConstants.LENGTH_THREADS / Constants.WARP_SIZE;

  final CudaDevice device;
  final Modalities modalities;
  final LaunchList launches;

  /** The workspace of the run at hand. */
  long workspace;

  private final KernelLaunch<NwayLengthsParams> lengths;

  NwayTuples(CudaDevice device, Modalities modalities, LaunchList launches) {
    this.device = device;
    this.modalities = modalities;
    this.launches = launches;
    this.lengths =
        launches.add(
            device,
            kernel("lengths", modalities, NwayConstants.LENGTH_THREADS, NwayLengthsParams.TYPE));
    modalities.describe(lengths.parameter().rows());
  }

  /** A kernel that there is for each element type. */
  static <P> KernelSpec<P> kernel(
      String step, Modalities modalities, int threads, Parameter<P> parameter) {
    return new KernelSpec<>(IMAGE, "nway_" + step + "_" + modalities.dtype(), threads, parameter);
  }

  /**
   * The engine of a similarity.
   *
   * @param op its name, for errors
   * @param specs of the modalities, the anchor first
   * @param gradients of theirs, null for one that is not wanted
   * @param largest the largest box that there will be
   * @param accumulate whether gradients are added to what is there
   */
  public static NwayTuples of(
      CudaDevice device,
      String op,
      Similarity similarity,
      boolean normalize,
      List<TensorSpec> specs,
      List<TensorSpec> gradients,
      TupleBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    requireModalities(op, specs.size());
    Modalities modalities = new Modalities(op, specs, gradients, normalize, scratch);
    // Of two modalities, mip is the inner product.
    boolean multilinear = similarity instanceof Similarity.Mip && specs.size() > 2;
    return multilinear
        ? new MipTuples(device, modalities, largest, accumulate, scratch, launches)
        : new GramTuples(device, similarity, modalities, largest, accumulate, scratch, launches);
  }

  /**
   * Requires a number of modalities that there are kernels for.
   *
   * @throws UnsupportedOpException saying how many there may be
   */
  public static void requireModalities(String op, int modalities) {
    if (modalities > NwayConstants.MOST_MODALITIES) {
      throw new UnsupportedOpException(
          op
              + ": the CUDA kernels take index tuples of 2 to "
              + NwayConstants.MOST_MODALITIES
              + " modalities, got "
              + modalities);
    }
  }

  /** Whether any gradient is wanted. */
  public final boolean wantsGradients() {
    return modalities.wantGradients();
  }

  /** Takes the workspace of a run. */
  public void bind(long address) {
    workspace = address;
    modalities.bind(lengths.parameter().lengths(), address);
  }

  /** Takes the rows of a modality and where their gradient goes, 0 if it is not wanted. */
  public void bind(int modality, long data, long gradient) {
    lengths.parameter().rows().data(modality, data);
  }

  /** Measures the rows; all is bound. */
  public void begin(long stream) {
    int blocks = Math.ceilDiv(modalities.mostRows(), ROWS_PER_BLOCK);
    if (blocks > 0) {
      lengths.enqueue(stream, blocks, modalities.count(), 1);
    }
  }

  /**
   * Writes the scores of a box.
   *
   * @param address of the first, float
   * @param strides elements along each axis; the last is dense
   */
  public abstract void scores(long stream, TupleBox box, long address, long[] strides);

  /** Starts gradients. */
  public abstract void clear(long stream);

  /**
   * Adds what a box is worth to the gradients.
   *
   * @param address of the weight of the first score
   * @param type of the weights
   * @param strides elements along each axis; the last is dense
   */
  public abstract void backward(
      long stream, TupleBox box, long address, ElementType type, long[] strides);

  /** Writes the gradients. */
  public abstract void finish(long stream);
}
