package io.gramian.cpu;

import java.util.Arrays;
import java.util.List;

/**
 * The engine of all ops over pairs of anchors [B1,d] and tuples of rows [B2,n,d]: a tiled matrix
 * product of the anchors with all tuple rows, with functors that turn inner products into scores
 * ({@link PairScore}) and scores into a loss ({@link PairObjective}). Nothing of size B1 x B2 is
 * kept: {@link #forward} makes the products once, {@link #backward} again, turns them into weights
 * T and adds T M to the gradients of the anchors and T^T A to those of the tuples.
 *
 * <p>Tiles of tuples are the outer, tiles of anchors the inner loop. The tiles and the order in
 * which they are added do not depend on the number of threads.
 */
final class PairEngine {
  /** Anchors of a tile. */
  private static final int ANCHORS = 512;

  /** Most rows of the tuples of a tile. */
  private static final int TUPLE_ROWS = 768;

  /** Tuples that a task scores. */
  private static final int BLOCK = 32;

  /** Rows of a gradient that a task computes. */
  private static final int OUTPUT_ROWS = 64;

  private final Simd simd;
  private final Workers workers;
  private final int d;
  private final int anchors;
  private final int tuples;
  private final int n;
  private final int tileAnchors;
  private final int tileTuples;
  private final int stride;
  private final int width;
  private final int valueStride;
  private final int rowStrips;

  private final PairScore score;
  private final Vectors anchorRows;
  private final TupleRows tupleRows;

  private final Panels anchorColumns;
  private final Panels anchorPanels;
  private final float[] tupleValues;
  private final Panels[] tuplePanels;
  private final float[] products;
  private final float[] scores;
  private final float[] blockRows;
  private final float[][] scratch;
  private final float[][] rowScratch;
  private final Strip[] strips;
  private final float[] anchorGradients;
  private final float[] tupleGradients;
  private final double[] normGradients;

  private int loadedAnchor = -1;

  /**
   * An engine for fixed sizes.
   *
   * @param rowStrips those of the objectives it will be run with, at most
   * @param backward whether it will be run backward
   */
  PairEngine(
      Simd simd,
      Workers workers,
      PairScore score,
      Vectors anchorRows,
      TupleRows tupleRows,
      int d,
      int rowStrips,
      boolean backward) {
    this.simd = simd;
    this.workers = workers;
    this.score = score;
    this.anchorRows = anchorRows;
    this.tupleRows = tupleRows;
    this.d = d;
    this.anchors = anchorRows.count();
    this.tuples = tupleRows.count();
    this.n = tupleRows.rows();
    TileKernel tiles = simd.tiles();
    this.tileAnchors = Math.min(ANCHORS, Panels.padded(anchors, 32));
    this.tileTuples =
        Math.min(
            Math.clamp(TUPLE_ROWS / n / BLOCK * BLOCK, 2 * BLOCK, ANCHORS),
            Panels.padded(tuples, BLOCK));
    // Not a multiple of a large power of two, so that rows do not share cache sets.
    this.stride = tileAnchors + Simd.PADDING;
    this.width = Panels.padded(d, tiles.columns());
    this.valueStride = width + Simd.PADDING;
    this.rowStrips = rowStrips + 1;
    this.anchorColumns = new Panels(tiles, d, tileAnchors);
    this.anchorPanels = backward ? new Panels(tiles, tileAnchors, d) : null;
    this.tupleValues = new float[n * tileTuples * valueStride];
    this.tuplePanels = new Panels[backward ? n : 0];
    for (int l = 0; l < tuplePanels.length; l++) {
      tuplePanels[l] = new Panels(tiles, tileTuples, d);
    }
    this.products = new float[n * tileTuples * stride];
    this.scores = new float[tileTuples * stride];
    this.blockRows = new float[tileTuples / BLOCK * this.rowStrips * stride];
    this.scratch = new float[workers.threads()][(score.strips() + 1) * stride];
    this.rowScratch = new float[workers.threads()][Math.max(tiles.columns(), n + 1) * width];
    this.strips = new Strip[workers.threads()];
    Arrays.setAll(strips, worker -> new Strip());
    this.anchorGradients = new float[backward ? Panels.paddedRows(anchors) * width : 0];
    this.tupleGradients = new float[backward ? n * tileTuples * width : 0];
    this.normGradients = new double[backward ? anchors : 0];
  }

