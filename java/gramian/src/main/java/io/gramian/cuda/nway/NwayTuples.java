package io.gramian.cuda.nway;

import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.op.Similarity;
import java.util.List;
import java.util.Objects;

/**
 * The launches of an op over all index tuples of N modalities: scores of a box of them, and from
 * the weights of scores, box by box, the gradients of all rows. The order of a run is {@link
 * #begin}; {@link #scores} as often as wanted; for gradients {@link #clear}, {@link #backward} for
 * every box, {@link #finish}.
 */
public abstract class NwayTuples {
  /** Image of the kernels. */
  public static final String IMAGE = "nway";

  private static final int LENGTH_THREADS = 128;
  private static final int WARP = 32;

  /** Rows, and dimensions or columns, of a tile of a matrix product. */
  static final int TILE = 64;

  static final int TILE_THREADS = 64;

  final CudaDevice device;
  final NwayRows rows;
  final LaunchList launches;

  /** The workspace of the run at hand. */
  long workspace;

  private final boolean wantsGradients;
  private final Launch lengths;

  NwayTuples(CudaDevice device, NwayRows rows, LaunchList launches) {
    this.device = device;
    this.rows = rows;
    this.launches = launches;
    this.wantsGradients = rows.gradients().stream().anyMatch(Objects::nonNull);
    this.lengths =
        launches.add(
            device.kernel(IMAGE, "nway_lengths_" + rows.dtype()),
            LENGTH_THREADS,
            0,
            LengthsParameter.BYTES);
    LengthsParameter.ROWS.prepare(lengths.parameter(), rows);
  }

  /**
   * The engine of a similarity.
   *
   * @param op its name, for errors
   * @param modalities the anchor first
   * @param gradients of theirs, null for one that is not wanted
   * @param largest the largest box that there will be
   * @param accumulate whether gradients are added to what is there
   */
  public static NwayTuples of(
      CudaDevice device,
      String op,
      Similarity similarity,
      boolean normalize,
      List<TensorSpec> modalities,
      List<TensorSpec> gradients,
      NwayBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    requireModalities(op, modalities.size());
    NwayRows rows = new NwayRows(op, modalities, gradients, normalize, scratch);
    // Of two modalities, mip is the inner product.
    boolean multilinear = similarity instanceof Similarity.Mip && modalities.size() > 2;
    return multilinear
        ? new MipTuples(device, rows, largest, accumulate, scratch, launches)
        : new GramTuples(device, similarity, rows, largest, accumulate, scratch, launches);
  }

  /**
   * Requires a number of modalities that there are kernels for.
   *
   * @throws UnsupportedOpException saying how many there may be
   */
  public static void requireModalities(String op, int modalities) {
    if (modalities > NwayFields.MODALITIES) {
      throw new UnsupportedOpException(
          op
              + ": the CUDA kernels take index tuples of 2 to "
              + NwayFields.MODALITIES
              + " modalities, got "
              + modalities);
    }
  }

  /** Whether any gradient is wanted. */
  public final boolean wantsGradients() {
    return wantsGradients;
  }

  /** Takes the workspace of a run. */
  public void bind(long address) {
    workspace = address;
    LengthsParameter.LENGTHS.bind(lengths.parameter(), rows, address);
  }

  /** Takes the rows of a modality and where their gradient goes, 0 if it is not wanted. */
  public void bind(int modality, long data, long gradient) {
    LengthsParameter.ROWS.bind(lengths.parameter(), modality, data);
  }

  /** Measures the rows; all is bound. */
  public void begin(long stream) {
    int perBlock = LENGTH_THREADS / WARP;
    int blocks = Math.ceilDiv(rows.mostRows(), perBlock);
    if (blocks > 0) {
      lengths.enqueue(stream, blocks, rows.modalities(), 1);
    }
  }

  /**
   * Writes the scores of a box.
   *
   * @param address of the first, float
   * @param strides elements along each axis; the last is dense
   */
  public abstract void scores(long stream, NwayBox box, long address, long[] strides);

  /** Starts gradients. */
  public abstract void clear(long stream);

  /**
   * Adds what a box is worth to the gradients.
   *
   * @param address of the weight of the first score
   * @param type of the weights, see {@link ScalarField#typeCode}
   * @param strides elements along each axis; the last is dense
   */
  public abstract void backward(long stream, NwayBox box, long address, int type, long[] strides);

  /** Writes the gradients. */
  public abstract void finish(long stream);

  /** Struct {@code LengthsParams} of kernels/include/gramian/nway/lengths.cuh. */
  private static final class LengthsParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Rows ROWS = NwayFields.Rows.next(LAYOUT);
    static final NwayFields.Lengths LENGTHS = NwayFields.Lengths.next(LAYOUT);
    static final long BYTES = LAYOUT.bytes();
  }
}
