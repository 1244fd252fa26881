package io.gramian.cpu.nway;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.pair.PairScore;
import io.gramian.cpu.pair.TupleGram;
import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.ExactRow;
import io.gramian.cpu.simd.Gemm;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;
import java.util.List;

/**
 * Scores of index tuples that are functions of inner products (see {@link PairScore}): those of
 * anchors with members from gemms, those of members with one another in float64. Weights of inner
 * products add up in the cell; gemms of its sums give the gradients.
 */
final class GramNwayScore extends NwayScore {
  private final Gemm gemm;
  private final StripMath math;
  private final int n;
  private final int d;
  private final int width;
  private final int valueStride;
  private final PairScore score;
  private final int stride;

  /** Squared norms of all rows of each member. */
  private final double[][] norms;

  /** Inner products of the rows of member l with those of a later member m: [l][m]. */
  private final double[][][] grams;

  /** Inner products of the rows of each member with the anchors. */
  private final float[][] c;

  private final double[] normGradients;
  private final Sums sums;

  /** Rows of transposed weights, one per worker. */
  private final Bands[] bands;

  /** The Gram matrix of a tuple, one per worker, and its gradient. */
  private final TupleGram[] tupleGrams;

  private final double[][] gramGradients;

  /**
   * A functor for a score of n members.
   *
   * @param score with room for all anchors and one tuple per worker
   */
  GramNwayScore(Resources resources, NwayTile tile, PairScore score, boolean backward) {
    super(resources, tile);
    this.gemm = tile.simd.gemm();
    this.math = tile.simd.strips();
    this.n = cell.members();
    this.d = tile.d;
    this.width = tile.width;
    this.valueStride = tile.valueStride;
    this.score = score;
    this.stride = NwayChunk.stride(cell);
    this.norms = new double[n][];
    this.grams = new double[n][n][];
    this.c = new float[n][];
    for (int l = 0; l < n; l++) {
      norms[l] = resources.doubles(tile.modalities.get(l + 1).count());
      c[l] = resources.floats(cell.blocks[l] * stride);
      for (int m = l + 1; m < n; m++) {
        grams[l][m] = resources.doubles(cell.blocks[l] * cell.blocks[m]);
      }
    }
    this.normGradients = resources.doubles(backward ? tile.modalities.getFirst().count() : 0);
    this.sums = new Sums(resources, backward ? cell.maxJobs() : 0);
    int depth = Arrays.stream(cell.blocks).max().orElse(1);
    this.bands = new Bands[backward ? chunks.length : 0];
    Arrays.setAll(bands, worker -> new Bands(resources, NwayTile.BLOCK, depth));
    this.tupleGrams = new TupleGram[chunks.length];
    Arrays.setAll(tupleGrams, worker -> new TupleGram(n));
    this.gramGradients = resources.doubles(chunks.length, n * n);
    for (NwayChunk chunk : chunks) {
      prepare(resources, chunk);
    }
  }

  /** Gives the strip of a worker its arrays. */
  private void prepare(Resources resources, NwayChunk chunk) {
    Strip strip = chunk.strip();
    strip.c = resources.floats(n * stride);
    strip.cStride = stride;
    strip.scratch = resources.floats((score.strips() + 1) * stride);
    strip.weights = strip.scratch;
    strip.weightsAt = strip.scratchAt(score.strips());
    strip.normGradients = resources.floats(stride);
    strip.exact = new Exact(resources, chunk);
  }

  /** Sums of the gradients of inner products, one set per job. */
  private final class Sums {
    /** Weights of {@link #c}; of the first member every row belongs to one job. */
    final float[][][] weights = new float[n][][];

    /** Gradients of {@link #grams}: [l][m][job]. */
    final double[][][][] ofGrams = new double[n][n][0][];

    /** Gradients of the squared norms of members: [l][job]. */
    final double[][][] ofNorms = new double[n][][];

    /** Gradients of the squared norms of anchors: [job]. */
    final double[][] ofAnchorNorms;

    /** {@link #ofGrams} of all jobs. */
    final float[][][] total = new float[n][n][];

    Sums(Resources resources, int jobs) {
      ofAnchorNorms = resources.doubles(jobs, stride);
      for (int l = 0; l < n; l++) {
        weights[l] = resources.floats(l == 0 ? Math.min(jobs, 1) : jobs, cell.blocks[l] * stride);
        ofNorms[l] = resources.doubles(jobs, cell.rowsOfJob(l));
        for (int m = l + 1; m < n && jobs > 0; m++) {
          ofGrams[l][m] = resources.doubles(jobs, cell.rowsOfJob(l) * cell.blocks[m]);
          // With room for the last rows to be packed.
          total[l][m] = resources.floats(Simd.room(cell.blocks[l] * cell.blocks[m]));
        }
      }
    }

