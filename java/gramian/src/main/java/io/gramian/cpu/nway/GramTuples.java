package io.gramian.cpu.nway;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.pair.PairScore;
import io.gramian.cpu.pair.Strip;
import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Product;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;
import java.util.List;

/**
 * Index tuples whose score is a function of inner products (see {@link PairScore}): those of
 * anchors with members from matrix products, those of members with one another in float64. Weights
 * of inner products add up in the cell; matrix products of its sums give the gradients.
 */
final class GramTuples extends IndexTuples {
  private final int n;
  private final PairScore score;
  private final int stride;
  private final Strip[] strips;

  /** Squared norms of all rows of each member. */
  private final double[][] norms;

  /** Inner products of the rows of member l with those of a later member m: [l][m]. */
  private final double[][][] grams;

  /** Inner products of the rows of each member with the anchors. */
  private final float[][] products;

  private final double[] normGradients;
  private final Sums sums;

  /** Rows of transposed weights, one per worker. */
  private final Bands[] bands;

  /** Arrays of a worker: inner products of a tuple, scratch of the score, gradients of norms. */
  private final float[][] tuples;

  private final float[][] scratch;
  private final float[][] tupleNorms;

  /**
   * An engine for a score of n members.
   *
   * @param score with room for all anchors and one tuple per worker
   */
  GramTuples(
      CpuDevice device,
      PairScore score,
      IndexCell cell,
      int[] rows,
      int d,
      boolean normalize,
      boolean backward) {
    super(device, cell, rows, d, normalize, backward);
    this.n = cell.members();
    this.score = score;
    this.stride = cell.tileAnchors + Simd.PADDING;
    int threads = workers.threads();
    this.strips = new Strip[threads];
    Arrays.setAll(strips, worker -> new Strip());
    this.norms = new double[n][];
    this.grams = new double[n][n][];
    this.products = new float[n][];
    for (int l = 0; l < n; l++) {
      norms[l] = new double[rows[l + 1]];
      products[l] = new float[cell.blocks[l] * stride];
      for (int m = l + 1; m < n; m++) {
        grams[l][m] = new double[cell.blocks[l] * cell.blocks[m]];
      }
    }
    this.normGradients = new double[backward ? rows[0] : 0];
    this.sums = backward ? new Sums() : null;
    int depth = Arrays.stream(cell.blocks).max().orElse(1);
    this.bands = new Bands[backward ? workers.threads() : 0];
    Arrays.setAll(bands, worker -> new Bands(simd.tiles(), BLOCK, depth));
    this.tuples = new float[threads][n * stride];
    this.scratch = new float[threads][(score.strips() + 1) * stride];
    this.tupleNorms = new float[threads][stride];
  }

  /** Sums of the gradients of inner products, one set per job. */
  private final class Sums {
    /** Weights of {@link #products}; of the first member every row belongs to one job. */
    final float[][][] weights = new float[n][][];

    /** Gradients of {@link #grams}: [l][m][job]. */
    final double[][][][] ofGrams = new double[n][n][][];

    /** Gradients of the squared norms of members: [l][job]. */
    final double[][][] ofNorms = new double[n][][];

    /** Gradients of the squared norms of anchors: [job]. */
    final double[][] ofAnchorNorms = new double[cell.maxJobs()][stride];

    /** {@link #ofGrams} of all jobs. */
    final float[][][] total = new float[n][n][];

    Sums() {
      for (int l = 0; l < n; l++) {
        int jobs = cell.maxJobs();
        weights[l] =
            l == 0
                ? new float[][] {new float[cell.blocks[0] * stride]}
                : new float[jobs][cell.blocks[l] * stride];
        ofNorms[l] = new double[jobs][cell.rowsOfJob(l)];
        for (int m = l + 1; m < n; m++) {
          ofGrams[l][m] = new double[jobs][cell.rowsOfJob(l) * cell.blocks[m]];
          // With room for the last rows to be packed.
          total[l][m] = new float[cell.blocks[l] * cell.blocks[m] + Simd.PADDING];
        }
      }
    }

