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
 *
 * <p>Of a set with itself ({@code mirrored}) only half of the pairs are visited: each tuple with
 * the anchors that come after it. What is found out about an anchor then belongs to the tuple of
 * its number too, and pairs of a row with itself are the objective's own.
 */
final class PairEngine {
  /** Anchors of a tile: packed at d = 512 they are 512 KiB, and stay in the second-level cache. */
  private static final int ANCHORS = 256;

  /** Rows of the tuples of a tile without gradients, which take less room. */
  private static final int FORWARD_ROWS = 1024;

  /** The same with gradients, but {@link #TUPLES} tuples at least. */
  private static final int BACKWARD_ROWS = 256;

  private static final int TUPLES = 128;

  /** Rows that a task works on, those of several tuples or of anchors. */
  private static final int TASK_ROWS = 32;

  private final Simd simd;
  private final Workers workers;
  private final int d;
  private final int anchors;
  private final int tuples;
  private final int n;
  private final int block;
  private final int tileAnchors;
  private final int tileTuples;
  private final int stride;
  private final int memberStride;
  private final int rowStride;
  private final int rowStrips;
  private final boolean mirrored;

  private final PairScore score;
  private final Vectors anchorRows;
  private final TupleRows tupleRows;

  private final AnchorTile anchorTile;
  private final TupleTile tupleTile;
  private final float[] products;
  private final float[] scores;
  private final float[] blockRows;
  private final float[][] scratch;
  private final float[][] rowScratch;
  private final Strip[] strips;
  private final GradientSums anchorSums;
  private final GradientSums[] tupleSums;
  private final boolean wantsTuples;
  private final double[] normGradients;

  /**
   * An engine for fixed sizes.
   *
   * @param rowStrips those of the objectives it will be run with, at most
   * @param ofAnchors where gradients of anchors add up
   * @param ofTuples where those of each row of the tuples do
   * @param mirrored whether the tuples are the anchors themselves; their gradients then are one, at
   *     {@link GradientSums.Place#ADDED}, and scores are symmetric
   */
  PairEngine(
      Simd simd,
      Workers workers,
      PairScore score,
      Vectors anchorRows,
      TupleRows tupleRows,
      int d,
      int rowStrips,
      GradientSums.Place ofAnchors,
      List<GradientSums.Place> ofTuples,
      boolean mirrored) {
    this.simd = simd;
    this.mirrored = mirrored;
    this.workers = workers;
    this.score = score;
    this.anchorRows = anchorRows;
    this.tupleRows = tupleRows;
    this.d = d;
    this.anchors = anchorRows.count();
    this.tuples = tupleRows.count();
    this.n = tupleRows.rows();
    this.block = Math.max(Integer.highestOneBit(TASK_ROWS / n), TileKernel.ROWS);
    TileKernel tiles = simd.tiles();
    this.tileAnchors = Math.min(ANCHORS, Panels.padded(anchors, 32));
    // Not a multiple of a large power of two, so that rows do not share cache sets.
    this.stride = tileAnchors + Simd.PADDING;
    this.rowStride = Panels.padded(d, tiles.columns()) + Simd.PADDING;
    this.rowStrips = rowStrips + 1;
    boolean wantsAnchors = ofAnchors != GradientSums.Place.NOWHERE;
    this.wantsTuples = ofTuples.stream().anyMatch(place -> place != GradientSums.Place.NOWHERE);
    boolean backward = wantsAnchors || wantsTuples;
    int most = Math.max((backward ? BACKWARD_ROWS : FORWARD_ROWS) / n, TUPLES) / block * block;
    this.tileTuples = Math.min(most, Panels.padded(tuples, block));
    // Backward, products wait for those of the whole tile, forward just for their scores.
    int slots = wantsAnchors ? tileTuples / block : 0;
    this.memberStride = Math.max(slots, workers.threads()) * block * stride;
    this.anchorTile = new AnchorTile(tiles, workers, anchorRows, d, tileAnchors, wantsTuples);
    this.tupleTile = new TupleTile(tiles, workers, tupleRows, tileTuples, wantsAnchors);
    this.products = new float[n * memberStride];
    this.scores = new float[tileTuples * stride];
    this.blockRows = new float[tileTuples / block * this.rowStrips * stride];
    this.scratch = new float[workers.threads()][(score.strips() + 1) * stride];
    int scratchRows = Math.max(Math.max(tiles.columns(), TASK_ROWS), 2 * n + 1);
    this.rowScratch = new float[workers.threads()][scratchRows * rowStride];
    this.strips = new Strip[workers.threads()];
    Arrays.setAll(strips, worker -> new Strip());
    this.anchorSums = new GradientSums(ofAnchors, anchors, rowStride);
    this.tupleSums = new GradientSums[n];
    Arrays.setAll(tupleSums, l -> new GradientSums(ofTuples.get(l), tileTuples, rowStride));
    this.normGradients = new double[wantsAnchors ? anchors : 0];
  }

