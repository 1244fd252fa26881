package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import java.lang.foreign.MemorySegment;

/**
 * Cross-entropies between the two passes over all pairs: the sums of both softmaxes, the loss of
 * rows and of columns, and what the weights of the gradients are made of. Structs {@code
 * CountParams} and {@code SumsParams} of kernels/src/contrastive.cu.
 */
public final class ContrastiveSums {
  /** Image of the kernels of the losses over pairs. */
  public static final String IMAGE = "contrastive";

  private final PairEngine engine;
  private final PairForward forward;
  private final int anchors;
  private final int tuples;
  private final boolean isSymmetric;
  private final PairForward.Sums rowSums;
  private final PairForward.Sums columnSums;
  private final SumMerge mergeRows;
  private final SumMerge mergeColumns;
  private final Launch countLabels;
  private final Launch targets;
  private final Launch columns;
  private final Side rowSide;
  private final Side columnSide;
  private final long columnOffsets;
  private final long targetScores;
  private final long targetSlopes;
  private final long counts;

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
    this.targetScores = scratch.words(anchors);
    this.targetSlopes = scratch.words(anchors);
    this.columnOffsets = scratch.words(tuples);
    this.counts = countsLabels ? scratch.words(tuples) : -1;
    this.countLabels =
        countsLabels ? engine.rowLaunch(IMAGE, "contrastive_count_labels", Count.BYTES) : null;
    this.rowSide = new Side(scratch, anchors);
    this.columnSide = new Side(scratch, tuples);
    this.targets = launch("contrastive_targets", smoothing, targets);
    this.columns = launch("contrastive_columns", smoothing, targets);
  }

  private Launch launch(String kernel, double smoothing, int targetCount) {
    Launch launch = engine.rowLaunch(IMAGE, kernel, Params.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_DOUBLE, Params.SMOOTHING, smoothing);
    p.set(JAVA_INT, Params.ANCHORS, anchors);
    p.set(JAVA_INT, Params.TUPLES, tuples);
    p.set(JAVA_INT, Params.TARGETS, targetCount);
    p.set(JAVA_INT, Params.SIDES, isSymmetric ? 2 : 1);
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
    MemorySegment p = countLabels.parameter();
    p.set(JAVA_LONG, Count.LABELS, labels);
    p.set(JAVA_LONG, Count.LABEL_STRIDE, labelStride);
    p.set(JAVA_LONG, Count.COUNTS, counts());
    p.set(JAVA_INT, Count.ANCHORS, anchors);
    p.set(JAVA_INT, Count.TUPLES, tuples);
    countLabels.enqueue(stream, Math.ceilDiv(anchors, Operand.threads()), 1, 1);
  }

  private void bind(MemorySegment p) {
    p.set(JAVA_LONG, Params.SCALARS, engine.scalars());
    p.set(JAVA_LONG, Params.ROW_SUMS, mergeRows.logs());
    p.set(JAVA_LONG, Params.COLUMN_SUMS, mergeColumns.logs());
    p.set(JAVA_LONG, Params.TOTALS, mergeColumns.totals());
    p.set(JAVA_LONG, Params.LABELS, labels);
    p.set(JAVA_LONG, Params.LABEL_STRIDE, labelStride);
    p.set(JAVA_LONG, Params.TARGET_SCORES, targetScores());
    p.set(JAVA_LONG, Params.COUNTS, counts());
    p.set(JAVA_LONG, Params.TARGET_SLOPES, targetSlopes());
    p.set(JAVA_LONG, Params.ROW_LOGS, rowSide.logs());
    p.set(JAVA_LONG, Params.ROW_FACTORS, rowSide.factors());
    p.set(JAVA_LONG, Params.COLUMN_LOGS, columnSide.logs());
    p.set(JAVA_LONG, Params.COLUMN_FACTORS, columnSide.factors());
    p.set(JAVA_LONG, Params.COLUMN_OFFSETS, columnOffsets());
    p.set(JAVA_LONG, Params.ROW_PARTS, rowParts());
    p.set(JAVA_LONG, Params.COLUMN_PARTS, columnParts());
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
    return engine.workspace() + rowSide.parts;
  }

  public int rowBlocks() {
    return rowSide.blocks;
  }

  /** Device address of the columns' parts of the loss. */
  public long columnParts() {
    return engine.workspace() + columnSide.parts;
  }

  public int columnBlocks() {
    return columnSide.blocks;
  }

  // Device address of the number of anchors of each tuple; 0: one at most.
  private long counts() {
    return counts < 0 ? 0 : engine.workspace() + counts;
  }

  private long targetScores() {
    return engine.workspace() + targetScores;
  }

  private long targetSlopes() {
    return engine.workspace() + targetSlopes;
  }

  private long columnOffsets() {
    return engine.workspace() + columnOffsets;
  }

  /** What the weights of the gradients take of the rows or of the columns. */
  private final class Side {
    final int blocks;
    final long parts;
    private final long logs;
    private final long factors;

    Side(Scratch scratch, int count) {
      this.blocks = Math.ceilDiv(count, Operand.threads());
      this.parts = scratch.doubles(blocks);
      this.logs = scratch.words(count);
      this.factors = scratch.words(count);
    }

    long logs() {
      return engine.workspace() + logs;
    }

    long factors() {
      return engine.workspace() + factors;
    }
  }

  private static final class Count {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long COUNTS = LAYOUT.pointer();
    static final long ANCHORS = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long SCALARS = LAYOUT.pointer();
    static final long ROW_SUMS = LAYOUT.pointer();
    static final long COLUMN_SUMS = LAYOUT.pointer();
    static final long TOTALS = LAYOUT.pointer();
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long TARGET_SCORES = LAYOUT.pointer();
    static final long COUNTS = LAYOUT.pointer();
    static final long TARGET_SLOPES = LAYOUT.pointer();
    static final long ROW_LOGS = LAYOUT.pointer();
    static final long ROW_FACTORS = LAYOUT.pointer();
    static final long COLUMN_LOGS = LAYOUT.pointer();
    static final long COLUMN_FACTORS = LAYOUT.pointer();
    static final long COLUMN_OFFSETS = LAYOUT.pointer();
    static final long ROW_PARTS = LAYOUT.pointer();
    static final long COLUMN_PARTS = LAYOUT.pointer();
    static final long SMOOTHING = LAYOUT.float64();
    static final long ANCHORS = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long TARGETS = LAYOUT.int32();
    static final long SIDES = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
