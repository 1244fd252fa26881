package io.gramian.cpu.pair;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Product;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.cpu.simd.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

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
public final class PairEngine {
  private final Simd simd;
  private final Workers workers;
  private final int d;
  private final int anchors;
  private final int tuples;
  private final int n;
  private final Tiling tiling;
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

  /** Whether scores of a whole tile are kept until they are merged. */
  private final boolean keepsScores;

  private final float[] blockRows;
  private final float[][] scratch;
  private final float[][] rowScratch;

  /** Weights of some anchors with the tuples of a tile, one per worker. */
  private final Bands[] weightBands;

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
  public PairEngine(
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
    TileKernel tiles = simd.tiles();
    this.rowStride = Panels.padded(d, tiles.columns()) + Simd.PADDING;
    this.rowStrips = rowStrips + 1;
    boolean wantsAnchors = ofAnchors != GradientSums.Place.NOWHERE;
    this.wantsTuples = ofTuples.stream().anyMatch(place -> place != GradientSums.Place.NOWHERE);
    boolean backward = wantsAnchors || wantsTuples;
    this.tiling = new Tiling(anchors, tuples, n, backward);
    this.stride = tiling.stride;
    // Backward, products wait for those of the whole tile, forward just for their scores.
    int blocks = Tiling.blocks(tiling.tuples);
    int slots = wantsAnchors ? blocks : 0;
    this.memberStride = Math.max(slots, workers.threads()) * Tiling.BLOCK * stride;
    this.anchorTile = new AnchorTile(tiles, anchorRows, d, tiling.anchors, wantsTuples);
    this.tupleTile = new TupleTile(tiles, tupleRows, tiling.tuples, wantsAnchors);
    this.products = new float[n * memberStride];
    this.keepsScores = !backward && rowStrips > 0;
    int scoreSlots = keepsScores ? blocks : workers.threads();
    this.scores = new float[scoreSlots * Tiling.BLOCK * stride];
    this.blockRows = new float[blocks * this.rowStrips * stride];
    this.scratch = new float[workers.threads()][(score.strips() + 1) * stride];
    this.weightBands = new Bands[wantsAnchors ? workers.threads() : 0];
    Arrays.setAll(weightBands, worker -> new Bands(tiles, Tiling.TASK_ROWS, tiling.tuples));
    int scratchRows = Math.max(Math.max(tiles.columns(), Tiling.TASK_ROWS), Tiling.BLOCK * n + 1);
    this.rowScratch = new float[workers.threads()][scratchRows * rowStride];
    this.strips = new Strip[workers.threads()];
    Arrays.setAll(strips, worker -> new Strip());
    this.anchorSums = new GradientSums(ofAnchors, anchors, rowStride);
    this.tupleSums = new GradientSums[n];
    Arrays.setAll(tupleSums, l -> new GradientSums(ofTuples.get(l), tiling.tuples, rowStride));
    this.normGradients = new double[wantsAnchors ? anchors : 0];
  }

  /** Bytes of all arrays. */
  public long bytes() {
    long floats =
        products.length
            + scores.length
            + blockRows.length
            + (long) workers.threads() * (scratch[0].length + rowScratch[0].length)
            + 2L * normGradients.length;
    long bytes = 4 * floats + anchorTile.bytes() + tupleTile.bytes() + score.bytes();
    for (Bands weights : weightBands) {
      bytes += weights.bytes();
    }
    for (GradientSums member : tupleSums) {
      bytes += member.bytes();
    }
    return bytes + anchorSums.bytes();
  }

  /** Finds out factors, norms and Gram matrices of all inputs. First in every run. */
  public void prepare() {
    anchorTile.clear();
    boolean readsAnchors = score.needsGrams() || anchorRows.isNormalized();
    boolean readsTuples = !mirrored && (score.needsGrams() || tupleRows.isNormalized());
    workers.run(
        new Workers.Part(
            readsAnchors ? Tiling.tasks(anchors) : 0,
            (task, worker) -> prepareAnchors(task * Tiling.TASK_ROWS, rowScratch[worker])),
        new Workers.Part(
            readsTuples ? Tiling.tasks(tuples) : 0,
            (task, worker) -> prepareTuples(task * Tiling.TASK_ROWS, rowScratch[worker])));
  }