    void clear() {
      for (double[] job : ofAnchorNorms) {
        Arrays.fill(job, 0);
      }
      for (int l = 0; l < n; l++) {
        for (float[] job : weights[l]) {
          Arrays.fill(job, 0);
        }
        for (double[] job : ofNorms[l]) {
          Arrays.fill(job, 0);
        }
        for (int m = l + 1; m < n; m++) {
          for (double[] job : ofGrams[l][m]) {
            Arrays.fill(job, 0);
          }
        }
      }
    }
  }

  @Override
  void measured(int modality, int row, double squaredNorm) {
    if (modality == 0) {
      score.anchor(row, squaredNorm);
    } else {
      norms[modality - 1][row] = squaredNorm;
    }
  }

  @Override
  void loaded(boolean[] changed) {
    for (int l = 0; l < n; l++) {
      for (int m = l + 1; m < n; m++) {
        if (changed[l] || changed[m]) {
          multiplyMembers(l, m);
        }
      }
    }
    for (int l = 0; l < n; l++) {
      int member = l;
      tile.forBlocks(
          cell.size[l],
          (from, to, worker) ->
              gemm.multiply(
                  Left.rows(tile.values[member], from * valueStride, valueStride),
                  to - from,
                  tile.anchors.columns(),
                  c[member],
                  from * stride,
                  stride));
    }
  }