  /** Bytes of all arrays. */
  long bytes() {
    long floats =
        products.length
            + tupleValues.length
            + scores.length
            + blockRows.length
            + (long) workers.threads() * (scratch[0].length + rowScratch[0].length)
            + anchorGradients.length
            + tupleGradients.length
            + 2L * normGradients.length;
    long bytes = 4 * floats + anchorColumns.bytes() + score.bytes();
    for (Panels panels : tuplePanels) {
      bytes += panels.bytes();
    }
    return bytes + (anchorPanels == null ? 0 : anchorPanels.bytes());
  }

  /** Reads all inputs once: factors, norms and Gram matrices. First in every run. */
  void prepare() {
    loadedAnchor = -1;
    int anchorTasks = (anchors + BLOCK - 1) / BLOCK;
    int tupleTasks = (tuples + BLOCK - 1) / BLOCK;
    workers.run(
        anchorTasks + tupleTasks,
        (task, worker) -> {
          if (task < anchorTasks) {
            prepareAnchors(task * BLOCK, rowScratch[worker]);
          } else {
            prepareTuples((task - anchorTasks) * BLOCK, rowScratch[worker]);
          }
        });
  }

  private void prepareAnchors(int first, float[] row) {
    for (int i = first; i < Math.min(first + BLOCK, anchors); i++) {
      anchorRows.measure(i, row, 0);
      score.anchor(i, simd.strips().exactDot(row, 0, row, 0, d));
    }
  }

  private void prepareTuples(int first, float[] rows) {
    double[] gram = new double[n * n];
    float[] spare = new float[width];
    for (int j = first; j < Math.min(first + BLOCK, tuples); j++) {
      tupleRows.read(j, true, rows, 0, width, spare);
      for (int r = 0; r < n; r++) {
        for (int c = 0; c <= r; c++) {
          gram[r * n + c] = simd.strips().exactDot(rows, r * width, rows, c * width, d);
          gram[c * n + r] = gram[r * n + c];
        }
        if (tupleRows.isAbsent(j, r)) {
          gram[r * n + r] = 1;
        }
      }
      score.tuple(j, gram);
    }
  }

  /** Shows all scores to a reader. */
  void forward(ScoreReader reader) {
    for (int tuple = 0; tuple < tuples; tuple += tileTuples) {
      int tupleCount = Math.min(tileTuples, tuples - tuple);
      loadTuples(tuple, tupleCount);
      for (int anchor = 0; anchor < anchors; anchor += tileAnchors) {
        int anchorCount = Math.min(tileAnchors, anchors - anchor);
        loadAnchors(anchor, anchorCount);
        ScoreReader.Block[] blocks = blocks(tuple, tupleCount, anchor, anchorCount);
        workers.run(
            blocks.length,
            (block, worker) -> {
              multiply(block * BLOCK, blocks[block].tuples());
              Strip strip = strips[worker];
              for (int j = 0; j < blocks[block].tuples(); j++) {
                fill(strip, worker, blocks[block], block * BLOCK + j, j);
                score.score(strip);
              }
              reader.add(blocks[block]);
            });
        if (reader.rowStrips() > 0) {
          merge(reader, blocks);
        }
      }
    }
  }

  /**
   * Makes the gradients of a loss and writes them.
   *
   * @param anchorOutput gradient of the anchors
   * @param tupleOutputs gradients of the members of the tuples
   */
  void backward(PairObjective objective, Gradient anchorOutput, List<Gradient> tupleOutputs) {
    boolean wantsTuples = tupleOutputs.stream().anyMatch(Gradient::isWanted);
    Arrays.fill(normGradients, 0);
    for (int tuple = 0; tuple < tuples; tuple += tileTuples) {
      int tupleCount = Math.min(tileTuples, tuples - tuple);
      loadTuples(tuple, tupleCount);
      for (int anchor = 0; anchor < anchors; anchor += tileAnchors) {
        int anchorCount = Math.min(tileAnchors, anchors - anchor);
        loadAnchors(anchor, anchorCount);
        ScoreReader.Block[] blocks = blocks(tuple, tupleCount, anchor, anchorCount);
        workers.run(
            blocks.length,
            (block, worker) -> {
              multiply(block * BLOCK, blocks[block].tuples());
              weigh(objective, blocks[block], block, worker);
            });
        addNormGradients(blocks);
        addGradients(anchorOutput.isWanted(), tuple, tupleCount, anchor, anchorCount, wantsTuples);
      }
      if (wantsTuples) {
        writeTuples(tuple, tupleCount, tupleOutputs);
      }
    }
    if (anchorOutput.isWanted()) {
      writeAnchors(anchorOutput);
    }
  }