  private void prepareAnchors(int first, float[] row) {
    for (int i = first; i < Math.min(first + Tiling.TASK_ROWS, anchors); i++) {
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
    for (int j = first; j < Math.min(first + Tiling.TASK_ROWS, tuples); j++) {
      tupleRows.read(j, true, rows, 0, rowStride, rows, n * rowStride);
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
  public void forward(ScoreReader reader) {
    forTiles(
        false,
        blocks ->
            new Workers.Part(
                blocks.length,
                (index, worker) -> {
                  ScoreReader.Block one = withScores(blocks[index], worker);
                  score(one, index, worker);
                  reader.add(one);
                }),
        blocks -> reader.rowStrips() > 0 ? merge(reader, blocks) : Workers.Part.NOTHING,
        () -> Workers.Part.NOTHING);
  }

  /**
   * Makes the gradients of a loss and writes those that have a place.
   *
   * @param anchorOutput gradient of the anchors
   * @param tupleOutputs gradients of the members of the tuples
   */
  public void backward(
      PairObjective objective, Gradient anchorOutput, List<Gradient> tupleOutputs) {
    Arrays.fill(normGradients, 0);
    boolean wantsAnchors = anchorSums.isWanted();
    forTiles(
        true,
        blocks ->
            new Workers.Part(
                blocks.length,
                (index, worker) -> {
                  int slot = wantsAnchors ? index : worker;
                  ScoreReader.Block one = withScores(blocks[index], worker);
                  multiply(one, index, products, slot * Tiling.BLOCK * stride);
                  weigh(objective, one, index, slot, worker);
                  addTuples(one, slot, worker, tupleOutputs);
                }),
        blocks -> wantsAnchors ? addAnchors(blocks, anchorOutput) : Workers.Part.NOTHING,
        () -> wantsTuples && !mirrored ? writeTuples(tupleOutputs) : Workers.Part.NOTHING);
    if (wantsAnchors) {
      writeAnchors(anchorOutput);
    }
  }

  /** Tasks for the blocks of a pair of tiles. */
  private interface Body {
    Workers.Part of(ScoreReader.Block[] blocks);
  }

  /**
   * Goes through all pairs of tiles. A pair has two bodies, one after the other; the second one and
   * what comes after all pairs of a tile of tuples do not read the anchors, and run while the next
   * ones are loaded.
   */
  private void forTiles(boolean backward, Body first, Body second, Supplier<Workers.Part> after) {
    Workers.Part written = Workers.Part.NOTHING;
    for (int tuple = 0; tuple < tuples; tuple += tiling.tuples) {
      Workers.Part before = written;
      Workers.Part loaded = tupleTile.load(tuple, backward, rowScratch, rowStride);
      int start = mirrored ? tuple / tiling.anchors * tiling.anchors : 0;
      workers.run(before, loaded, loadAnchors(start, backward));
      for (GradientSums sums : tupleSums) {
        sums.base(tuple);
      }
      for (int anchor = start; anchor < anchors; anchor += tiling.anchors) {
        ScoreReader.Block[] blocks = blocks();
        workers.run(first.of(blocks));
        Workers.Part rest = second.of(blocks);
        int next = anchor + tiling.anchors;
        workers.run(rest, next < anchors ? loadAnchors(next, backward) : Workers.Part.NOTHING);
      }
      written = after.get();
    }
    workers.run(written);
  }

  private Workers.Part loadAnchors(int from, boolean backward) {
    int count = Math.min(tiling.anchors, anchors - from);
    return anchorTile.load(from, count, backward, rowScratch, rowStride);
  }

  /** The blocks of the tiles at hand. */
  private ScoreReader.Block[] blocks() {
    int count = tupleTile.count();
    ScoreReader.Block[] blocks = new ScoreReader.Block[Tiling.blocks(count)];
    for (int b = 0; b < blocks.length; b++) {
      int first = b * Tiling.BLOCK;
      blocks[b] =
          new ScoreReader.Block(
              tupleTile.first() + first,
              Math.min(Tiling.BLOCK, count - first),
              anchorTile.first(),
              anchorTile.count(),
              scores,
              keepsScores ? first * stride : 0,
              stride,
              blockRows,
              b * rowStrips * stride,
              mirrored);
    }
    return blocks;
  }

  /** A block as a worker sees it: with scores of its own, unless they are kept. */
  private ScoreReader.Block withScores(ScoreReader.Block block, int worker) {
    return keepsScores ? block : block.withScoresAt(worker * Tiling.BLOCK * stride);
  }

  /** Scores of a block, and nothing else. */
  private void score(ScoreReader.Block of, int index, int worker) {
    if (score.isProduct()) {
      multiply(of, index, scores, of.scoresAt());
      return;
    }
    multiply(of, index, products, worker * Tiling.BLOCK * stride);
    for (int j = 0; j < of.tuples(); j++) {
      Strip strip = fill(worker, of, index, worker, j);
      if (strip.length > 0) {
        score.score(strip);
      }
    }
  }

  /** Inner products of the rows of the tuples of a block with its anchors. */
  private void multiply(ScoreReader.Block of, int index, float[] to, int at) {
    for (int l = 0; l < n && of.from(0) < of.anchors(); l++) {
      Product.multiply(
          simd.tiles(),
          Left.packed(tupleTile.bands[l], index),
          0,
          of.tuples(),
          anchorTile.columns,
          to,
          at + l * memberStride,
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
    strip.productsAt = (slot * Tiling.BLOCK + j) * stride + from;
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
        new ExactRows(anchorTile.columns, from, tupleTile.bands, index * Tiling.BLOCK + j);
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

  private Workers.Part merge(ScoreReader reader, ScoreReader.Block[] blocks) {
    int count = blocks[0].anchors();
    return new Workers.Part(
        Tiling.tasks(count),
        (task, worker) -> {
          int from = task * Tiling.TASK_ROWS;
          int to = Math.min(from + Tiling.TASK_ROWS, count);
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
      Left weights = Left.rows(products, l * memberStride + slot * Tiling.BLOCK * stride, stride);
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
  private Workers.Part addAnchors(ScoreReader.Block[] blocks, Gradient output) {
    int first = blocks[0].anchor();
    int count = blocks[0].anchors();
    return new Workers.Part(
        Tiling.tasks(count),
        (task, worker) -> {
          int from = task * Tiling.TASK_ROWS;
          int to = Math.min(from + Tiling.TASK_ROWS, count);
          for (ScoreReader.Block one : blocks) {
            for (int i = from; i < to; i++) {
              normGradients[one.anchor() + i] += blockRows[normGradientsAt(one) + i];
            }
          }
          Bands weights = weightBands[worker];
          anchorSums.add(
              first + from,
              first + to,
              tupleTile.first() == 0,
              output,
              rowScratch[worker],
              (sums, at, accumulate) -> {
                for (int l = 0; l < n; l++) {
                  int weightsAt = l * memberStride + from;
                  Product.multiply(
                      simd.tiles(),
                      weights.ofColumns(products, weightsAt, stride, to - from, tupleTile.count()),
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

  private Workers.Part writeTuples(List<Gradient> outputs) {
    int first = tupleTile.first();
    int end = first + tupleTile.count();
    return new Workers.Part(
        Tiling.blocks(end - first),
        (task, worker) -> {
          double[] gram = new double[n * n];
          float[] rows = rowScratch[worker];
          int gradientsAt = (n + 1) * rowStride;
          int from = first + task * Tiling.BLOCK;
          for (int tuple = from; tuple < Math.min(from + Tiling.BLOCK, end); tuple++) {
            tupleRows.read(tuple, false, rows, 0, rowStride, rows, n * rowStride);
            for (int l = 0; l < n; l++) {
              if (tupleSums[l].isWanted()) {
                tupleSums[l].read(tuple, outputs.get(l), rows, gradientsAt + l * rowStride);
              }
            }
            if (score.gramGradient(tuple, gram)) {
              addGramGradient(gram, rows, gradientsAt);
            }
            tupleRows.backward(tuple, rows, 0, rowStride, rows, gradientsAt, rowStride, outputs);
          }
        });
  }

  /** dM += 2 dG M. */
  private void addGramGradient(double[] gram, float[] rows, int gradientsAt) {
    for (int l = 0; l < n; l++) {
      for (int m = 0; m < n; m++) {
        float factor = (float) (2 * gram[l * n + m]);
        int to = gradientsAt + l * rowStride;
        simd.strips().addScaled(rows, m * rowStride, factor, rows, to, d);
      }
    }
  }

  private void writeAnchors(Gradient output) {
    workers.run(
        Tiling.tasks(anchors),
        (task, worker) -> {
          float[] row = rowScratch[worker];
          double[] gram = new double[1];
          int from = task * Tiling.TASK_ROWS;
          for (int i = from; i < Math.min(from + Tiling.TASK_ROWS, anchors); i++) {
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