  private void multiplyMembers(int l, int m) {
    tile.forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          for (int i = from; i < to; i++) {
            for (int j = 0; j < cell.size[m]; j++) {
              grams[l][m][i * cell.blocks[m] + j] =
                  math.exactDot(
                      tile.values[l], i * valueStride, tile.values[m], j * valueStride, d);
            }
          }
        });
  }

  @Override
  void score(NwayChunk chunk) {
    for (int j = 0; j < chunk.lastRows(); j++) {
      score.score(strip(chunk, j));
    }
  }

  /** The strip of a chunk with a row of the last member. */
  private Strip strip(NwayChunk chunk, int j) {
    Strip strip = chunk.strip(j);
    TupleGram gram = tupleGrams[chunk.worker];
    for (int l = 0; l < n; l++) {
      int row = chunk.rows[l];
      gram.set(l, l, norms[l][chunk.index(l)]);
      for (int m = l + 1; m < n; m++) {
        gram.set(l, m, grams[l][m][row * cell.blocks[m] + chunk.rows[m]]);
      }
      System.arraycopy(c[l], row * stride, strip.c, l * stride, stride);
    }
    score.tuple(chunk.worker, gram);
    return strip;
  }

  /** Recomputes in float64 from rows at hand. */
  private final class Exact implements Strip.Exact {
    private final NwayChunk chunk;
    private final ExactRow[] rows;

    Exact(Resources resources, NwayChunk chunk) {
      this.chunk = chunk;
      this.rows =
          tile.modalities.stream()
              .map(modality -> new ExactRow(resources, modality))
              .toArray(ExactRow[]::new);
    }

    @Override
    public double[] anchor(int index) {
      return rows[0].read(cell.anchor + index);
    }

    @Override
    public double[] member(int row) {
      return rows[row + 1].read(chunk.index(row));
    }

    @Override
    public double dot(int row, int index) {
      int at = chunk.rows[row] * valueStride;
      double sum = 0;
      for (int z = 0; z < d; z++) {
        sum += (double) tile.values[row][at + z] * tile.anchors.columns().get(z, index);
      }
      return sum;
    }

    @Override
    public double squaredNorm(int index) {
      double sum = 0;
      for (int z = 0; z < d; z++) {
        double value = tile.anchors.columns().get(z, index);
        sum += value * value;
      }
      return sum;
    }

    @Override
    public double squaredDistance(int row, int index) {
      int at = chunk.rows[row] * valueStride;
      double sum = 0;
      for (int z = 0; z < d; z++) {
        double difference =
            (double) tile.values[row][at + z] - tile.anchors.columns().get(z, index);
        sum += difference * difference;
      }
      return sum;
    }
  }

  @Override
  void weigh(NwayChunk chunk, NwayObjective objective) {
    float[] ofNorms = chunk.strip().normGradients;
    Arrays.fill(ofNorms, 0);
    for (int j = 0; j < chunk.lastRows(); j++) {
      Strip strip = strip(chunk, j);
      score.score(strip);
      objective.weigh(chunk, strip);
      score.weigh(strip);
      for (int l = 0; l < n; l++) {
        float[] to = sums.weights[l][l == 0 ? 0 : chunk.job];
        math.addScaled(strip.c, l * stride, 1, to, chunk.rows[l] * stride, strip.length);
      }
      double[] gram = gramGradients[chunk.worker];
      if (score.gramGradient(chunk.worker, gram)) {
        addGramGradient(chunk, gram);
      }
    }
    double[] total = sums.ofAnchorNorms[chunk.job];
    for (int i = 0; i < cell.anchorCount; i++) {
      total[i] += ofNorms[i];
    }
  }

  private void addGramGradient(NwayChunk chunk, double[] gram) {
    for (int l = 0; l < n; l++) {
      int row = cell.rowInJob(l, chunk.rows[l]);
      sums.ofNorms[l][chunk.job][row] += gram[l * n + l];
      for (int m = l + 1; m < n; m++) {
        int at = row * cell.blocks[m] + chunk.rows[m];
        sums.ofGrams[l][m][chunk.job][at] += 2 * gram[l * n + m];
      }
    }
  }

  @Override
  void begin(List<Gradient> outputs) {
    Arrays.fill(normGradients, 0);
  }

  @Override
  void clearJobs() {
    sums.clear();
  }

  @Override
  void addJobs(List<Gradient> outputs, float[][] gradients) {
    int jobs = cell.jobs();
    for (int job = 0; job < jobs; job++) {
      for (int i = 0; i < cell.anchorCount; i++) {
        normGradients[cell.anchor + i] += sums.ofAnchorNorms[job][i];
      }
    }
    for (int l = 0; l < n; l++) {
      addWeights(l, jobs);
      for (int m = l + 1; m < n; m++) {
        addGrams(l, m, jobs);
      }
    }
    for (int l = 0; l < n; l++) {
      if (outputs.get(l + 1).isWanted()) {
        addMember(l, jobs, gradients[l + 1]);
      }
    }
    if (outputs.getFirst().isWanted()) {
      addAnchors(gradients[0]);
    }
  }

  /** Adds up the weights of the jobs in those of the first one. */
  private void addWeights(int l, int jobs) {
    if (l == 0) {
      return;
    }
    float[] total = sums.weights[l][0];
    tile.forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          for (int job = 1; job < jobs; job++) {
            int at = from * stride;
            math.addScaled(sums.weights[l][job], at, 1, total, at, (to - from) * stride);
          }
        });
  }

  private void addGrams(int l, int m, int jobs) {
    float[] total = sums.total[l][m];
    for (int i = 0; i < cell.size[l]; i++) {
      for (int j = 0; j < cell.size[m]; j++) {
        int at = cell.rowInJob(l, i) * cell.blocks[m] + j;
        double sum = 0;
        if (l == 0) {
          sum = sums.ofGrams[l][m][i / cell.jobRows][at];
        } else {
          for (int job = 0; job < jobs; job++) {
            sum += sums.ofGrams[l][m][job][at];
          }
        }
        total[i * cell.blocks[m] + j] = (float) sum;
      }
    }
  }

  /** dM_l += T_l A + sum over other members m of dG_lm M_m. */
  private void addMember(int l, int jobs, float[] gradient) {
    tile.forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          int count = to - from;
          int first = (cell.first[l] + from) * width;
          Left weights = Left.rows(sums.weights[l][0], from * stride, stride);
          gemm.add(weights, count, tile.anchors.rows(), gradient, first, width);
          for (int m = 0; m < n; m++) {
            if (m != l) {
              Left factors = gramFactors(l, m, from, count, bands[worker]);
              gemm.add(factors, count, tile.memberPanels[m], gradient, first, width);
            }
          }
          for (int i = 0; i < count; i++) {
            float factor = (float) (2 * normGradient(l, from + i, jobs));
            int at = first + i * width;
            int row = (from + i) * valueStride;
            math.addScaled(tile.values[l], row, factor, gradient, at, d);
          }
        });
  }

  /** Rows of the gradient with respect to the inner products of member l with member m. */
  private Left gramFactors(int l, int m, int from, int count, Bands packed) {
    return m < l
        ? packed.ofColumns(sums.total[m][l], from, cell.blocks[l], count, cell.size[m])
        : Left.rows(sums.total[l][m], from * cell.blocks[m], cell.blocks[m]);
  }

  private double normGradient(int l, int row, int jobs) {
    if (l == 0) {
      return sums.ofNorms[0][row / cell.jobRows][row % cell.jobRows];
    }
    double sum = 0;
    for (int job = 0; job < jobs; job++) {
      sum += sums.ofNorms[l][job][row];
    }
    return sum;
  }

  /** dA += sum over members l of T_l^T M_l. */
  private void addAnchors(float[] gradient) {
    tile.forBlocks(
        cell.anchorCount,
        (from, to, worker) -> {
          int count = to - from;
          for (int l = 0; l < n; l++) {
            Panels rows = tile.memberPanels[l];
            Left weights =
                bands[worker].ofColumns(sums.weights[l][0], from, stride, count, rows.depth());
            gemm.add(weights, count, rows, gradient, (cell.anchor + from) * width, width);
          }
        });
  }

  @Override
  double normGradient(int anchor) {
    return normGradients[anchor];
  }
}