    public long bytes() {
      long bytes = 0;
      for (int l = 0; l < n; l++) {
        bytes += 4L * weights[l].length * weights[l][0].length;
        bytes += 8L * ofNorms[l].length * ofNorms[l][0].length;
        for (int m = l + 1; m < n; m++) {
          bytes += 8L * ofGrams[l][m].length * ofGrams[l][m][0].length;
          bytes += 4L * total[l][m].length;
        }
      }
      return bytes + 8L * ofAnchorNorms.length * stride;
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
  public long bytes() {
    long bytes = super.bytes() + score.bytes() + 8L * normGradients.length;
    for (int l = 0; l < n; l++) {
      bytes += 8L * norms[l].length + 4L * products[l].length;
      for (int m = l + 1; m < n; m++) {
        bytes += 8L * grams[l][m].length;
      }
    }
    for (Bands packed : bands) {
      bytes += packed.bytes();
    }
    long perWorker = tuples[0].length + scratch[0].length + tupleNorms[0].length;
    return bytes + 4L * workers.threads() * perWorker + (sums == null ? 0 : sums.bytes());
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
  void membersLoaded(boolean[] changed) {
    for (int l = 0; l < n; l++) {
      for (int m = l + 1; m < n; m++) {
        if (changed[l] || changed[m]) {
          multiplyMembers(l, m);
        }
      }
    }
  }

  private void multiplyMembers(int l, int m) {
    forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          for (int i = from; i < to; i++) {
            for (int j = 0; j < cell.size[m]; j++) {
              grams[l][m][i * cell.blocks[m] + j] =
                  simd.strips().exactDot(values[l], i * valueStride, values[m], j * valueStride, d);
            }
          }
        });
  }

  @Override
  void cellLoaded() {
    for (int l = 0; l < n; l++) {
      int member = l;
      forBlocks(
          cell.size[l],
          (from, to, worker) ->
              Product.multiply(
                  simd.tiles(),
                  Left.rows(values[member], 0, valueStride),
                  from,
                  to,
                  anchorColumns,
                  products[member],
                  0,
                  stride,
                  false));
    }
  }

  @Override
  void score(IndexChunk chunk) {
    double[] gram = new double[n * n];
    for (int j = 0; j < chunk.lastRows(); j++) {
      chunk.rows[chunk.last()] = j;
      score.score(fill(chunk, gram));
    }
  }

  /** Fills the strip of the worker with the tuple at the rows of a chunk. */
  private Strip fill(IndexChunk chunk, double[] gram) {
    int worker = chunk.worker;
    for (int l = 0; l < n; l++) {
      int row = chunk.rows[l];
      gram[l * n + l] = norms[l][chunk.index(l)];
      for (int m = l + 1; m < n; m++) {
        double product = grams[l][m][row * cell.blocks[m] + chunk.rows[m]];
        gram[l * n + m] = product;
        gram[m * n + l] = product;
      }
      System.arraycopy(products[l], row * stride, tuples[worker], l * stride, stride);
    }
    score.tuple(worker, gram);
    Strip strip = strips[worker];
    strip.tuple = worker;
    strip.anchor = cell.anchor;
    strip.length = cell.anchorCount;
    strip.products = tuples[worker];
    strip.productsAt = 0;
    strip.productsStride = stride;
    strip.scores = chunk.scores;
    strip.scoresAt = chunk.rows[chunk.last()] * chunk.stride;
    strip.scratch = scratch[worker];
    strip.stride = stride;
    strip.weights = scratch[worker];
    strip.weightsAt = score.strips() * stride;
    strip.normGradients = tupleNorms[worker];
    strip.normGradientsAt = 0;
    strip.exact = new Exact(chunk);
    return strip;
  }

  /** Products in float64 of rows at hand. */
  private final class Exact implements Strip.Exact {
    private final IndexChunk chunk;

    Exact(IndexChunk chunk) {
      this.chunk = chunk;
    }

    @Override
    public double product(int row, int index) {
      int at = chunk.rows[row] * valueStride;
      double sum = 0;
      for (int z = 0; z < d; z++) {
        sum += (double) values[row][at + z] * anchorColumns.get(z, index);
      }
      return sum;
    }

    @Override
    public double squaredNorm(int index) {
      double sum = 0;
      for (int z = 0; z < d; z++) {
        double value = anchorColumns.get(z, index);
        sum += value * value;
      }
      return sum;
    }