  /** Bytes of all arrays. */
  long bytes() {
    long floats =
        products.length
            + scores.length
            + blockRows.length
            + (long) workers.threads() * (scratch[0].length + rowScratch[0].length)
            + 2L * normGradients.length;
    long bytes = 4 * floats + anchorTile.bytes() + tupleTile.bytes() + score.bytes();
    for (GradientSums member : tupleSums) {
      bytes += member.bytes();
    }
    return bytes + anchorSums.bytes();
  }

  /** Reads all inputs once: factors, norms and Gram matrices. First in every run. */
  void prepare() {
    anchorTile.clear();
    int anchorTasks = (anchors + TASK_ROWS - 1) / TASK_ROWS;
    int tupleTasks = (tuples + TASK_ROWS - 1) / TASK_ROWS;
    workers.run(
        mirrored ? anchorTasks : anchorTasks + tupleTasks,
        (task, worker) -> {
          if (task < anchorTasks) {
            prepareAnchors(task * TASK_ROWS, rowScratch[worker]);
          } else {
            prepareTuples((task - anchorTasks) * TASK_ROWS, rowScratch[worker]);
          }
        });
  }

  private void prepareAnchors(int first, float[] row) {
    for (int i = first; i < Math.min(first + TASK_ROWS, anchors); i++) {
      anchorRows.measure(i, row, 0);
      double norm = score.needsGrams() ? simd.strips().exactDot(row, 0, row, 0, d) : 0;
      score.anchor(i, norm);
      if (mirrored) {
        score.tuple(i, new double[] {norm});
      }
    }
  }

