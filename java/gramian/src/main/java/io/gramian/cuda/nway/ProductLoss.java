package io.gramian.cuda.nway;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.driver.MemoryTransfer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The launches of the loss over all index tuples: scores of a box to running sums of every slice,
 * sums to the loss, scores of a box to weights. One parameter serves all kernels.
 */
public final class ProductLoss {
  /** Image of the kernels. */
  public static final String IMAGE = "contrastive_product";

  private static final int THREADS = 128;
  private static final int WARPS = THREADS / 32;
  private static final int WARP = 32;

  /** Outer tuples that a block of {@code product_columns} goes over. */
  private static final int CHUNK = 512;

  /** Enough blocks to fill any device; a warp takes more outer tuples beyond that. */
  private static final int MOST_WEIGHT_BLOCKS = 1024;

  private final CudaDevice device;
  private final int n;
  private final int batch;
  private final List<Launch> all = new ArrayList<>();
  private final Launch leaveOut;
  private final Launch rows;
  private final Launch columns;
  private final Launch fold;
  private final Launch loss;
  private final Launch weights;
  private final Launch diagonalWeights;
  private final Launch temperature;
  private final int weightBlocks;

  private final long[] maxima = new long[NwayFields.MODALITIES];
  private final long[] sums = new long[NwayFields.MODALITIES];
  private final long[] logs = new long[NwayFields.MODALITIES];
  private final long zeroAt;
  private final long zeroBytes;
  private final long parts;
  private final long diagonal;
  private final long slopes;
  private final long typical;
  private final long rowMaxima;
  private final long rowSums;
  private final long columnMaxima;
  private final long columnSums;

  /**
   * The launches for modalities of as many rows.
   *
   * @param largest the largest box that there will be
   */
  public ProductLoss(
      CudaDevice device, int n, int batch, NwayBox largest, Scratch scratch, LaunchList launches) {
    this.device = device;
    this.n = n;
    this.batch = batch;
    long outer = largest.tuplesWithout(n - 1);
    this.weightBlocks = (int) Math.min(Math.ceilDiv(outer, (long) WARPS), MOST_WEIGHT_BLOCKS);
    this.zeroAt = scratch.region(0);
    for (int p = 0; p < n; p++) {
      sums[p] = scratch.doubles(batch);
    }
    this.parts = scratch.doubles(weightBlocks);
    this.zeroBytes = scratch.bytes() - zeroAt;
    for (int p = 0; p < n; p++) {
      maxima[p] = scratch.words(batch);
      logs[p] = scratch.words(batch);
    }
    this.diagonal = scratch.words(batch);
    this.slopes = scratch.words(batch);
    this.typical = scratch.doubles(1);
    this.rowMaxima = scratch.words(outer);
    this.rowSums = scratch.words(outer);
    long ofColumns = Math.ceilDiv(outer, (long) CHUNK) * largest.count()[n - 1];
    this.columnMaxima = scratch.words(ofColumns);
    this.columnSums = scratch.words(ofColumns);
    this.leaveOut = launch(launches, "leave_out");
    this.rows = launch(launches, "rows");
    this.columns = launch(launches, "columns");
    this.fold = launch(launches, "fold");
    this.loss = launch(launches, "loss");
    this.weights = launch(launches, "weights");
    this.diagonalWeights = launch(launches, "diagonal_weights");
    this.temperature = launch(launches, "temperature");
    for (Launch each : all) {
      MemorySegment p = each.parameter();
      p.set(JAVA_INT, Parameter.MODALITIES, n);
      p.set(JAVA_INT, Parameter.BATCH, batch);
      p.set(JAVA_INT, Parameter.WEIGHT_BLOCKS, weightBlocks);
    }
  }

  private Launch launch(LaunchList launches, String step) {
    Launch launch =
        launches.add(device.kernel(IMAGE, "product_" + step), THREADS, 0, Parameter.BYTES);
    all.add(launch);
    return launch;
  }

  /** What never changes of the scalars; a spec may be null. */
  public void prepare(
      double temperatureOtherwise,
      TensorSpec temperatureSpec,
      TensorSpec gradLoss,
      TensorSpec lossSpec,
      TensorSpec gradTemperature,
      boolean accumulate) {
    for (Launch each : all) {
      MemorySegment p = each.parameter();
      Parameter.TEMPERATURE.prepare(p, temperatureOtherwise, temperatureSpec);
      Parameter.GRAD_LOSS.prepare(p, 1, gradLoss);
      p.set(JAVA_INT, Parameter.LOSS_TYPE, typeCode(lossSpec));
      p.set(JAVA_INT, Parameter.GRAD_TYPE, typeCode(gradTemperature));
      p.set(JAVA_INT, Parameter.ACCUMULATE, accumulate ? 1 : 0);
    }
  }

  private static int typeCode(TensorSpec spec) {
    return spec == null ? 0 : ScalarField.typeCode(spec.dtype());
  }