  private void loadTuples(int first, int count) {
    for (Panels panels : tuplePanels) {
      panels.resize(count, d);
    }
    workers.run(
        (count + BLOCK - 1) / BLOCK,
        (task, worker) -> {
          float[] spare = new float[width];
          for (int j = task * BLOCK; j < Math.min(task * BLOCK + BLOCK, count); j++) {
            int at = j * valueStride;
            tupleRows.read(first + j, false, tupleValues, at, tileTuples * valueStride, spare);
            for (int l = 0; l < tuplePanels.length; l++) {
              tuplePanels[l].setRow(j, tupleValues, l * tileTuples * valueStride + at);
            }
          }
        });
  }

  private void loadAnchors(int first, int count) {
    if (loadedAnchor == first) {
      return;
    }
    loadedAnchor = first;
    anchorColumns.resize(d, count);
    if (anchorPanels != null) {
      anchorPanels.resize(count, d);
    }
    int columns = simd.tiles().columns();
    workers.run(
        anchorColumns.panels(),
        (panel, worker) -> {
          float[] rows = rowScratch[worker];
          int from = panel * columns;
          int size = Math.min(columns, count - from);
          for (int i = 0; i < size; i++) {
            anchorRows.read(first + from + i, rows, i * width);
            if (anchorPanels != null) {
              anchorPanels.setRow(from + i, rows, i * width);
            }
          }
          anchorColumns.setPanelTransposed(panel, rows, 0, width, size);
        });
  }

  private ScoreReader.Block[] blocks(int tuple, int tupleCount, int anchor, int anchorCount) {
    ScoreReader.Block[] blocks = new ScoreReader.Block[(tupleCount + BLOCK - 1) / BLOCK];
    for (int b = 0; b < blocks.length; b++) {
      int first = b * BLOCK;
      blocks[b] =
          new ScoreReader.Block(
              tuple + first,
              Math.min(BLOCK, tupleCount - first),
              anchor,
              anchorCount,
              scores,
              first * stride,
              stride,
              blockRows,
              b * rowStrips * stride);
    }
    return blocks;
  }

  /** Inner products of the rows of some tuples of the tile with its anchors. */
  private void multiply(int first, int count) {
    for (int l = 0; l < n; l++) {
      Product.multiply(
          simd.tiles(),
          Left.rows(tupleValues, l * tileTuples * valueStride, valueStride),
          first,
          first + count,
          anchorColumns,
          products,
          l * tileTuples * stride,
          stride,
          false);
    }
  }

  private void fill(Strip strip, int worker, ScoreReader.Block block, int tileTuple, int j) {
    strip.tuple = block.tuple() + j;
    strip.anchor = block.anchor();
    strip.length = block.anchors();
    strip.products = products;
    strip.productsAt = tileTuple * stride;
    strip.productsStride = tileTuples * stride;
    strip.scores = scores;
    strip.scoresAt = block.scoresAt() + j * stride;
    strip.scratch = scratch[worker];
    strip.stride = stride;
    strip.weights = scratch[worker];
    strip.weightsAt = score.strips() * stride;
    strip.normGradients = blockRows;
    strip.normGradientsAt = block.rowsAt() + (rowStrips - 1) * stride;
    strip.exact =
        new ExactRows(
            anchorColumns, tupleValues, tileTuple * valueStride, tileTuples * valueStride);
  }

  private void weigh(PairObjective objective, ScoreReader.Block block, int index, int worker) {
    int from = block.rowsAt() + (rowStrips - 1) * stride;
    Arrays.fill(blockRows, from, from + stride, 0);
    Strip strip = strips[worker];
    for (int j = 0; j < block.tuples(); j++) {
      fill(strip, worker, block, index * BLOCK + j, j);
      score.score(strip);
      objective.weigh(strip);
      score.weigh(strip);
    }
  }

