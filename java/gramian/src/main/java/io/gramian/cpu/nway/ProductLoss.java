package io.gramian.cpu.nway;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.pair.CrossEntropy;
import io.gramian.cpu.pair.RunningSums;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;

/**
 * The mean over modalities of mean_i [logsumexp over the slice with index i of S / tau - S_(i..i) /
 * tau], the {@link CrossEntropy} of the diagonal in each slice. Sums of exponentials are kept with
 * running maxima for every row of every modality; those of a cell are folded from job to job in a
 * fixed order.
 */
public final class ProductLoss extends IndexObjective {
  private final Simd simd;
  private final int count;
  private final int batch;

  /** Sums over the slices of each modality, the anchor first. */
  private final RunningSums[] sums;

  private final float[] diagonal;

  /** The derivative by the score of each diagonal element, in units of {@link #each}. */
  private final double[] diagonalSlopes;

  private final float[] rowFactors;
  private final double[] weightedScores;

  /** The same of a cell, for each job: of anchors [job], of members [member][job]. */
  private final float[][] jobMaxima;

  private final double[][] jobSums;
  private final RunningSums[][] memberSums;

  /** Strips of a worker. */
  private final float[][] before;

  private final float[][] partial;

  private double temperature;
  private float scale;
  private double each;
  private float typicalScore;

  /**
   * A loss over the cells of an engine.
   *
   * @param batch rows of each modality
   */
  public ProductLoss(CpuDevice device, IndexCell cell, int batch) {
    this.simd = Simd.of(device);
    this.count = cell.members() + 1;
    this.batch = batch;
    this.sums = new RunningSums[count];
    Arrays.setAll(sums, p -> new RunningSums(batch));
    this.diagonal = new float[batch];
    this.diagonalSlopes = new double[batch];
    this.rowFactors = new float[Panels.padded(batch, Simd.PADDING)];
    this.weightedScores = new double[batch];
    int jobs = cell.maxJobs();
    int stride = cell.tileAnchors + Simd.PADDING;
    this.jobMaxima = new float[jobs][stride];
    this.jobSums = new double[jobs][stride];
    this.memberSums = new RunningSums[cell.members()][jobs];
    for (int l = 0; l < cell.members(); l++) {
      int rows = cell.rowsOfJob(l);
      Arrays.setAll(memberSums[l], job -> new RunningSums(rows));
    }
    this.before = new float[device.workers().threads()][stride];
    this.partial = new float[device.workers().threads()][stride];
  }

  public long bytes() {
    long bytes = count * sums[0].bytes() + 24L * batch;
    bytes += 12L * jobSums.length * jobSums[0].length;
    for (RunningSums[] member : memberSums) {
      bytes += member.length * member[0].bytes();
    }
    return bytes + 8L * before.length * before[0].length;
  }

  /** Starts a run. */
  public void begin(double runTemperature) {
    temperature = runTemperature;
    scale = (float) (1 / temperature);
    for (RunningSums slices : sums) {
      slices.clear(1 / temperature);
    }
    Arrays.fill(weightedScores, 0);
  }

  @Override
  void begin(IndexCell cell) {
    for (int job = 0; job < cell.jobs(); job++) {
      Arrays.fill(jobMaxima[job], Float.NEGATIVE_INFINITY);
      Arrays.fill(jobSums[job], 0);
      for (int l = 0; l < cell.members(); l++) {
        memberSums[l][job].clear(1 / temperature);
      }
    }
  }

  @Override
  public void add(IndexChunk chunk) {
    leaveOutDiagonal(chunk);
    int anchors = chunk.cell.anchorCount;
    float[] tops = jobMaxima[chunk.job];
    float[] old = before[chunk.worker];
    System.arraycopy(tops, 0, old, 0, anchors);
    float[] rowTops = new float[chunk.lastRows()];
    for (int j = 0; j < rowTops.length; j++) {
      rowTops[j] = simd.exps().maxima(chunk.scores, j * chunk.stride, tops, 0, anchors);
    }
    double[] total = jobSums[chunk.job];
    for (int i = 0; i < anchors; i++) {
      if (tops[i] != old[i] && total[i] != 0) {
        total[i] *= Math.exp((old[i] - (double) tops[i]) / temperature);
      }
    }
    float[] part = partial[chunk.worker];
    Arrays.fill(part, 0);
    for (int j = 0; j < rowTops.length; j++) {
      double sum =
          simd.exps()
              .expSums(
                  chunk.scores,
                  j * chunk.stride,
                  scale,
                  tops,
                  0,
                  part,
                  0,
                  scale,
                  rowTops[j],
                  anchors);
      chunk.rows[chunk.last()] = j;
      addToMembers(chunk, sum, rowTops[j]);
    }
    for (int i = 0; i < anchors; i++) {
      total[i] += part[i];
    }
  }

