package io.gramian.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.driver.Launch;
import java.lang.foreign.MemorySegment;

/**
 * Cross-entropies between the two passes over all pairs: the sums of both softmaxes, the loss of
 * rows and of columns, and what the weights of the gradients are made of. Structs {@code
 * CountParams} and {@code SideParams} of kernels/src/contrastive.cu.
 */
final class ContrastiveSums {
  private final PairEngine engine;
  private final PairForward forward;
  private final int anchors;
  private final int tuples;
  private final int targets;
  private final boolean isSymmetric;
  private final double smoothing;
  private final boolean countsLabels;
  private final PairForward.Sums rowSums;
  private final PairForward.Sums columnSums;
  private final SumMerge mergeRows;
  private final SumMerge mergeColumns;
  private final Launch countLabels;
  private final Side rows;
  private final Side columns;
  private final long targetScores;
  private final long counts;

  private long labels;
  private long labelStride;

  /**
   * Reserves what it needs.
   *
   * @param smoothing of the labels
   * @param countsLabels whether several anchors may have the same label
   * @param targets anchors that have a target, the first ones
   * @param isSymmetric whether anchors and tuples are the same rows, so that their sums are the
   *     same
   */
  ContrastiveSums(
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
    this.smoothing = smoothing;
    this.countsLabels = countsLabels;
    this.targets = targets;
    this.isSymmetric = isSymmetric;
    boolean wantsTotals = smoothing != 0;
    this.rowSums = forward.rowSums(scratch, wantsTotals);
    this.columnSums = isSymmetric ? null : forward.columnSums(scratch, wantsTotals);
    this.mergeRows = new SumMerge(engine, scratch, rowSums, wantsTotals);
    this.mergeColumns =
        isSymmetric ? mergeRows : new SumMerge(engine, scratch, columnSums, wantsTotals);
    this.targetScores = scratch.words(anchors);
    this.counts = countsLabels ? scratch.words(tuples) : -1;
    this.countLabels =
        countsLabels
            ? engine.rowLaunch(ContrastiveCuda.IMAGE, "contrastive_count_labels", Count.BYTES)
            : null;
    this.rows = new Side(scratch, "contrastive_rows", anchors);
    this.columns = new Side(scratch, "contrastive_columns", tuples);
  }

  /** Takes the labels of a run; 0: anchor i belongs to tuple i. */
  void bind(long labelsAddress, long stride) {
    labels = labelsAddress;
    labelStride = stride;
  }

  /** Enqueues the forward pass and all of this. */
  void run(long stream) {
    forward.softmax(rowSums, columnSums);
    forward.targetScores(targetScores());
    forward.run(stream);
    mergeRows.run(stream);
    if (mergeColumns != mergeRows) {
      mergeColumns.run(stream);
    }
    if (countsLabels) {
      engine.clear(stream, counts(), 4L * tuples);
      MemorySegment p = countLabels.parameter();
      p.set(JAVA_LONG, Count.LABELS, labels);
      p.set(JAVA_LONG, Count.LABEL_STRIDE, labelStride);
      p.set(JAVA_LONG, Count.COUNTS, counts());
      p.set(JAVA_INT, Count.ANCHORS, anchors);
      p.set(JAVA_INT, Count.TUPLES, tuples);
      countLabels.enqueue(stream, Math.ceilDiv(anchors, PairOperand.threads()), 1, 1);
    }
    rows.run(stream, mergeRows);
    columns.run(stream, mergeColumns);
  }

  /** Sets where the weights of the gradients come from. */
  void weigh(PairWeigh weigh, long targetFactor) {
    weigh.softmax(
        rows.logs(),
        rows.factors(),
        columns.logs(),
        columns.factors(),
        columns.offsets(),
        targetFactor);
    weigh.centre(targetScores());
  }

  /** Device address of the rows' parts of the loss. */
  long rowParts() {
    return rows.parts();
  }

  int rowBlocks() {
    return rows.blocks;
  }

  /** Device address of the columns' parts of the loss. */
  long columnParts() {
    return columns.parts();
  }

  int columnBlocks() {
    return columns.blocks;
  }

  // Device address of the number of anchors of each tuple.
  private long counts() {
    return counts < 0 ? 0 : engine.workspace() + counts;
  }

  private long targetScores() {
    return engine.workspace() + targetScores;
  }

  /** The rows or the columns. */
  private final class Side {
    final int blocks;
    private final Launch launch;
    private final long logs;
    private final long factors;
    private final long offsets;
    private final long parts;

    Side(Scratch scratch, String kernel, int count) {
      this.blocks = Math.ceilDiv(count, PairOperand.threads());
      this.logs = scratch.words(count);
      this.factors = scratch.words(count);
      this.offsets = scratch.words(count);
      this.parts = scratch.doubles(blocks);
      this.launch = engine.rowLaunch(ContrastiveCuda.IMAGE, kernel, Params.BYTES);
      MemorySegment p = launch.parameter();
      p.set(JAVA_DOUBLE, Params.SMOOTHING, smoothing);
      p.set(JAVA_INT, Params.ANCHORS, anchors);
      p.set(JAVA_INT, Params.TUPLES, tuples);
      p.set(JAVA_INT, Params.TARGETS, targets);
      p.set(JAVA_INT, Params.SIDES, isSymmetric ? 2 : 1);
    }

    void run(long stream, SumMerge merge) {
      MemorySegment p = launch.parameter();
      p.set(JAVA_LONG, Params.SCALARS, engine.scalars());
      p.set(JAVA_LONG, Params.SUM_LOGS, merge.logs());
      p.set(JAVA_LONG, Params.TOTALS, merge.totals());
      p.set(JAVA_LONG, Params.LABELS, labels);
      p.set(JAVA_LONG, Params.LABEL_STRIDE, labelStride);
      p.set(JAVA_LONG, Params.TARGET_SCORES, targetScores());
      p.set(JAVA_LONG, Params.COUNTS, counts());
      p.set(JAVA_LONG, Params.WEIGH_LOGS, logs());
      p.set(JAVA_LONG, Params.FACTORS, factors());
      p.set(JAVA_LONG, Params.OFFSETS, offsets());
      p.set(JAVA_LONG, Params.PARTS, parts());
      launch.enqueue(stream, blocks, 1, 1);
    }

    long logs() {
      return engine.workspace() + logs;
    }

    long factors() {
      return engine.workspace() + factors;
    }

    long offsets() {
      return engine.workspace() + offsets;
    }

    long parts() {
      return engine.workspace() + parts;
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
    static final long SUM_LOGS = LAYOUT.pointer();
    static final long TOTALS = LAYOUT.pointer();
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long TARGET_SCORES = LAYOUT.pointer();
    static final long COUNTS = LAYOUT.pointer();
    static final long WEIGH_LOGS = LAYOUT.pointer();
    static final long FACTORS = LAYOUT.pointer();
    static final long OFFSETS = LAYOUT.pointer();
    static final long PARTS = LAYOUT.pointer();
    static final long SMOOTHING = LAYOUT.float64();
    static final long ANCHORS = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long TARGETS = LAYOUT.int32();
    static final long SIDES = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
