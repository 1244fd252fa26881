package io.gramian.cpu.nway;

import io.gramian.Specs;
import io.gramian.UnsupportedOpException;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.pair.PairScore;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.op.Similarity;
import java.util.Arrays;
import java.util.List;

/**
 * A similarity of index tuples as a functor of {@link NwayEngine}: scores of a chunk, and weights
 * of scores turned into gradients of the rows of a cell. What a job finds out goes to places of its
 * own; {@link #addJobs} puts them together in the order of the jobs.
 */
abstract class NwayScore {
  final NwayTile tile;
  final NwayCell cell;

  /** One per worker. */
  final NwayChunk[] chunks;

  NwayScore(Resources resources, NwayTile tile) {
    this.tile = tile;
    this.cell = tile.cell;
    this.chunks = new NwayChunk[resources.workers().threads()];
    Arrays.setAll(chunks, worker -> new NwayChunk(resources, cell, worker));
  }

  /**
   * The functor of a similarity of the named inputs, the anchor first.
   *
   * @param backward whether there will be gradients
   */
  static NwayScore of(
      Similarity similarity,
      Resources resources,
      Specs inputs,
      List<String> names,
      boolean normalize,
      boolean backward) {
    int[] rows =
        names.stream().mapToInt(name -> Math.toIntExact(inputs.get(name).size(0))).toArray();
    return switch (similarity) {
      case Similarity.Mip _ -> {
        // Every job has gradients of all anchors of a cell.
        NwayCell cell = new NwayCell(rows, 192, 2 * TileKernel.ROWS);
        NwayTile tile = new NwayTile(resources, cell, inputs, names, normalize, backward);
        yield new MipNwayScore(resources, tile, backward);
      }
      default -> {
        NwayCell cell = new NwayCell(rows, 480, TileKernel.ROWS);
        int threads = resources.workers().threads();
        PairScore score = PairScore.of(similarity, resources, rows[0], threads, cell.members());
        if (!score.takesIndexTuples()) {
          throw new UnsupportedOpException(
              "backend cpu does not score index tuples of three modalities or more by similarity "
                  + similarity.label()
                  + "; use backend reference, or negatives = tuples");
        }
        NwayTile tile = new NwayTile(resources, cell, inputs, names, normalize, backward);
        yield new GramNwayScore(resources, tile, score, backward);
      }
    };
  }

  /** Takes a squared norm, once for every row of a run. */
  void measured(int modality, int row, double squaredNorm) {}

  /** The cell has moved; tells the members that have other rows than before. */
  void loaded(boolean[] changed) {}

  /** Scores a chunk. */
  abstract void score(NwayChunk chunk);

  /** Starts to make gradients, of those modalities that are wanted. */
  abstract void begin(List<Gradient> outputs);

  /** Forgets the gradients of the jobs. */
  abstract void clearJobs();

  /** Scores a chunk, weighs the scores and adds up gradients of the job. */
  abstract void weigh(NwayChunk chunk, NwayObjective objective);

  /**
   * Adds the gradients of the jobs of a cell to those of all rows.
   *
   * @param gradients of each modality, the anchor first, {@link NwayTile#width} values a row
   */
  abstract void addJobs(List<Gradient> outputs, float[][] gradients);

  /** The gradient with respect to the squared norm of an anchor. */
  double normGradient(int anchor) {
    return 0;
  }
}
