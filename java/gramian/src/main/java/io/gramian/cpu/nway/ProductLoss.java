package io.gramian.cpu.nway;

import io.gramian.Bindings;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.CrossEntropy;
import io.gramian.cpu.pair.LogitScale;
import io.gramian.cpu.pair.RunningSums;
import io.gramian.cpu.simd.ExpMath;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;

/**
 * The mean over modalities of mean_i [logsumexp over the slice with index i of S / tau - S_(i..i) /
 * tau], the {@link CrossEntropy} of the diagonal in each slice. An online softmax: sums of
 * exponentials are kept with running maxima for every row of every modality; those of a cell are
 * folded from job to job in a fixed order.
 */
public final class ProductLoss extends NwayObjective {
  private final ExpMath exps;
  private final StripMath math;
  private final int count;
  private final int batch;
  private final double defaultTemperature;

  /** Sums over the slices of each modality, the anchor first. */
  private final RunningSums[] sums;

  private final float[] diagonal;

  /** The derivative by the score of each diagonal element, in units of {@link #each}. */
  private final double[] diagonalSlopes;

  private final float[] anchorFactors;
  private final double[] weightedScores;

  /** The same of a cell, for each job: of anchors [job], of members [member][job]. */
  private final float[][] jobMaxima;

  private final double[][] jobSums;
  private final RunningSums[][] memberSums;

  /** Two strips of a worker: maxima of the anchors, and sums of a chunk. */
  private final float[][] strips;

  private final int stride;

  private double temperature;
  private LogitScale scale;
  private double upstream;
  private double loss;
  private double each;
  private float typicalScore;
  private ExpMath.RowTerms anchorTerms;

  /**
   * A loss over the cells of an engine.
   *
   * @param batch rows of each modality
   * @param temperature where none is bound
   */
  public ProductLoss(Resources resources, NwayCell cell, int batch, double temperature) {
    this.exps = resources.simd().exps();
    this.math = resources.simd().strips();
    this.count = cell.members() + 1;
    this.batch = batch;
    this.defaultTemperature = temperature;
    this.sums = new RunningSums[count];
    Arrays.setAll(sums, p -> new RunningSums(resources, batch));
    this.diagonal = resources.floats(batch);
    this.diagonalSlopes = resources.doubles(batch);
    this.anchorFactors = resources.floats(Simd.room(batch));
    this.weightedScores = resources.doubles(batch);
    int jobs = cell.maxJobs();
    this.stride = NwayChunk.stride(cell);
    this.jobMaxima = resources.floats(jobs, stride);
    this.jobSums = resources.doubles(jobs, stride);
    this.memberSums = new RunningSums[cell.members()][jobs];
    for (int l = 0; l < cell.members(); l++) {
      int rows = cell.rowsOfJob(l);
      Arrays.setAll(memberSums[l], job -> new RunningSums(resources, rows));
    }
    this.strips = resources.scratch(2 * stride);
  }

  @Override
  public void begin(Bindings in, Bindings out) {
    temperature = Scalars.input(in, "temperature", defaultTemperature);
    scale = LogitScale.of(1 / temperature);
    upstream = Scalars.input(in, "grad_loss", 1);
    for (RunningSums slices : sums) {
      slices.clear(scale.magnitude());
    }
    Arrays.fill(weightedScores, 0);
  }

  @Override
  public void beginCell(NwayCell cell) {
    for (int job = 0; job < cell.jobs(); job++) {
      Arrays.fill(jobMaxima[job], Float.NEGATIVE_INFINITY);
      Arrays.fill(jobSums[job], 0);
      for (int l = 0; l < cell.members(); l++) {
        memberSums[l][job].clear(scale.magnitude());
      }
    }
  }

