package io.gramian.cpu.nway;

import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.pair.PairScore;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The engine of ops over all index tuples of N modalities: scores and their gradients, cell by cell
 * (see {@link IndexCell}), in memory for the gradients and one cell. The first modality is the
 * anchor. Cells, jobs and the order in which they are added do not depend on the number of threads.
 */
public abstract class IndexTuples {
  /** Rows that a task reads or writes, whole bands. */
  static final int BLOCK = 3 * TileKernel.ROWS;

  final Simd simd;
  final Workers workers;
  final int d;
  public final IndexCell cell;

  /** Values from one row of a gradient to the next. */
  final int width;

  /** Values from one row of a member to the next: no large power of two, see the cache. */
  final int valueStride;

  /** All modalities, the anchor first. */
  final List<Vectors> modalities = new ArrayList<>();

  /** The anchors of the cell, transposed; and as rows, for gradients. */
  final Panels anchorColumns;

  final Panels anchorPanels;

  /** Rows of the members in the cell; and packed, for gradients. */
  final float[][] values;

  final Panels[] memberPanels;

  /** Gradients of all modalities; empty where they will not be made. */
  final float[][] gradients;

  private final IndexChunk[] chunks;
  private final int[] loaded;
  private int loadedAnchor;

  /**
   * An engine for fixed sizes.
   *
   * @param rows number of rows of each modality
   * @param backward whether it will be run backward
   */
  IndexTuples(
      CpuDevice device, IndexCell cell, int[] rows, int d, boolean normalize, boolean backward) {
    this.simd = Simd.of(device);
    this.workers = device.workers();
    this.cell = cell;
    this.d = d;
    TileKernel tiles = simd.tiles();
    this.width = Panels.padded(d, tiles.columns());
    this.valueStride = width + Simd.PADDING;
    for (int count : rows) {
      modalities.add(new Vectors(simd, count, normalize));
    }
    this.anchorColumns = new Panels(tiles, d, cell.tileAnchors);
    this.anchorPanels = backward ? new Panels(tiles, cell.tileAnchors, d) : null;
    int members = cell.members();
    this.values = new float[members][];
    this.memberPanels = new Panels[backward ? members : 0];
    for (int l = 0; l < members; l++) {
      values[l] = new float[cell.blocks[l] * valueStride];
      if (backward) {
        memberPanels[l] = new Panels(tiles, cell.blocks[l], d);
      }
    }
    this.gradients = new float[rows.length][];
    for (int p = 0; p < rows.length; p++) {
      gradients[p] =
          new float[backward ? Math.multiplyExact(Panels.paddedRows(rows[p]), width) : 0];
    }
    this.chunks = new IndexChunk[workers.threads()];
    Arrays.setAll(chunks, worker -> new IndexChunk(cell, worker));
    this.loaded = new int[members];
  }

  /** The engine of a similarity, see the constructor. */
  public static IndexTuples of(
      CpuDevice device,
      Similarity similarity,
      boolean normalize,
      int[] rows,
      int d,
      boolean backward) {
    if (similarity instanceof Similarity.Mip) {
      // Every job has gradients of all anchors of a cell.
      IndexCell cell = new IndexCell(rows, 192, 2 * TileKernel.ROWS);
      return new MipTuples(device, cell, rows, d, normalize, backward);
    }
    IndexCell cell = new IndexCell(rows, 480, TileKernel.ROWS);
    PairScore score =
        PairScore.of(
            similarity, Simd.of(device), rows[0], device.workers().threads(), cell.members());
    return new GramTuples(device, score, cell, rows, d, normalize, backward);
  }

  /** Bytes of all arrays. */
  public long bytes() {
    long bytes = anchorColumns.bytes() + (anchorPanels == null ? 0 : anchorPanels.bytes());
    for (float[] rows : values) {
      bytes += 4L * rows.length;
    }
    for (Panels panels : memberPanels) {
      bytes += panels.bytes();
    }
    for (float[] gradient : gradients) {
      bytes += 4L * gradient.length;
    }
    return bytes + 4L * chunks.length * chunks[0].scores.length;
  }

  /** Takes a squared norm, once for every row of a run. */
  abstract void measured(int modality, int row, double squaredNorm);

  /** The cell has other rows of some members. */
  abstract void membersLoaded(boolean[] changed);

  /** The cell has moved. */
  abstract void cellLoaded();

  /** Scores a chunk. */
  abstract void score(IndexChunk chunk);

  /** Scores a chunk, weighs the scores and adds up gradients of the job. */
  abstract void weigh(IndexChunk chunk, IndexObjective objective);

  /** Starts to make gradients. */
  abstract void begin(List<Gradient> outputs);

  /** Forgets the gradients of the jobs. */
  abstract void clearJobs();

  /** Adds the gradients of the jobs of a cell to those of all rows. */
  abstract void addJobs(List<Gradient> outputs);

  /** The gradient with respect to the squared norm of an anchor. */
  abstract double normGradient(int anchor);

