package io.gramian.cuda.pair;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ContrastiveCountParams;
import io.gramian.cuda.abi.ContrastiveLossParams;
import io.gramian.cuda.abi.ContrastiveSumsParams;
import io.gramian.cuda.abi.ContrastiveTemperatureGradientParams;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.spi.Shard;
import java.util.Optional;

/**
 * Cross-entropies over the tuples of each anchor and over the anchors of each tuple. Where
 * gradients do not go through gathered rows, the former have weights for the anchors alone, and the
 * latter for the members: a weight of either kind has 0 for the factor of the other.
 */
public final class InfoNce implements PairLoss {
  private static final String GRADIENT = "grad_temperature";

  private final PairEngine engine;
  private final PairTargets targets;
  private final int anchors;
  private final int tuples;
  private final PairBegin begin;
  private final SoftmaxSums sums;
  private final Region targetScores;
  private final Region targetSlopes;
  private final Region columnOffsets;
  private final Region counts;
  private final Region columnSlopes;
  private final Region rowOffsets;
  private final Region zeros;
  private final PairObjective<WeighParams> ofMembers;
  private final UnitedRows united;
  private final int allTuples;
  private final Side rows;
  private final Side columns;
  private final KernelLaunch<ContrastiveCountParams> count;
  private final KernelLaunch<ContrastiveSumsParams> rowLosses;
  private final KernelLaunch<ContrastiveSumsParams> columnLosses;
  private final KernelLaunch<ContrastiveLossParams> loss;
  private final KernelLaunch<ContrastiveTemperatureGradientParams> temperatureGradient;

  /**
   * Reserves what it needs.
   *
   * @param temperature where no input says otherwise
   * @param smoothing of the labels; if there is any, all anchors have targets
   * @param gatherWithGrad whether weights of rows and columns serve anchors and members alike
   * @param shard the part that this process has in a batch of ranks
   */
  public InfoNce(
      PairEngine engine,
      Scratch scratch,
      PairTargets targets,
      double temperature,
      double smoothing,
      boolean gatherWithGrad,
      Shard shard,
      Specs inputs,
      Specs outputs,
      boolean accumulate) {
    this.engine = engine;
    this.targets = targets;
    this.anchors = engine.anchor().rows().count();
    this.tuples = engine.tupleRows().count();
    this.begin = new PairBegin(engine, inputs).temperature(temperature);
    this.sums =
        targets.areWithin()
            ? SoftmaxSums.ofRows(engine, scratch)
            : SoftmaxSums.ofBoth(engine, scratch, smoothing != 0);
    this.targetScores = scratch.reserve((long) Float.BYTES * anchors);
    this.targetSlopes = scratch.reserve((long) Float.BYTES * anchors);
    this.columnOffsets = scratch.reserve((long) Float.BYTES * tuples);
    this.counts = scratch.reserve(targets.areShared(), (long) Integer.BYTES * tuples);
    boolean isApart = !gatherWithGrad;
    this.columnSlopes = scratch.reserve(isApart, (long) Float.BYTES * anchors);
    this.rowOffsets = scratch.reserve(isApart, (long) Float.BYTES * tuples);
    this.zeros = scratch.reserve(isApart, zeroBytes());
    this.ofMembers = isApart ? new ColumnWeights() : this;
    this.united = shard.isWhole() ? null : new UnitedRows(engine, scratch, targets, shard);
    this.allTuples = shard.tuples(tuples);
    this.rows = new Side(scratch, anchors);
    this.columns = new Side(scratch, tuples);
    this.count = engine.launch(targets.areShared(), Kernels.CONTRASTIVE_COUNT_LABELS);
    this.rowLosses = losses(Kernels.CONTRASTIVE_TARGETS, smoothing);
    this.columnLosses = losses(Kernels.CONTRASTIVE_COLUMNS, smoothing);
    TensorSpec result = outputs.find("loss");
    this.loss = engine.launch(result != null, Kernels.CONTRASTIVE_LOSS);
    loss.parameter().lossType(Fields.type(result)).terms(2).targets(targets.count());
    GradientRows ofTemperature = GradientRows.of(outputs.find(GRADIENT), accumulate);
    this.temperatureGradient =
        engine.launch(ofTemperature != null, Kernels.CONTRASTIVE_TEMPERATURE_GRADIENT);
    temperatureGradient.parameter().sides(sides());
    Fields.prepare(temperatureGradient.parameter().out(), ofTemperature);
  }

  private KernelLaunch<ContrastiveSumsParams> losses(
      KernelSpec<ContrastiveSumsParams> kernel, double smoothing) {
    KernelLaunch<ContrastiveSumsParams> launch = engine.launch(kernel);
    ContrastiveSumsParams p = launch.parameter();
    p.smoothing(smoothing).anchors(anchors).tuples(tuples);
    p.allTuples(allTuples).isPart(united != null);
    p.targets(targets.count()).sides(sides());
    return launch;
  }

  private long zeroBytes() {
    return (long) Float.BYTES * Math.max(anchors, tuples);
  }

  private int sides() {
    return targets.areWithin() ? 2 : 1;
  }

  @Override
  public PairKernels<?, WeighParams> kernels() {
    return PairKernels.SOFTMAX;
  }