  @Override
  public void add(NwayChunk chunk) {
    leaveOutDiagonal(chunk);
    int anchors = chunk.cell.anchorCount;
    float[] own = strips[chunk.worker];
    float[] tops = jobMaxima[chunk.job];
    System.arraycopy(tops, 0, own, 0, anchors);
    float[] rowTops = new float[chunk.lastRows()];
    for (int j = 0; j < rowTops.length; j++) {
      scale.orient(chunk.scores, j * chunk.stride, anchors);
      rowTops[j] = exps.maxima(chunk.scores, j * chunk.stride, own, 0, anchors);
    }
    double[] total = jobSums[chunk.job];
    for (int i = 0; i < anchors; i++) {
      if (own[i] != tops[i] && total[i] != 0) {
        total[i] *= Math.exp((tops[i] - (double) own[i]) * scale.magnitude());
      }
      tops[i] = own[i];
    }
    Arrays.fill(own, stride, 2 * stride, 0);
    float exponent = scale.exponent();
    for (int j = 0; j < rowTops.length; j++) {
      Strip strip = chunk.strip(j);
      double sum = exps.softmaxSums(strip, exponent, own, 0, stride, exponent, rowTops[j]);
      addToMembers(chunk, sum, rowTops[j]);
    }
    for (int i = 0; i < anchors; i++) {
      total[i] += own[stride + i];
    }
  }

  private void leaveOutDiagonal(NwayChunk chunk) {
    for (int j = 0; j < chunk.lastRows(); j++) {
      Strip strip = chunk.strip(j);
      int matching = matching(chunk);
      if (matching >= 0) {
        int at = strip.scoresAt + matching - strip.anchor;
        diagonal[matching] = strip.scores[at];
        strip.scores[at] = scale.leftOut();
      }
    }
  }

  private void addToMembers(NwayChunk chunk, double sum, float top) {
    for (int l = 0; l <= chunk.last(); l++) {
      int row = chunk.cell.rowInJob(l, chunk.rows[l]);
      memberSums[l][chunk.job].add(row, sum, top);
    }
  }

  /** The anchor of the cell with the index that all members have at the rows of a chunk, or -1. */
  private static int matching(NwayChunk chunk) {
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
  public void mergeCell(NwayCell cell) {
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

  /** The diagonal joins the sums. */
  @Override
  public void end() {
    double total = 0;
    for (int i = 0; i < batch; i++) {
      diagonalSlopes[i] = 0;
      for (RunningSums slices : sums) {
        double others = CrossEntropy.margin(slices.log(i), scale.logit(diagonal[i]));
        total += CrossEntropy.loss(others);
        diagonalSlopes[i] -= CrossEntropy.others(others);
        slices.add(i, 1, scale.sign() * diagonal[i]);
      }
    }
    loss = total / ((double) count * batch);
  }

  @Override
  public void beginWeights() {
    each = upstream / ((double) count * batch * temperature);
    for (int i = 0; i < batch; i++) {
      anchorFactors[i] = (float) (each / sums[0].sum(i));
    }
    anchorTerms = new ExpMath.RowTerms(scale.exponent(), sums[0].maxima(), anchorFactors);
    typicalScore = scale.sign() * (float) sums[0].meanMaximum(batch);
  }

  @Override
  public void weigh(NwayChunk chunk, Strip strip) {
    float maximum = Float.POSITIVE_INFINITY;
    for (int l = 0; l <= chunk.last(); l++) {
      maximum = Math.min(maximum, sums[l + 1].maximum(chunk.index(l)));
    }
    double factor = 0;
    for (int l = 0; l <= chunk.last(); l++) {
      int index = chunk.index(l);
      double rest = (maximum - (double) sums[l + 1].maximum(index)) * scale.magnitude();
      factor += each * Math.exp(rest) / sums[l + 1].sum(index);
    }
    scale.orient(strip.scores, strip.scoresAt, strip.length);
    exps.softmaxWeights(strip, anchorTerms, scale.exponent(), maximum, (float) factor, 0);
    scale.orient(strip.scores, strip.scoresAt, strip.length);
    int matching = matching(chunk);
    if (matching >= 0) {
      strip.weights[strip.weightsAt + matching - strip.anchor] =
          (float) (each * diagonalSlopes[matching]);
    }
    // Weights add up to 0, so a constant taken from the scores changes rounding only.
    weightedScores[chunk.index(0)] +=
        math.shiftedDot(
            strip.weights,
            strip.weightsAt,
            strip.scores,
            strip.scoresAt,
            typicalScore,
            strip.length);
  }

  @Override
  public void write(Bindings out, boolean accumulate) {
    Scalars.output(out, "loss", loss, false);
    double ofTemperature = -Arrays.stream(weightedScores).sum() / temperature;
    Scalars.output(out, "grad_temperature", ofTemperature, accumulate);
  }
}