  private void prepareTuples(int first, float[] rows) {
    double[] gram = new double[n * n];
    float[] spare = new float[rowStride];
    for (int j = first; j < Math.min(first + TASK_ROWS, tuples); j++) {
      tupleRows.read(j, true, rows, 0, rowStride, spare);
      for (int r = 0; r < n && score.needsGrams(); r++) {
        for (int c = 0; c <= r; c++) {
          gram[r * n + c] = simd.strips().exactDot(rows, r * rowStride, rows, c * rowStride, d);
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
    forTiles(
        false,
        blocks -> {
          workers.run(
              blocks.length,
              (index, worker) -> {
                ScoreReader.Block one = blocks[index];
                multiply(one, index, worker);
                for (int j = 0; j < one.tuples(); j++) {
                  Strip strip = fill(worker, one, index, worker, j);
                  if (strip.length > 0) {
                    score.score(strip);
                  }
                }
                reader.add(one);
              });
          if (reader.rowStrips() > 0) {
            merge(reader, blocks);
          }
        },
        () -> {});
  }

  /**
   * Makes the gradients of a loss and writes those that have a place.
   *
   * @param anchorOutput gradient of the anchors
   * @param tupleOutputs gradients of the members of the tuples
   */
  void backward(PairObjective objective, Gradient anchorOutput, List<Gradient> tupleOutputs) {
    Arrays.fill(normGradients, 0);
    forTiles(
        true,
        blocks -> {
          workers.run(
              blocks.length,
              (index, worker) -> {
                int slot = anchorSums.isWanted() ? index : worker;
                multiply(blocks[index], index, slot);
                weigh(objective, blocks[index], index, slot, worker);
                addTuples(blocks[index], slot, worker, tupleOutputs);
              });
          if (anchorSums.isWanted()) {
            addAnchors(blocks, anchorOutput);
          }
        },
        () -> {
          if (wantsTuples && !mirrored) {
            writeTuples(tupleOutputs);
          }
        });
    if (anchorSums.isWanted()) {
      writeAnchors(anchorOutput);
    }
  }

  /** What is done for the blocks of a pair of tiles. */
  private interface Body {
    void run(ScoreReader.Block[] blocks);
  }

  private void forTiles(boolean backward, Body body, Runnable afterTuples) {
    for (int tuple = 0; tuple < tuples; tuple += tileTuples) {
      tupleTile.load(tuple, block, backward);
      for (GradientSums sums : tupleSums) {
        sums.base(tuple);
      }
      int start = mirrored ? tuple / tileAnchors * tileAnchors : 0;
      for (int anchor = start; anchor < anchors; anchor += tileAnchors) {
        int count = Math.min(tileAnchors, anchors - anchor);
        anchorTile.load(anchor, count, backward, rowScratch, rowStride);
        body.run(blocks());
      }
      afterTuples.run();
    }
  }

  /** The blocks of the tiles at hand. */
  private ScoreReader.Block[] blocks() {
    int count = tupleTile.count();
    ScoreReader.Block[] blocks = new ScoreReader.Block[(count + block - 1) / block];
    for (int b = 0; b < blocks.length; b++) {
      int first = b * block;
      blocks[b] =
          new ScoreReader.Block(
              tupleTile.first() + first,
              Math.min(block, count - first),
              anchorTile.first(),
              anchorTile.count(),
              scores,
              first * stride,
              stride,
              blockRows,
              b * rowStrips * stride,
              mirrored);
    }
    return blocks;
  }

  /** Inner products of the rows of the tuples of a block with its anchors. */
  private void multiply(ScoreReader.Block of, int index, int slot) {
    for (int l = 0; l < n && of.from(0) < of.anchors(); l++) {
      Product.multiply(
          simd.tiles(),
          tupleTile.left(l, index * block),
          0,
          of.tuples(),
          anchorTile.columns,
          products,
          l * memberStride + slot * block * stride,
          stride,
          false);
    }
  }

  /** The strip of tuple {@code j} of a block. */
  private Strip fill(int worker, ScoreReader.Block of, int index, int slot, int j) {
    int from = of.from(j);
    Strip strip = strips[worker];
    strip.tuple = of.tuple() + j;
    strip.anchor = of.anchor() + from;
    strip.length = of.anchors() - from;
    strip.products = products;
    strip.productsAt = (slot * block + j) * stride + from;
    strip.productsStride = memberStride;
    strip.scores = scores;
    strip.scoresAt = of.scoresAt() + j * stride + from;
    strip.scratch = scratch[worker];
    strip.stride = stride;
    strip.weights = scratch[worker];
    strip.weightsAt = score.strips() * stride;
    strip.normGradients = blockRows;
    strip.normGradientsAt = normGradientsAt(of) + from;
    strip.exact =
        new ExactRows(
            anchorTile.columns,
            from,
            tupleTile.values,
            (index * block + j) * tupleTile.stride,
            tupleTile.memberStride);
    return strip;
  }

  private int normGradientsAt(ScoreReader.Block of) {
    return of.rowsAt() + (rowStrips - 1) * stride;
  }

  private void weigh(
      PairObjective objective, ScoreReader.Block of, int index, int slot, int worker) {
    Arrays.fill(blockRows, normGradientsAt(of), normGradientsAt(of) + stride, 0);
    for (int j = 0; j < of.tuples(); j++) {
      Strip strip = fill(worker, of, index, slot, j);
      if (strip.length > 0) {
        score.score(strip);
        objective.weigh(strip);
        score.weigh(strip);
      }
      Arrays.fill(products, strip.productsAt - of.from(j), strip.productsAt, 0);
    }
  }

  private void merge(ScoreReader reader, ScoreReader.Block[] blocks) {
    int count = blocks[0].anchors();
    workers.run(
        (count + TASK_ROWS - 1) / TASK_ROWS,
        (task, worker) -> {
          int from = task * TASK_ROWS;
          int to = Math.min(from + TASK_ROWS, count);
          for (ScoreReader.Block one : blocks) {
            reader.merge(one, from, to);
          }
        });
  }

  /** dM += T^T A for the tuples of a block. */
  private void addTuples(ScoreReader.Block of, int slot, int worker, List<Gradient> outputs) {
    int from = of.tuple();
    int to = from + of.tuples();
    for (int l = 0; l < n; l++) {
      if (!tupleSums[l].isWanted()) {
        continue;
      }
      Left weights = Left.rows(products, l * memberStride + slot * block * stride, stride);
      tupleSums[l].add(
          from,
          to,
          of.anchor() == 0,
          outputs.get(l),
          rowScratch[worker],
          (sums, at, accumulate) ->
              Product.multiply(
                  simd.tiles(),
                  weights,
                  0,
                  of.tuples(),
                  anchorTile.rows,
                  sums,
                  at,
                  rowStride,
                  accumulate));
    }
  }

  /** dA += T M for the tile. */
  private void addAnchors(ScoreReader.Block[] blocks, Gradient output) {
    int count = anchorTile.count();
    workers.run(
        (count + TASK_ROWS - 1) / TASK_ROWS,
        (task, worker) -> {
          int from = task * TASK_ROWS;
          int to = Math.min(from + TASK_ROWS, count);
          for (ScoreReader.Block one : blocks) {
            for (int i = from; i < to; i++) {
              normGradients[one.anchor() + i] += blockRows[normGradientsAt(one) + i];
            }
          }
          int first = anchorTile.first();
          anchorSums.add(
              first + from,
              first + to,
              tupleTile.first() == 0,
              output,
              rowScratch[worker],
              (sums, at, accumulate) -> {
                for (int l = 0; l < n; l++) {
                  Product.multiply(
                      simd.tiles(),
                      Left.columns(products, l * memberStride + from, stride),
                      0,
                      to - from,
                      tupleTile.panels[l],
                      sums,
                      at,
                      rowStride,
                      accumulate || l > 0);
                }
              });
        });
  }

  private void writeTuples(List<Gradient> outputs) {
    int count = tupleTile.count();
    workers.run(
        (count + block - 1) / block,
        (task, worker) -> {
          double[] gram = new double[n * n];
          float[] gradients = rowScratch[worker];
          for (int j = task * block; j < Math.min(task * block + block, count); j++) {
            int tuple = tupleTile.first() + j;
            for (int l = 0; l < n; l++) {
              if (tupleSums[l].isWanted()) {
                tupleSums[l].read(tuple, outputs.get(l), gradients, l * rowStride);
              }
            }
            if (score.gramGradient(tuple, gram)) {
              addGramGradient(gram, j, gradients);
            }
            tupleRows.backward(
                tuple,
                tupleTile.values,
                j * tupleTile.stride,
                tupleTile.memberStride,
                gradients,
                0,
                rowStride,
                outputs);
          }
        });
  }

  /** dM += 2 dG M. */
  private void addGramGradient(double[] gram, int j, float[] gradients) {
    for (int l = 0; l < n; l++) {
      for (int m = 0; m < n; m++) {
        float factor = (float) (2 * gram[l * n + m]);
        int from = m * tupleTile.memberStride + j * tupleTile.stride;
        simd.strips().addScaled(tupleTile.values, from, factor, gradients, l * rowStride, d);
      }
    }
  }

  private void writeAnchors(Gradient output) {
    workers.run(
        (anchors + TASK_ROWS - 1) / TASK_ROWS,
        (task, worker) -> {
          float[] row = rowScratch[worker];
          double[] gram = new double[1];
          for (int i = task * TASK_ROWS; i < Math.min(task * TASK_ROWS + TASK_ROWS, anchors); i++) {
            anchorRows.read(i, row, 0);
            anchorSums.read(i, output, row, rowStride);
            double ofNorm = normGradients[i];
            if (mirrored && score.gramGradient(i, gram)) {
              ofNorm += gram[0];
            }
            simd.strips().addScaled(row, 0, (float) (2 * ofNorm), row, rowStride, d);
            anchorRows.backward(i, row, 0, row, rowStride);
            output.write(i, row, rowStride);
          }
        });
  }
}
