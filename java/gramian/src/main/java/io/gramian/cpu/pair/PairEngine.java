package io.gramian.cpu.pair;

import io.gramian.Bindings;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Gemm;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The engine of all ops over pairs of anchors [B1,d] and tuples of rows [B2,n,d]: a tiled gemm of
 * the anchors with all tuple rows as its main loop, and as its epilogue functors that turn inner
 * products into scores ({@link PairScore}) and scores into a loss ({@link PairObjective}). Nothing
 * of size B1 x B2 is kept: {@link #forward} makes the inner products once, {@link #backward}
 * recomputes them, turns them into weights T and adds T M to the gradients of the anchors and T^T A
 * to those of the tuples.
 *
 * <p>Tiles of tuples are the outer, tiles of anchors the inner loop. The tiles and the order in
 * which they are added do not depend on the number of threads.
 *
 * <p>Of a set with itself ({@link PairRows#mirrored}) only half of the pairs are visited: each
 * tuple with the anchors that come after it. What is found out about an anchor then belongs to the
 * tuple of its number too, and pairs of a row with itself are the objective's own.
 */
public final class PairEngine {
  private final Gemm gemm;
  private final StripMath math;
  private final Workers workers;
  private final PairScore score;
  private final PairRows rows;
  private final int d;
  private final int anchors;
  private final int tuples;
  private final int n;
  private final Tiling tiling;
  private final int stride;

  /** Values from the inner products of one member with a tile to those of the next member. */
  private final int memberStride;

  /** Values from one row of a scratch array to the next. */
  private final int rowStride;

  /** Strips of a block: those of readers, then the gradients of the norms of its anchors. */
  private final int rowStrips;

  private final AnchorTile anchorTile;
  private final TupleTile tupleTile;

  /** Inner products, turned into their weights. */
  private final float[] c;

  private final float[] scores;

  /** Whether scores of a whole tile are kept until they are merged. */
  private final boolean keepsScores;

  private final float[] blockRows;
  private final float[][] rowScratch;

  /** Weights of some anchors with the tuples of a tile, one per worker. */
  private final Bands[] weightBands;

  private final Strip[] strips;
  private final ExactRows[] exactRows;
  private final GradientSums anchorSums;
  private final GradientSums[] tupleSums;
  private final double[] normGradients;

  /**
   * An engine for fixed sizes.
   *
   * @param readers those that it will be run with
   */
  public PairEngine(
      Resources resources, PairScore score, PairRows rows, List<? extends ScoreReader> readers) {
    this.gemm = resources.simd().gemm();
    this.math = resources.simd().strips();
    this.workers = resources.workers();
    this.score = score;
    this.rows = rows;
    this.d = rows.tuples().d;
    this.anchors = rows.anchors().count();
    this.tuples = rows.tuples().count();
    this.n = rows.tuples().rows();
    this.rowStride = Panels.padded(d, gemm.columns()) + Simd.PADDING;
    int most = readers.stream().mapToInt(ScoreReader::rowStrips).max().orElse(0);
    this.rowStrips = most + 1;
    boolean wantsAnchors = rows.wantsAnchors();
    boolean backward = wantsAnchors || rows.wantsTuples();
    this.tiling = new Tiling(anchors, tuples, n, backward);
    this.stride = tiling.stride;
    // Backward, inner products wait for those of the whole tile, forward just for their scores.
    int blocks = Tiling.blocks(tiling.tuples);
    int threads = workers.threads();
    int slots = Math.max(wantsAnchors ? blocks : 0, threads);
    this.memberStride = slots * Tiling.BLOCK * stride;
    this.anchorTile = new AnchorTile(resources, rows.anchors(), tiling.anchors, rows.wantsTuples());
    this.tupleTile = new TupleTile(resources, rows.tuples(), tiling.tuples, wantsAnchors);
    this.c = resources.floats(n * memberStride);
    this.keepsScores = !backward && most > 0;
    this.scores = resources.floats((keepsScores ? blocks : threads) * Tiling.BLOCK * stride);
    this.blockRows = resources.floats(blocks * rowStrips * stride);
    this.weightBands = new Bands[wantsAnchors ? threads : 0];
    Arrays.setAll(weightBands, _ -> new Bands(resources, Tiling.TASK_ROWS, tiling.tuples));
    int scratchRows = Math.max(gemm.columns(), Math.max(Tiling.TASK_ROWS, Tiling.BLOCK * n + 1));
    this.rowScratch = resources.scratch(scratchRows * rowStride);
    this.strips = new Strip[threads];
    this.exactRows = new ExactRows[threads];
    float[][] scratch = resources.scratch((score.strips() + 1) * stride);
    for (int worker = 0; worker < threads; worker++) {
      exactRows[worker] = new ExactRows(resources, anchorTile.columns(), tupleTile.bands, rows);
      strips[worker] = strip(scratch[worker], exactRows[worker]);
    }
    this.anchorSums = new GradientSums(resources, rows.ofAnchors(), anchors, rowStride);
    this.tupleSums = new GradientSums[n];
    Arrays.setAll(
        tupleSums,
        l -> new GradientSums(resources, rows.ofTuples().get(l), tiling.tuples, rowStride));
    this.normGradients = resources.doubles(wantsAnchors ? anchors : 0);
  }

  /** A strip of a worker: its scratch, then weights of scores. */
  private Strip strip(float[] scratch, ExactRows exact) {
    Strip strip = new Strip();
    strip.c = c;
    strip.cStride = memberStride;
    strip.scratch = scratch;
    strip.stride = stride;
    strip.weights = scratch;
    strip.weightsAt = score.strips() * stride;
    strip.normGradients = blockRows;
    strip.exact = exact;
    return strip;
  }

  /**
   * A whole run of a loss but for writing its results: all scores, where it needs them, and all
   * scores again with their weights, for gradients.
   *
   * @param ofAnchors gradient of the anchors
   * @param ofMembers gradients of the members of the tuples
   */
  public void run(
      PairObjective objective,
      Bindings in,
      Bindings out,
      boolean backward,
      Gradient ofAnchors,
      List<Gradient> ofMembers) {
    prepare();
    objective.begin(in, out);
    if (objective.needsScores()) {
      forward(objective);
    }
    if (backward) {
      backward(objective, ofAnchors, ofMembers);
    }
  }

  /** Finds out factors, norms and Gram matrices of all inputs. First in every run. */
  public void prepare() {
    anchorTile.clear();
    workers.run(
        new Workers.Part(
            Tiling.tasks(anchors),
            (task, worker) -> prepareAnchors(task * Tiling.TASK_ROWS, rowScratch[worker])),
        new Workers.Part(
            rows.mirrored() ? 0 : Tiling.tasks(tuples),
            (task, worker) -> prepareTuples(task * Tiling.TASK_ROWS, rowScratch[worker])));
  }

  private void prepareAnchors(int first, float[] row) {
    TupleGram gram = new TupleGram(1);
    for (int i = first; i < Math.min(first + Tiling.TASK_ROWS, anchors); i++) {
      rows.anchors().measure(i, row, 0);
      if (score.needsGrams()) {
        gram.measure(math, row, rowStride, d);
      }
      score.anchor(i, gram.get(0, 0));
      if (rows.mirrored()) {
        score.tuple(i, gram);
      }
    }
  }

  private void prepareTuples(int first, float[] values) {
    TupleGram gram = new TupleGram(n);
    for (int j = first; j < Math.min(first + Tiling.TASK_ROWS, tuples); j++) {
      rows.tuples().measure(j, values, 0, rowStride);
      if (score.needsGrams()) {
        gram.measure(math, rows.tuples(), j, values, rowStride);
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
                  ScoreReader.Block block = ofWorker(blocks[index], worker);
                  score(block, index, worker);
                  reader.add(block);
                }),
        blocks -> reader.rowStrips() > 0 ? merge(reader, blocks) : Workers.Part.NOTHING,
        () -> Workers.Part.NOTHING);
    reader.end();
  }

  /**
   * Makes the gradients of a loss and writes those that have a place.
   *
   * @param ofAnchors gradient of the anchors
   * @param ofMembers gradients of the members of the tuples
   */
  public void backward(PairObjective objective, Gradient ofAnchors, List<Gradient> ofMembers) {
    objective.beginWeights();
    Arrays.fill(normGradients, 0);
    boolean wantsAnchors = anchorSums.isWanted();
    boolean writesTuples = rows.wantsTuples() && !rows.mirrored();
    forTiles(
        true,
        blocks ->
            new Workers.Part(
                blocks.length,
                (index, worker) -> {
                  int slot = wantsAnchors ? index : worker;
                  ScoreReader.Block block = ofWorker(blocks[index], worker);
                  multiply(block, index, c, slot * Tiling.BLOCK * stride);
                  weigh(objective, block, index, slot, worker);
                  addTuples(block, slot, worker, ofMembers);
                }),
        blocks -> wantsAnchors ? addAnchors(blocks, ofAnchors) : Workers.Part.NOTHING,
        () -> writesTuples ? writeTuples(ofMembers) : Workers.Part.NOTHING);
    if (wantsAnchors) {
      writeAnchors(ofAnchors);
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
      int start = rows.mirrored() ? tuple / tiling.anchors * tiling.anchors : 0;
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
              rows.mirrored(),
              strips[0]);
    }
    return blocks;
  }

  /** A block as a worker sees it: with scores of its own, unless they are kept. */
  private ScoreReader.Block ofWorker(ScoreReader.Block block, int worker) {
    return block.of(
        strips[worker], keepsScores ? block.scoresAt() : worker * Tiling.BLOCK * stride);
  }

  /** Scores of a block, and nothing else. */
  private void score(ScoreReader.Block block, int index, int worker) {
    if (score.isInnerProduct()) {
      multiply(block, index, scores, block.scoresAt());
      return;
    }
    multiply(block, index, c, worker * Tiling.BLOCK * stride);
    for (int j = 0; j < block.tuples(); j++) {
      Strip strip = strip(block, index, worker, worker, j);
      if (strip.length > 0) {
        score.score(strip);
      }
    }
  }

  /** The main loop: inner products of the rows of the tuples of a block with its anchors. */
  private void multiply(ScoreReader.Block block, int index, float[] to, int at) {
    for (int l = 0; l < n && block.from(0) < block.anchors(); l++) {
      Left members = Left.packed(tupleTile.bands[l], index);
      gemm.multiply(
          members, block.tuples(), anchorTile.columns(), to, at + l * memberStride, stride);
    }
  }

  /** The strip of tuple {@code j} of a block. */
  private Strip strip(ScoreReader.Block block, int index, int slot, int worker, int j) {
    int from = block.from(j);
    Strip strip = block.strip(j);
    strip.cAt = (slot * Tiling.BLOCK + j) * stride + from;
    strip.normGradientsAt = normGradientsAt(block) + from;
    exactRows[worker].move(block, strip, index * Tiling.BLOCK + j);
    return strip;
  }

  private int normGradientsAt(ScoreReader.Block block) {
    return block.rowsAt() + (rowStrips - 1) * stride;
  }

  private void weigh(
      PairObjective objective, ScoreReader.Block block, int index, int slot, int worker) {
    Arrays.fill(blockRows, normGradientsAt(block), normGradientsAt(block) + stride, 0);
    for (int j = 0; j < block.tuples(); j++) {
      Strip strip = strip(block, index, slot, worker, j);
      if (strip.length > 0) {
        score.score(strip);
        objective.weigh(strip);
        score.weigh(strip);
      }
      Arrays.fill(c, strip.cAt - block.from(j), strip.cAt, 0);
    }
  }

  private Workers.Part merge(ScoreReader reader, ScoreReader.Block[] blocks) {
    int count = blocks[0].anchors();
    return new Workers.Part(
        Tiling.tasks(count),
        (task, worker) -> {
          int from = task * Tiling.TASK_ROWS;
          int to = Math.min(from + Tiling.TASK_ROWS, count);
          for (ScoreReader.Block block : blocks) {
            reader.merge(block, from, to);
          }
        });
  }

  /** dM += T^T A for the tuples of a block. */
  private void addTuples(ScoreReader.Block block, int slot, int worker, List<Gradient> outputs) {
    int from = block.tuple();
    int to = from + block.tuples();
    for (int l = 0; l < n; l++) {
      if (tupleSums[l].isWanted()) {
        int weightsAt = l * memberStride + slot * Tiling.BLOCK * stride;
        Left weights = Left.rows(c, weightsAt, stride);
        tupleSums[l].add(
            from,
            to,
            block.anchor() == 0,
            outputs.get(l),
            rowScratch[worker],
            (sums, at) ->
                gemm.add(weights, block.tuples(), anchorTile.rows(), sums, at, rowStride));
      }
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
          for (ScoreReader.Block block : blocks) {
            for (int i = from; i < to; i++) {
              normGradients[block.anchor() + i] += blockRows[normGradientsAt(block) + i];
            }
          }
          anchorSums.add(
              first + from,
              first + to,
              tupleTile.first() == 0,
              output,
              rowScratch[worker],
              (sums, at) -> addAnchors(from, to - from, weightBands[worker], sums, at));
        });
  }

  private void addAnchors(int from, int count, Bands bands, float[] sums, int at) {
    for (int l = 0; l < n; l++) {
      int weightsAt = l * memberStride + from;
      Left weights = bands.ofColumns(c, weightsAt, stride, count, tupleTile.count());
      gemm.add(weights, count, tupleTile.panels[l], sums, at, rowStride);
    }
  }

  private Workers.Part writeTuples(List<Gradient> outputs) {
    int first = tupleTile.first();
    int end = first + tupleTile.count();
    return new Workers.Part(
        Tiling.blocks(end - first),
        (task, worker) -> {
          double[] gram = new double[n * n];
          float[] values = rowScratch[worker];
          int gradientsAt = (n + 1) * rowStride;
          int from = first + task * Tiling.BLOCK;
          for (int tuple = from; tuple < Math.min(from + Tiling.BLOCK, end); tuple++) {
            rows.tuples().read(tuple, values, 0, rowStride);
            for (int l = 0; l < n; l++) {
              if (tupleSums[l].isWanted()) {
                tupleSums[l].read(tuple, outputs.get(l), values, gradientsAt + l * rowStride);
              }
            }
            if (score.gramGradient(tuple, gram)) {
              TupleGram.backward(math, gram, n, values, gradientsAt, rowStride, d);
            }
            rows.tuples().backward(tuple, values, rowStride, gradientsAt, outputs);
          }
        });
  }

  private void writeAnchors(Gradient output) {
    workers.run(
        Tiling.tasks(anchors),
        (task, worker) -> {
          float[] row = rowScratch[worker];
          double[] gram = new double[1];
          int from = task * Tiling.TASK_ROWS;
          for (int i = from; i < Math.min(from + Tiling.TASK_ROWS, anchors); i++) {
            rows.anchors().read(i, row, 0);
            anchorSums.read(i, output, row, rowStride);
            double ofNorm = normGradients[i];
            if (rows.mirrored() && score.gramGradient(i, gram)) {
              ofNorm += gram[0];
            }
            math.addScaled(row, 0, (float) (2 * ofNorm), row, rowStride, d);
            rows.anchors().backward(i, row, 0, row, rowStride);
            output.write(i, row, rowStride);
          }
        });
  }
}