    @Override
    public double squaredDistance(int row, int index) {
      int at = chunk.rows[row] * valueStride;
      double sum = 0;
      for (int z = 0; z < d; z++) {
        double difference = (double) values[row][at + z] - anchorColumns.get(z, index);
        sum += difference * difference;
      }
      return sum;
    }
  }

  @Override
  void weigh(IndexChunk chunk, IndexObjective objective) {
    double[] gram = new double[n * n];
    float[] ofNorms = tupleNorms[chunk.worker];
    Arrays.fill(ofNorms, 0);
    for (int j = 0; j < chunk.lastRows(); j++) {
      chunk.rows[chunk.last()] = j;
      Strip strip = fill(chunk, gram);
      score.score(strip);
      objective.weigh(chunk, strip.weights, strip.weightsAt);
      score.weigh(strip);
      for (int l = 0; l < n; l++) {
        float[] to = sums.weights[l][l == 0 ? 0 : chunk.job];
        int at = chunk.rows[l] * stride;
        simd.strips().addScaled(strip.products, l * stride, 1, to, at, strip.length);
      }
      if (score.gramGradient(chunk.worker, gram)) {
        addGramGradient(chunk, gram);
      }
    }
    double[] total = sums.ofAnchorNorms[chunk.job];
    for (int i = 0; i < cell.anchorCount; i++) {
      total[i] += ofNorms[i];
    }
  }

  private void addGramGradient(IndexChunk chunk, double[] gram) {
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
  void addJobs(List<Gradient> outputs) {
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
        addMember(l, jobs);
      }
    }
    if (outputs.getFirst().isWanted()) {
      addAnchors();
    }
  }

  /** Adds up the weights of the jobs in those of the first one. */
  private void addWeights(int l, int jobs) {
    if (l == 0) {
      return;
    }
    float[] total = sums.weights[l][0];
    forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          for (int job = 1; job < jobs; job++) {
            int at = from * stride;
            float[] other = sums.weights[l][job];
            simd.strips().addScaled(other, at, 1, total, at, (to - from) * stride);
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
  private void addMember(int l, int jobs) {
    float[] gradient = gradients[l + 1];
    int gradientAt = cell.first[l] * width;
    forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          multiply(
              Left.rows(sums.weights[l][0], 0, stride),
              from,
              to,
              anchorPanels,
              gradient,
              gradientAt);
          for (int m = 0; m < l; m++) {
            multiplyColumns(
                sums.total[m][l],
                cell.blocks[l],
                from,
                to,
                memberPanels[m],
                gradient,
                gradientAt,
                bands[worker]);
          }
          for (int m = l + 1; m < n; m++) {
            Left factors = Left.rows(sums.total[l][m], 0, cell.blocks[m]);
            multiply(factors, from, to, memberPanels[m], gradient, gradientAt);
          }
          for (int i = from; i < to; i++) {
            float factor = (float) (2 * normGradient(l, i, jobs));
            int at = gradientAt + i * width;
            simd.strips().addScaled(values[l], i * valueStride, factor, gradient, at, d);
          }
        });
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
  private void addAnchors() {
    forBlocks(
        cell.anchorCount,
        (from, to, worker) -> {
          for (int l = 0; l < n; l++) {
            multiplyColumns(
                sums.weights[l][0],
                stride,
                from,
                to,
                memberPanels[l],
                gradients[0],
                cell.anchor * width,
                bands[worker]);
          }
        });
  }

  private void multiply(Left left, int from, int to, Panels right, float[] gradient, int at) {
    Product.multiply(simd.tiles(), left, from, to, right, gradient, at, width, true);
  }

  /** The same with rows of a transposed left operand. */
  private void multiplyColumns(
      float[] left,
      int leftStride,
      int from,
      int to,
      Panels right,
      float[] gradient,
      int at,
      Bands packed) {
    Left rows = packed.ofColumns(left, from, leftStride, to - from, right.depth());
    multiply(rows, 0, to - from, right, gradient, at + from * width);
  }

  @Override
  double normGradient(int anchor) {
    return normGradients[anchor];
  }
}
