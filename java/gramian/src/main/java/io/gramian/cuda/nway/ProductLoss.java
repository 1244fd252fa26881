package io.gramian.cuda.nway;

import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.NwayConstants;
import io.gramian.cuda.abi.NwayProductParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.MemoryTransfer;
import java.util.ArrayList;
import java.util.List;

/**
 * The launches of the loss over all index tuples: scores of a box to running sums of every slice,
 * sums to the loss, scores of a box to weights. One parameter serves all kernels.
 */
public final class ProductLoss {
  /** Enough blocks to fill any device; a warp takes more outer tuples beyond that. */
  private static final int MOST_WEIGHT_BLOCKS = 1024;

  private final CudaDevice device;
  private final int n;
  private final int batch;
  private final List<KernelLaunch<NwayProductParams>> all = new ArrayList<>();
  private final KernelLaunch<NwayProductParams> leaveOut;
  private final KernelLaunch<NwayProductParams> rows;
  private final KernelLaunch<NwayProductParams> columns;
  private final KernelLaunch<NwayProductParams> fold;
  private final KernelLaunch<NwayProductParams> loss;
  private final KernelLaunch<NwayProductParams> weights;
  private final KernelLaunch<NwayProductParams> diagonalWeights;
  private final KernelLaunch<NwayProductParams> temperature;
  private final int weightBlocks;

  private final long[] maxima = new long[NwayConstants.MOST_MODALITIES];
  private final long[] sums = new long[NwayConstants.MOST_MODALITIES];
  private final long[] logs = new long[NwayConstants.MOST_MODALITIES];
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
      CudaDevice device, int n, int batch, TupleBox largest, Scratch scratch, LaunchList launches) {
    this.device = device;
    this.n = n;
    this.batch = batch;
    long outer = largest.tuplesWithout(n - 1);
    this.weightBlocks =
        (int) Math.min(Math.ceilDiv(outer, (long) NwayConstants.PRODUCT_WARPS), MOST_WEIGHT_BLOCKS);
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
    long ofColumns = Math.ceilDiv(outer, (long) NwayConstants.CHUNK) * largest.count()[n - 1];
    this.columnMaxima = scratch.words(ofColumns);
    this.columnSums = scratch.words(ofColumns);
    this.leaveOut = launch(launches, Kernels.PRODUCT_LEAVE_OUT);
    this.rows = launch(launches, Kernels.PRODUCT_ROWS);
    this.columns = launch(launches, Kernels.PRODUCT_COLUMNS);
    this.fold = launch(launches, Kernels.PRODUCT_FOLD);
    this.loss = launch(launches, Kernels.PRODUCT_LOSS);
    this.weights = launch(launches, Kernels.PRODUCT_WEIGHTS);
    this.diagonalWeights = launch(launches, Kernels.PRODUCT_DIAGONAL_WEIGHTS);
    this.temperature = launch(launches, Kernels.PRODUCT_TEMPERATURE);
    all.forEach(each -> each.parameter().modalities(n).batch(batch).weightBlocks(weightBlocks));
  }

  private KernelLaunch<NwayProductParams> launch(
      LaunchList launches, KernelSpec<NwayProductParams> kernel) {
    KernelLaunch<NwayProductParams> launch = launches.add(device, kernel);
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
    for (KernelLaunch<NwayProductParams> each : all) {
      NwayProductParams p = each.parameter();
      Fields.prepare(p.temperature(), temperatureOtherwise, temperatureSpec);
      Fields.prepare(p.gradLoss(), 1, gradLoss);
      p.lossType(Fields.type(lossSpec)).gradType(Fields.type(gradTemperature));
      p.accumulate(accumulate);
    }
  }

  /** Takes the addresses of a run; a tensor may be null, an address 0. */
  public void bind(
      long workspace, long scores, Tensor tau, Tensor gradLoss, long lossTo, long gradTemperature) {
    for (int k = 0; k < all.size(); k++) {
      NwayProductParams p = all.get(k).parameter();
      p.scores(scores).diagonal(workspace + diagonal).slopes(workspace + slopes);
      p.rowMaxima(workspace + rowMaxima).rowSums(workspace + rowSums);
      p.columnMaxima(workspace + columnMaxima).columnSums(workspace + columnSums);
      for (int q = 0; q < n; q++) {
        p.maxima(q, workspace + maxima[q]).sums(q, workspace + sums[q]);
        p.logs(q, workspace + logs[q]);
      }
      p.parts(workspace + parts).typical(workspace + typical);
      p.loss(lossTo).gradTemperature(gradTemperature);
      Fields.bind(p.temperature(), tau);
      Fields.bind(p.gradLoss(), gradLoss);
    }
  }

  /** Starts a run. */
  public void begin(long stream, long workspace) {
    MemoryTransfer.fillAsync(device.context(), workspace + zeroAt, (byte) 0, zeroBytes, stream);
  }

  /** Adds the scores of a box, which are at hand. */
  public void add(long stream, TupleBox box) {
    int outer = setBox(rows, box);
    setBox(columns, box);
    setBox(fold, box);
    overDiagonal(leaveOut, stream, box);
    rows.enqueue(stream, Math.ceilDiv(outer, NwayConstants.PRODUCT_WARPS), 1, 1);
    columns.enqueue(
        stream,
        Math.ceilDiv(outer, NwayConstants.CHUNK),
        Math.ceilDiv(box.count()[n - 1], Constants.WARP_SIZE),
        1);
    int most = 0;
    for (int size : box.count()) {
      most = Math.max(most, size);
    }
    fold.enqueue(stream, Math.ceilDiv(most, NwayConstants.PRODUCT_WARPS), n, 1);
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
  public void weigh(long stream, TupleBox box, boolean areNew) {
    if (areNew) {
      overDiagonal(leaveOut, stream, box);
    }
    setBox(weights, box);
    weights.enqueue(stream, weightBlocks, 1, 1);
    overDiagonal(diagonalWeights, stream, box);
  }

  private void overDiagonal(KernelLaunch<NwayProductParams> launch, long stream, TupleBox box) {
    setBox(launch, box);
    launch.enqueue(stream, Math.ceilDiv(batch, NwayConstants.PRODUCT_THREADS), 1, 1);
  }

  /** Writes the gradient of the temperature, once all scores were turned into weights. */
  public void finishWeights(long stream) {
    temperature.enqueue(stream, 1, 1, 1);
  }

  private int setBox(KernelLaunch<NwayProductParams> launch, TupleBox box) {
    int outer = Math.toIntExact(box.tuplesWithout(n - 1));
    NwayProductParams p = launch.parameter();
    box.write(p.box());
    p.outer(outer).chunks(Math.ceilDiv(outer, NwayConstants.CHUNK));
    return outer;
  }
}
