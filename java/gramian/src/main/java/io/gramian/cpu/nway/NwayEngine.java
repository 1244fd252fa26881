package io.gramian.cpu.nway;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Vectors;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The engine of ops over all index tuples of N modalities: scores and their gradients, cell by cell
 * (see {@link NwayCell}), in memory for the gradients and one cell, with functors for scores
 * ({@link NwayScore}) and for what is made of them ({@link NwayObjective}). The first modality is
 * the anchor. Cells, jobs and the order in which they are added do not depend on the number of
 * threads.
 */
public final class NwayEngine {
  private final Workers workers;
  private final List<String> names;
  private final boolean backward;
  private final NwayScore score;
  private final NwayTile tile;
  private final NwayCell cell;

  /** Gradients of all modalities; empty where they will not be made. */
  private final float[][] gradients;

  /**
   * An engine for fixed sizes.
   *
   * @param names of the inputs [B_p,d], the anchor first
   * @param backward whether there will be gradients
   */
  public NwayEngine(
      Resources resources,
      Similarity similarity,
      boolean normalize,
      Specs inputs,
      List<String> names,
      boolean backward) {
    this.workers = resources.workers();
    this.names = names;
    this.backward = backward;
    this.score = NwayScore.of(similarity, resources, inputs, names, normalize, backward);
    this.tile = score.tile;
    this.cell = score.cell;
    this.gradients = new float[names.size()][];
    for (int p = 0; p < gradients.length; p++) {
      int rows = Panels.paddedRows(tile.modalities.get(p).count());
      gradients[p] = resources.floats(backward ? Math.multiplyExact(rows, tile.width) : 0);
    }
  }

  /** What it goes through. */
  public NwayCell cell() {
    return cell;
  }

  /**
   * A whole run.
   *
   * @param accumulate whether gradients are added to what is there
   */
  public void run(NwayObjective objective, Bindings in, Bindings out, boolean accumulate) {
    tile.prepare(in, score::measured);
    objective.begin(in, out);
    if (objective.needsScores()) {
      forward(objective);
    }
    if (backward) {
      backward(
          objective,
          names.stream().map(name -> Gradient.of(out, "grad_" + name, accumulate)).toList());
    }
    objective.write(out, accumulate);
  }

  private void forward(NwayObjective objective) {
    for (boolean more = cell.start(); more; more = cell.next()) {
      score.loaded(tile.load());
      objective.beginCell(cell);
      forEachChunk(
          chunk -> {
            score.score(chunk);
            objective.add(chunk);
          });
      objective.mergeCell(cell);
    }
    objective.end();
  }

  private void backward(NwayObjective objective, List<Gradient> outputs) {
    for (float[] gradient : gradients) {
      Arrays.fill(gradient, 0);
    }
    objective.beginWeights();
    score.begin(outputs);
    for (boolean more = cell.start(); more; more = cell.next()) {
      score.loaded(tile.load());
      score.clearJobs();
      forEachChunk(chunk -> score.weigh(chunk, objective));
      score.addJobs(outputs, gradients);
    }
    for (int p = 0; p < outputs.size(); p++) {
      if (outputs.get(p).isWanted()) {
        write(p, outputs.get(p));
      }
    }
  }

  private void forEachChunk(Consumer<NwayChunk> action) {
    workers.run(
        cell.jobs(),
        (job, worker) -> {
          NwayChunk chunk = score.chunks[worker];
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

  private void write(int modality, Gradient output) {
    Vectors rows = tile.modalities.get(modality);
    float[] gradient = gradients[modality];
    int width = tile.width;
    tile.forBlocks(
        rows.count(),
        (from, to, worker) -> {
          float[] row = tile.scratchRow(worker);
          for (int i = from; i < to; i++) {
            rows.read(i, row, 0);
            if (modality == 0) {
              float factor = (float) (2 * score.normGradient(i));
              tile.simd.strips().addScaled(row, 0, factor, gradient, i * width, tile.d);
            }
            rows.backward(i, row, 0, gradient, i * width);
            output.write(i, gradient, i * width);
          }
        });
  }
}