  /** Takes the addresses of a run; a tensor may be null, an address 0. */
  public void bind(
      long workspace, long scores, Tensor tau, Tensor gradLoss, long lossTo, long gradTemperature) {
    for (int k = 0; k < all.size(); k++) {
      MemorySegment p = all.get(k).parameter();
      p.set(JAVA_LONG, Parameter.SCORES, scores);
      p.set(JAVA_LONG, Parameter.ROW_MAXIMA, workspace + rowMaxima);
      p.set(JAVA_LONG, Parameter.ROW_SUMS, workspace + rowSums);
      p.set(JAVA_LONG, Parameter.COLUMN_MAXIMA, workspace + columnMaxima);
      p.set(JAVA_LONG, Parameter.COLUMN_SUMS, workspace + columnSums);
      for (int q = 0; q < n; q++) {
        NwayFields.setLong(p, Parameter.MAXIMA, q, workspace + maxima[q]);
        NwayFields.setLong(p, Parameter.SUMS, q, workspace + sums[q]);
        NwayFields.setLong(p, Parameter.LOGS, q, workspace + logs[q]);
      }
      p.set(JAVA_LONG, Parameter.DIAGONAL, workspace + diagonal);
      p.set(JAVA_LONG, Parameter.SLOPES, workspace + slopes);
      p.set(JAVA_LONG, Parameter.PARTS, workspace + parts);
      p.set(JAVA_LONG, Parameter.TYPICAL, workspace + typical);
      p.set(JAVA_LONG, Parameter.LOSS, lossTo);
      p.set(JAVA_LONG, Parameter.GRAD_TEMPERATURE, gradTemperature);
      Parameter.TEMPERATURE.bind(p, tau);
      Parameter.GRAD_LOSS.bind(p, gradLoss);
    }
  }

  /** Starts a run. */
  public void begin(long stream, long workspace) {
    MemoryTransfer.fillAsync(device.context(), workspace + zeroAt, (byte) 0, zeroBytes, stream);
  }

  /** Adds the scores of a box, which are at hand. */
  public void add(long stream, NwayBox box) {
    int outer = setBox(rows, box);
    setBox(columns, box);
    setBox(fold, box);
    overDiagonal(leaveOut, stream, box);
    rows.enqueue(stream, Math.ceilDiv(outer, WARPS), 1, 1);
    columns.enqueue(stream, Math.ceilDiv(outer, CHUNK), Math.ceilDiv(box.count()[n - 1], WARP), 1);
    int most = 0;
    for (int size : box.count()) {
      most = Math.max(most, size);
    }
    fold.enqueue(stream, Math.ceilDiv(most, WARPS), n, 1);
  }

  /** Writes the loss, once all boxes were added. */
  public void finish(long stream) {
    loss.enqueue(stream, 1, 1, 1);
  }

  /**
   * Turns the scores of a box, which are at hand, into weights.
   *
   * @param areNew whether they were made again since they were added
   */
  public void weigh(long stream, NwayBox box, boolean areNew) {
    if (areNew) {
      overDiagonal(leaveOut, stream, box);
    }
    setBox(weights, box);
    weights.enqueue(stream, weightBlocks, 1, 1);
    overDiagonal(diagonalWeights, stream, box);
  }

  private void overDiagonal(Launch launch, long stream, NwayBox box) {
    setBox(launch, box);
    launch.enqueue(stream, Math.ceilDiv(batch, THREADS), 1, 1);
  }

  /** Writes the gradient of the temperature, once all scores were turned into weights. */
  public void finishWeights(long stream) {
    temperature.enqueue(stream, 1, 1, 1);
  }

  private int setBox(Launch launch, NwayBox box) {
    int outer = Math.toIntExact(box.tuplesWithout(n - 1));
    MemorySegment p = launch.parameter();
    Parameter.BOX.set(p, box);
    p.set(JAVA_INT, Parameter.OUTER, outer);
    p.set(JAVA_INT, Parameter.CHUNKS, Math.ceilDiv(outer, CHUNK));
    return outer;
  }

  /** Struct {@code ProductParams} of kernels/include/gramian/nway/product.cuh. */
  private static final class Parameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Box BOX = NwayFields.Box.next(LAYOUT);
    static final long SCORES = LAYOUT.pointer();
    static final long ROW_MAXIMA = LAYOUT.pointer();
    static final long ROW_SUMS = LAYOUT.pointer();
    static final long COLUMN_MAXIMA = LAYOUT.pointer();
    static final long COLUMN_SUMS = LAYOUT.pointer();
    static final long MAXIMA = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long SUMS = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long LOGS = LAYOUT.int64s(NwayFields.MODALITIES);
    static final long DIAGONAL = LAYOUT.pointer();
    static final long SLOPES = LAYOUT.pointer();
    static final long PARTS = LAYOUT.pointer();
    static final long TYPICAL = LAYOUT.pointer();
    static final long LOSS = LAYOUT.pointer();
    static final long GRAD_TEMPERATURE = LAYOUT.pointer();
    static final ScalarField TEMPERATURE = LAYOUT.scalar();
    static final ScalarField GRAD_LOSS = LAYOUT.scalar();
    static final long MODALITIES = LAYOUT.int32();
    static final long BATCH = LAYOUT.int32();
    static final long OUTER = LAYOUT.int32();
    static final long CHUNKS = LAYOUT.int32();
    static final long WEIGHT_BLOCKS = LAYOUT.int32();
    static final long LOSS_TYPE = LAYOUT.int32();
    static final long GRAD_TYPE = LAYOUT.int32();
    static final long ACCUMULATE = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