  /** Takes the tensors of a run and reads them once. */
  public final void prepare(List<Tensor> tensors) {
    Arrays.fill(loaded, -1);
    loadedAnchor = -1;
    for (int p = 0; p < tensors.size(); p++) {
      int modality = p;
      Vectors rows = modalities.get(p);
      rows.bind(tensors.get(p), null);
      forBlocks(
          rows.count(),
          (from, to, worker) -> {
            float[] row = new float[width];
            for (int i = from; i < to; i++) {
              rows.measure(i, row, 0);
              measured(modality, i, simd.strips().exactDot(row, 0, row, 0, d));
            }
          });
    }
  }

  /** Shows all scores to an objective. */
  public final void forward(IndexObjective objective) {
    for (boolean more = cell.start(); more; more = cell.next()) {
      load();
      objective.begin(cell);
      forEachChunk(
          chunk -> {
            score(chunk);
            objective.add(chunk);
          });
      objective.merge(cell);
    }
  }

  /**
   * Makes the gradients of a loss and writes them.
   *
   * @param outputs one per modality
   */
  public final void backward(IndexObjective objective, List<Gradient> outputs) {
    for (float[] gradient : gradients) {
      Arrays.fill(gradient, 0);
    }
    begin(outputs);
    for (boolean more = cell.start(); more; more = cell.next()) {
      load();
      clearJobs();
      forEachChunk(chunk -> weigh(chunk, objective));
      addJobs(outputs);
    }
    for (int p = 0; p < outputs.size(); p++) {
      if (outputs.get(p).isWanted()) {
        write(p, outputs.get(p));
      }
    }
  }

  private void forEachChunk(Consumer<IndexChunk> action) {
    workers.run(
        cell.jobs(),
        (job, worker) -> {
          IndexChunk chunk = chunks[worker];
          chunk.job = job;
          int from = job * cell.jobRows;
          for (int i = from; i < Math.min(from + cell.jobRows, cell.size[0]); i++) {
            Arrays.fill(chunk.rows, 0);
            chunk.rows[0] = i;
            do {
              action.accept(chunk);
            } while (chunk.next());
          }
        });
  }

  private void load() {
    boolean[] changed = new boolean[loaded.length];
    boolean any = false;
    for (int l = 0; l < loaded.length; l++) {
      changed[l] = loaded[l] != cell.first[l];
      any |= changed[l];
      if (changed[l]) {
        loaded[l] = cell.first[l];
        loadMember(l);
      }
    }
    if (any) {
      membersLoaded(changed);
    }
    if (loadedAnchor != cell.anchor) {
      loadedAnchor = cell.anchor;
      loadAnchors();
    }
    cellLoaded();
  }

  private void loadMember(int l) {
    if (memberPanels.length > 0) {
      memberPanels[l].resize(cell.size[l], d);
    }
    forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          for (int i = from; i < to; i++) {
            modalities.get(l + 1).read(cell.first[l] + i, values[l], i * valueStride);
            if (memberPanels.length > 0) {
              memberPanels[l].setRow(i, values[l], i * valueStride);
            }
          }
        });
  }

  private void loadAnchors() {
    int count = cell.anchorCount;
    anchorColumns.resize(d, count);
    if (anchorPanels != null) {
      anchorPanels.resize(count, d);
    }
    int columns = simd.tiles().columns();
    workers.run(
        anchorColumns.panels(),
        (panel, worker) -> {
          float[] rows = new float[columns * width];
          int from = panel * columns;
          int size = Math.min(columns, count - from);
          for (int i = 0; i < size; i++) {
            modalities.getFirst().read(cell.anchor + from + i, rows, i * width);
            if (anchorPanels != null) {
              anchorPanels.setRow(from + i, rows, i * width);
            }
          }
          anchorColumns.setPanelTransposed(panel, rows, 0, width, size);
        });
  }

  private void write(int modality, Gradient output) {
    Vectors rows = modalities.get(modality);
    float[] gradient = gradients[modality];
    forBlocks(
        rows.count(),
        (from, to, worker) -> {
          float[] row = new float[width];
          for (int i = from; i < to; i++) {
            rows.read(i, row, 0);
            if (modality == 0) {
              float factor = (float) (2 * normGradient(i));
              simd.strips().addScaled(row, 0, factor, gradient, i * width, d);
            }
            rows.backward(i, row, 0, gradient, i * width);
            output.write(i, gradient, i * width);
          }
        });
  }

  /** Does something with a block of rows. */
  @FunctionalInterface
  interface RowTask {
    void run(int from, int to, int worker);
  }

  /** Does something with all blocks of rows on all threads. */
  final void forBlocks(int rows, RowTask body) {
    workers.run(
        (rows + BLOCK - 1) / BLOCK,
        (task, worker) -> body.run(task * BLOCK, Math.min(task * BLOCK + BLOCK, rows), worker));
  }
}