  private void leaveOutDiagonal(IndexChunk chunk) {
    for (int j = 0; j < chunk.lastRows(); j++) {
      chunk.rows[chunk.last()] = j;
      int matching = matching(chunk);
      if (matching >= 0) {
        int at = j * chunk.stride + matching - chunk.cell.anchor;
        diagonal[matching] = chunk.scores[at];
        chunk.scores[at] = CrossEntropy.LEFT_OUT;
      }
    }
  }

  private void addToMembers(IndexChunk chunk, double sum, float top) {
    for (int l = 0; l <= chunk.last(); l++) {
      int row = chunk.cell.rowInJob(l, chunk.rows[l]);
      memberSums[l][chunk.job].add(row, sum, top);
    }
  }

  /** The anchor of the cell with the index that all members have at the rows of a chunk, or -1. */
  private static int matching(IndexChunk chunk) {
    int index = chunk.index(0);
    for (int l = 1; l <= chunk.last(); l++) {
      if (chunk.index(l) != index) {
        return -1;
      }
    }
    int anchor = chunk.cell.anchor;
    return index >= anchor && index < anchor + chunk.cell.anchorCount ? index : -1;
  }

  @Override
  void merge(IndexCell cell) {
    for (int job = 0; job < cell.jobs(); job++) {
      for (int i = 0; i < cell.anchorCount; i++) {
        sums[0].add(cell.anchor + i, jobSums[job][i], jobMaxima[job][i]);
      }
      for (int l = 0; l < cell.members(); l++) {
        int start = l == 0 ? job * cell.jobRows : 0;
        int rows = Math.min(cell.rowsOfJob(l), cell.size[l] - start);
        for (int i = 0; i < rows; i++) {
          int at = cell.first[l] + start + i;
          RunningSums of = memberSums[l][job];
          sums[l + 1].add(at, of.sum(i), of.maximum(i));
        }
      }
    }
  }

  /** The loss, once all scores have been added: the diagonal joins the sums. */
  public double loss() {
    double loss = 0;
    for (int i = 0; i < batch; i++) {
      diagonalSlopes[i] = 0;
      for (RunningSums slices : sums) {
        double others = CrossEntropy.margin(slices.log(i), diagonal[i] / temperature);
        loss += CrossEntropy.loss(others);
        diagonalSlopes[i] -= CrossEntropy.others(others);
        slices.add(i, 1, diagonal[i]);
      }
    }
    return loss / ((double) count * batch);
  }

  /** Prepares the weights of scores, scaled by the upstream gradient. */
  public void beginWeights(double upstream) {
    each = upstream / ((double) count * batch * temperature);
    double total = 0;
    for (int i = 0; i < batch; i++) {
      rowFactors[i] = (float) (each / sums[0].sum(i));
      total += sums[0].maximum(i);
    }
    typicalScore = (float) (total / batch);
  }

  @Override
  public void weigh(IndexChunk chunk, float[] weights, int weightsAt) {
    IndexCell cell = chunk.cell;
    float maximum = Float.POSITIVE_INFINITY;
    for (int l = 0; l <= chunk.last(); l++) {
      maximum = Math.min(maximum, sums[l + 1].maximum(chunk.index(l)));
    }
    double factor = 0;
    for (int l = 0; l <= chunk.last(); l++) {
      int index = chunk.index(l);
      double rest = (maximum - (double) sums[l + 1].maximum(index)) / temperature;
      factor += each * Math.exp(rest) / sums[l + 1].sum(index);
    }
    int scoresAt = chunk.rows[chunk.last()] * chunk.stride;
    simd.exps()
        .expWeights(
            chunk.scores,
            scoresAt,
            scale,
            sums[0].maxima(),
            cell.anchor,
            rowFactors,
            cell.anchor,
            scale,
            maximum,
            (float) factor,
            0,
            weights,
            weightsAt,
            cell.anchorCount);
    int matching = matching(chunk);
    if (matching >= 0) {
      weights[weightsAt + matching - cell.anchor] = (float) (each * diagonalSlopes[matching]);
    }
    // Weights add up to 0, so a constant taken from the scores changes rounding only.
    weightedScores[chunk.index(0)] +=
        simd.strips()
            .shiftedDot(weights, weightsAt, chunk.scores, scoresAt, typicalScore, cell.anchorCount);
  }

  /** The gradient of the temperature, once all weights have been made. */
  public double temperatureGradient() {
    return -Arrays.stream(weightedScores).sum() / temperature;
  }
}