  @Override
  public Optional<PairTargets> targets() {
    return Optional.of(targets);
  }

  @Override
  public boolean hasSums() {
    return temperatureGradient.isWanted();
  }

  @Override
  public void begin(long stream, Bindings in) {
    targets.begin(stream, in);
    begin.run(stream, in, 0);
  }

  @Override
  public void forward(long stream, Bindings out) {
    count(stream);
    targets.describe(sums.parameter());
    sums.parameter().targetScores(at(targetScores)).counts(at(counts));
    if (targets.leavesPairsOut()) {
      sums.clearColumns(stream);
    }
    sums.run(stream);
    if (united != null) {
      united.run(stream, sums.rowSums(), at(targetScores));
    }
    if (zeros.exists()) {
      engine.clear(stream, at(zeros), zeroBytes());
    }
    losses(stream, rowLosses, rows.blocks);
    losses(stream, columnLosses, columns.blocks);
    ContrastiveLossParams p = loss.parameter();
    p.rowParts(at(rows.parts)).rowBlocks(rows.blocks);
    p.columnParts(at(columns.parts)).columnBlocks(columns.blocks);
    p.loss(CudaExecutor.address(out.find("loss")));
    loss.enqueue(stream, 1, 1, 1);
  }

  private void count(long stream) {
    if (count.isWanted()) {
      engine.clear(stream, at(counts), (long) Integer.BYTES * tuples);
      ContrastiveCountParams p = count.parameter();
      p.labels(targets.labels()).labelStride(targets.stride());
      p.counts(at(counts)).anchors(anchors).tuples(tuples);
      count.enqueue(stream, Math.ceilDiv(anchors, Constants.ROW_THREADS), 1, 1);
    }
  }

  private void losses(long stream, KernelLaunch<ContrastiveSumsParams> launch, int blocks) {
    ContrastiveSumsParams p = launch.parameter();
    p.scalars(engine.scalars());
    p.rowSums(sums.rowSums()).columnSums(sums.columnSums()).totals(sums.columnTotals());
    p.labels(targets.labels()).labelStride(targets.stride());
    p.targetScores(at(targetScores)).counts(at(counts)).targetSlopes(at(targetSlopes));
    p.rowPeaks(at(rows.peaks)).rowFactors(at(rows.factors)).rowParts(at(rows.parts));
    p.columnPeaks(at(columns.peaks)).columnFactors(at(columns.factors));
    p.columnOffsets(at(columnOffsets)).columnParts(at(columns.parts));
    p.columnSlopes(at(columnSlopes)).rowOffsets(at(rowOffsets));
    launch.enqueue(stream, blocks, 1, 1);
  }

  @Override
  public void describe(WeighParams p) {
    targets.describe(p);
    p.rowPeaks(at(rows.peaks)).rowFactors(at(rows.factors));
    p.columnPeaks(at(columns.peaks)).columnFactors(at(columns.factors));
    p.columnOffsets(at(columnOffsets));
    p.targetSlopes(at(targetSlopes)).targetScores(at(targetScores));
    if (zeros.exists()) {
      p.columnFactors(at(zeros)).columnOffsets(at(rowOffsets));
    }
  }

  @Override
  public PairObjective<WeighParams> ofMembers() {
    return ofMembers;
  }

  @Override
  public void finish(
      long stream, Bindings out, PairWeigh<WeighParams> weigh, PairWeigh<WeighParams> columnWeigh) {
    ContrastiveTemperatureGradientParams p = temperatureGradient.parameter();
    p.scalars(engine.scalars()).parts(weigh.blockSums()).blocks(weigh.blocks());
    if (columnWeigh != weigh) {
      p.columnParts(columnWeigh.blockSums()).columnBlocks(columnWeigh.blocks());
    }
    p.out().to(CudaExecutor.address(out.find(GRADIENT)));
    temperatureGradient.enqueue(stream, 1, 1, 1);
  }

  private long at(Region region) {
    return region.at(engine.workspace());
  }

  /** The weights of columns. */
  private final class ColumnWeights implements PairObjective<WeighParams> {
    @Override
    public PairKernels<?, WeighParams> kernels() {
      return InfoNce.this.kernels();
    }

    @Override
    public Optional<PairTargets> targets() {
      return InfoNce.this.targets();
    }

    @Override
    public boolean hasSums() {
      return InfoNce.this.hasSums();
    }

    @Override
    public void describe(WeighParams p) {
      InfoNce.this.describe(p);
      p.rowFactors(at(zeros)).columnFactors(at(columns.factors));
      p.columnOffsets(at(columnOffsets)).targetSlopes(at(columnSlopes));
    }
  }

  /** What rows or columns leave: their parts of the loss, and what their weights are made of. */
  private static final class Side {
    final int blocks;
    final Region parts;
    final Region peaks;
    final Region factors;

    Side(Scratch scratch, int count) {
      this.blocks = Math.ceilDiv(count, Constants.ROW_THREADS);
      this.parts = scratch.reserve((long) Double.BYTES * blocks);
      this.peaks = scratch.reserve((long) Float.BYTES * count);
      this.factors = scratch.reserve((long) Float.BYTES * count);
    }
  }
}
