package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Constants;
import io.gramian.cuda.abi.ContrastiveCountParams;
import io.gramian.cuda.abi.ContrastiveSumsParams;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;

/**
 * Cross-entropies between the two passes over all pairs: the sums of both softmaxes, the loss of
 * rows and of columns, and what the weights of the gradients are made of.
 */
public final class ContrastiveSums {
  private final PairEngine engine;
  private final PairForward forward;
  private final int anchors;
  private final int tuples;
  private final boolean isSymmetric;
  private final PairForward.Sums rowSums;
  private final PairForward.Sums columnSums;
  private final SumMerge mergeRows;
  private final SumMerge mergeColumns;
  private final KernelLaunch<ContrastiveCountParams> countLabels;
  private final KernelLaunch<ContrastiveSumsParams> targets;
  private final KernelLaunch<ContrastiveSumsParams> columns;
  private final Side rowSide;
  private final Side columnSide;
  private final Region columnOffsets;
  private final Region targetScores;
  private final Region targetSlopes;
  private final Region counts;

  private long labels;
  private long labelStride;

  /**
   * Reserves what it needs.
   *
   * @param smoothing of the labels; if there is any, all anchors have targets
   * @param countsLabels whether several anchors may have the same label
   * @param targets anchors that have a target, the first ones
   * @param isSymmetric whether anchors and tuples are the same rows, so that their sums are the
   *     same
   */
  public ContrastiveSums(
      PairEngine engine,
      PairForward forward,
      Scratch scratch,
      double smoothing,
      boolean countsLabels,
      int targets,
      boolean isSymmetric) {
    this.engine = engine;
    this.forward = forward;
    this.anchors = engine.anchor().rows().count();
    this.tuples = engine.tupleRows().count();
    this.isSymmetric = isSymmetric;
    boolean wantsTotals = smoothing != 0;
    this.rowSums = forward.rowSums(scratch);
    this.columnSums = isSymmetric ? null : forward.columnSums(scratch, wantsTotals);
    this.mergeRows = new SumMerge(engine, scratch, rowSums, false);
    this.mergeColumns =
        isSymmetric ? mergeRows : new SumMerge(engine, scratch, columnSums, wantsTotals);
    this.targetScores = scratch.reserve((long) anchors * Float.BYTES);
    this.targetSlopes = scratch.reserve((long) anchors * Float.BYTES);
    this.columnOffsets = scratch.reserve((long) tuples * Float.BYTES);
    this.counts = scratch.reserve(countsLabels, (long) tuples * Integer.BYTES);
    this.countLabels = countsLabels ? engine.launch(Kernels.CONTRASTIVE_COUNT_LABELS) : null;
    this.rowSide = new Side(scratch, anchors);
    this.columnSide = new Side(scratch, tuples);
    this.targets = launch(Kernels.CONTRASTIVE_TARGETS, smoothing, targets);
    this.columns = launch(Kernels.CONTRASTIVE_COLUMNS, smoothing, targets);
  }

  private KernelLaunch<ContrastiveSumsParams> launch(
      KernelSpec<ContrastiveSumsParams> kernel, double smoothing, int targetCount) {
    KernelLaunch<ContrastiveSumsParams> launch = engine.launch(kernel);
    ContrastiveSumsParams p = launch.parameter();
    p.smoothing(smoothing).anchors(anchors).tuples(tuples);
    p.targets(targetCount).sides(isSymmetric ? 2 : 1);
    return launch;
  }

  /** Takes the labels of a run; 0: anchor i belongs to tuple i. */
  public void bind(long labelsAddress, long stride) {
    labels = labelsAddress;
    labelStride = stride;
  }

  /** Enqueues the forward pass and all of this. */
  public void run(long stream) {
    if (countLabels != null) {
      countLabels(stream);
    }
    forward.softmax(rowSums, columnSums);
    forward.targetScores(targetScores());
    forward.counts(counts());
    forward.run(stream);
    mergeRows.run(stream);
    if (mergeColumns != mergeRows) {
      mergeColumns.run(stream);
    }
    bind(targets.parameter());
    targets.enqueue(stream, rowBlocks(), 1, 1);
    bind(columns.parameter());
    columns.enqueue(stream, columnBlocks(), 1, 1);
  }

  private void countLabels(long stream) {
    engine.clear(stream, counts(), 4L * tuples);
    ContrastiveCountParams p = countLabels.parameter();
    p.labels(labels).labelStride(labelStride).counts(counts()).anchors(anchors).tuples(tuples);
    countLabels.enqueue(stream, Math.ceilDiv(anchors, Constants.ROW_THREADS), 1, 1);
  }

  private void bind(ContrastiveSumsParams p) {
    p.scalars(engine.scalars());
    p.rowSums(mergeRows.logs()).columnSums(mergeColumns.logs()).totals(mergeColumns.totals());
    p.labels(labels).labelStride(labelStride).targetScores(targetScores()).counts(counts());
    p.targetSlopes(targetSlopes()).columnOffsets(columnOffsets());
    p.rowLogs(rowSide.logs()).rowFactors(rowSide.factors()).rowParts(rowParts());
    p.columnLogs(columnSide.logs()).columnFactors(columnSide.factors()).columnParts(columnParts());
  }

  /** Sets where the weights of the gradients come from. */
  public void weigh(PairWeigh weigh) {
    weigh.softmax(
        rowSide.logs(),
        rowSide.factors(),
        columnSide.logs(),
        columnSide.factors(),
        columnOffsets());
    weigh.targets(targetSlopes(), targetScores());
  }

  /** Device address of the cross-entropies, a part of the loss per block. */
  public long rowParts() {
    return rowSide.parts.at(engine.workspace());
  }

  public int rowBlocks() {
    return rowSide.blocks;
  }

  /** Device address of the columns' parts of the loss. */
  public long columnParts() {
    return columnSide.parts.at(engine.workspace());
  }

  public int columnBlocks() {
    return columnSide.blocks;
  }

  // Device address of the number of anchors of each tuple; 0: one at most.
  private long counts() {
    return counts.at(engine.workspace());
  }

  private long targetScores() {
    return targetScores.at(engine.workspace());
  }

  private long targetSlopes() {
    return targetSlopes.at(engine.workspace());
  }

  private long columnOffsets() {
    return columnOffsets.at(engine.workspace());
  }

  /** What the weights of the gradients take of the rows or of the columns. */
  private final class Side {
    final int blocks;
    final Region parts;
    private final Region logs;
    private final Region factors;

    Side(Scratch scratch, int count) {
      this.blocks = Math.ceilDiv(count, Constants.ROW_THREADS);
      this.parts = scratch.reserve((long) blocks * Double.BYTES);
      this.logs = scratch.reserve((long) count * Float.BYTES);
      this.factors = scratch.reserve((long) count * Float.BYTES);
    }

    long logs() {
      return logs.at(engine.workspace());
    }

    long factors() {
      return factors.at(engine.workspace());
    }
  }
}