  private void merge(ScoreReader reader, ScoreReader.Block[] blocks) {
    int count = blocks[0].anchors();
    workers.run(
        (count + OUTPUT_ROWS - 1) / OUTPUT_ROWS,
        (task, worker) -> {
          int from = task * OUTPUT_ROWS;
          int to = Math.min(from + OUTPUT_ROWS, count);
          for (ScoreReader.Block block : blocks) {
            reader.merge(block, from, to);
          }
        });
  }

  private void addNormGradients(ScoreReader.Block[] blocks) {
    for (ScoreReader.Block block : blocks) {
      int at = block.rowsAt() + (rowStrips - 1) * stride;
      for (int i = 0; i < block.anchors(); i++) {
        normGradients[block.anchor() + i] += blockRows[at + i];
      }
    }
  }

  /** dA += T M and dM += T^T A for the tile. */
  private void addGradients(
      boolean wantsAnchors,
      int tuple,
      int tupleCount,
      int anchor,
      int anchorCount,
      boolean wantsTuples) {
    int anchorTasks = wantsAnchors ? (anchorCount + OUTPUT_ROWS - 1) / OUTPUT_ROWS : 0;
    int perMember = (tupleCount + OUTPUT_ROWS - 1) / OUTPUT_ROWS;
    workers.run(
        anchorTasks + (wantsTuples ? n * perMember : 0),
        (task, worker) -> {
          if (task < anchorTasks) {
            int from = task * OUTPUT_ROWS;
            int to = Math.min(from + OUTPUT_ROWS, anchorCount);
            for (int l = 0; l < n; l++) {
              Left weights = Left.columns(products, l * tileTuples * stride, stride);
              Product.multiply(
                  simd.tiles(),
                  weights,
                  from,
                  to,
                  tuplePanels[l],
                  anchorGradients,
                  anchor * width,
                  width,
                  tuple > 0 || l > 0);
            }
          } else {
            int l = (task - anchorTasks) / perMember;
            int from = (task - anchorTasks) % perMember * OUTPUT_ROWS;
            Product.multiply(
                simd.tiles(),
                Left.rows(products, l * tileTuples * stride, stride),
                from,
                Math.min(from + OUTPUT_ROWS, tupleCount),
                anchorPanels,
                tupleGradients,
                l * tileTuples * width,
                width,
                anchor > 0);
          }
        });
  }

  private void writeTuples(int first, int count, List<Gradient> outputs) {
    workers.run(
        (count + BLOCK - 1) / BLOCK,
        (task, worker) -> {
          double[] gram = new double[n * n];
          for (int j = task * BLOCK; j < Math.min(task * BLOCK + BLOCK, count); j++) {
            if (score.gramGradient(first + j, gram)) {
              addGramGradient(gram, j);
            }
            tupleRows.backward(
                first + j,
                tupleValues,
                j * valueStride,
                tileTuples * valueStride,
                tupleGradients,
                j * width,
                tileTuples * width,
                outputs);
          }
        });
  }

  /** dM += 2 dG M. */
  private void addGramGradient(double[] gram, int j) {
    for (int l = 0; l < n; l++) {
      for (int m = 0; m < n; m++) {
        float factor = (float) (2 * gram[l * n + m]);
        int from = (m * tileTuples + j) * valueStride;
        int to = (l * tileTuples + j) * width;
        simd.strips().addScaled(tupleValues, from, factor, tupleGradients, to, d);
      }
    }
  }

  private void writeAnchors(Gradient output) {
    workers.run(
        (anchors + BLOCK - 1) / BLOCK,
        (task, worker) -> {
          float[] row = rowScratch[worker];
          for (int i = task * BLOCK; i < Math.min(task * BLOCK + BLOCK, anchors); i++) {
            anchorRows.read(i, row, 0);
            float factor = (float) (2 * normGradients[i]);
            int at = i * width;
            simd.strips().addScaled(row, 0, factor, anchorGradients, at, d);
            anchorRows.backward(i, row, 0, anchorGradients, at);
            output.write(i, anchorGradients, at);
          }
        });
  }
}
