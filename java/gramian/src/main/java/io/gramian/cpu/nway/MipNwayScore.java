package io.gramian.cpu.nway;

import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Gemm;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Strip;
import io.gramian.cpu.simd.StripMath;
import java.util.Arrays;
import java.util.List;

/**
 * The multilinear inner product of index tuples: the elementwise products of members times the
 * anchors in a gemm.
 */
final class MipNwayScore extends NwayScore {
  private final Gemm gemm;
  private final StripMath math;
  private final int d;
  private final int width;
  private final int valueStride;
  private final int stride;
  private final Scratch[] scratch;

  /** Gradients of the anchors of the cell: [job]. */
  private final float[][] ofAnchors;

  /** Gradients of the members: [l][job]; of the first one every row belongs to one job. */
  private final float[][][] ofMembers;

  private boolean wantsAnchors;
  private boolean wantsMembers;

  MipNwayScore(Resources resources, NwayTile tile, boolean backward) {
    super(resources, tile);
    this.gemm = tile.simd.gemm();
    this.math = tile.simd.strips();
    this.d = tile.d;
    this.width = tile.width;
    this.valueStride = tile.valueStride;
    this.stride = NwayChunk.stride(cell);
    this.scratch = new Scratch[chunks.length];
    Arrays.setAll(scratch, worker -> new Scratch(resources, backward));
    int jobs = backward ? cell.maxJobs() : 0;
    this.ofAnchors = resources.floats(jobs, Panels.paddedRows(cell.tileAnchors) * width);
    this.ofMembers = new float[backward ? cell.members() : 0][][];
    Arrays.setAll(ofMembers, l -> resources.floats(l == 0 ? 1 : jobs, cell.blocks[l] * width));
    for (NwayChunk chunk : chunks) {
      chunk.strip().weights = scratch[chunk.worker].weights;
    }
  }

  /** Arrays of a worker. */
  private final class Scratch {
    /** The elementwise product of the rows of all members but the last, and its gradient. */
    final float[] prefix;

    final float[] ofPrefix;

    /** Its products with the rows of the last member; packed; and their gradients. */
    final float[] rows;

    final Panels panels;
    final float[] ofRows;

    /** Weights of scores; packed. */
    final float[] weights;

    final Bands bands;

    Scratch(Resources resources, boolean backward) {
      int lastRows = cell.blocks[cell.members() - 1];
      int backwardRows = backward ? lastRows : 0;
      prefix = resources.floats(width);
      ofPrefix = resources.floats(width);
      rows = resources.floats(lastRows * valueStride);
      panels = new Panels(resources, backwardRows, d);
      ofRows = resources.floats(backwardRows * width);
      weights = resources.floats(backwardRows * stride);
      bands = new Bands(resources, cell.tileAnchors, backwardRows);
    }
  }

  @Override
  void score(NwayChunk chunk) {
    Scratch own = scratch[chunk.worker];
    int last = chunk.last();
    multiplyAllBut(last, chunk, own.prefix);
    for (int j = 0; j < chunk.lastRows(); j++) {
      int at = j * valueStride;
      math.multiply(own.prefix, 0, tile.values[last], at, own.rows, at, d);
    }
    Left rows = Left.rows(own.rows, 0, valueStride);
    gemm.multiply(rows, chunk.lastRows(), tile.anchors.columns(), chunk.scores, 0, chunk.stride);
  }

  /** The elementwise product of the rows of the members before the last, one of them left out. */
  private void multiplyAllBut(int left, NwayChunk chunk, float[] to) {
    Arrays.fill(to, 1);
    for (int l = 0; l < chunk.last(); l++) {
      if (l != left) {
        math.multiply(to, 0, tile.values[l], chunk.rows[l] * valueStride, to, 0, d);
      }
    }
  }

  @Override
  void begin(List<Gradient> outputs) {
    wantsAnchors = outputs.getFirst().isWanted();
    wantsMembers = outputs.stream().skip(1).anyMatch(Gradient::isWanted);
  }

  @Override
  void clearJobs() {
    for (float[] job : ofAnchors) {
      Arrays.fill(job, 0);
    }
    for (float[][] member : ofMembers) {
      for (float[] job : member) {
        Arrays.fill(job, 0);
      }
    }
  }

  @Override
  void weigh(NwayChunk chunk, NwayObjective objective) {
    score(chunk);
    Scratch own = scratch[chunk.worker];
    for (int j = 0; j < chunk.lastRows(); j++) {
      Strip strip = chunk.strip(j);
      strip.weightsAt = j * stride;
      objective.weigh(chunk, strip);
    }
    if (wantsAnchors) {
      addAnchors(chunk, own);
    }
    if (wantsMembers) {
      addMembers(chunk, own);
    }
  }

  /** dA += W^T Q. */
  private void addAnchors(NwayChunk chunk, Scratch own) {
    own.panels.resize(chunk.lastRows(), d);
    for (int j = 0; j < chunk.lastRows(); j++) {
      own.panels.setRow(j, own.rows, j * valueStride);
    }
    int count = cell.anchorCount;
    Left weights = own.bands.ofColumns(own.weights, 0, stride, count, chunk.lastRows());
    gemm.add(weights, count, own.panels, ofAnchors[chunk.job], 0, width);
  }

  /** dQ = W A, and from there to the members that Q is the elementwise product of. */
  private void addMembers(NwayChunk chunk, Scratch own) {
    Left weights = Left.rows(own.weights, 0, stride);
    gemm.multiply(weights, chunk.lastRows(), tile.anchors.rows(), own.ofRows, 0, width);
    int last = chunk.last();
    Arrays.fill(own.ofPrefix, 0);
    for (int j = 0; j < chunk.lastRows(); j++) {
      int at = j * width;
      addElementwise(own.ofRows, at, tile.values[last], j * valueStride, own.ofPrefix, 0);
      addElementwise(own.ofRows, at, own.prefix, 0, ofMembers[last][chunk.job], at);
    }
    for (int l = 0; l < last; l++) {
      multiplyAllBut(l, chunk, own.prefix);
      float[] to = ofMembers[l][l == 0 ? 0 : chunk.job];
      addElementwise(own.ofPrefix, 0, own.prefix, 0, to, chunk.rows[l] * width);
    }
  }

  /** out += x * y. */
  private void addElementwise(float[] x, int xAt, float[] y, int yAt, float[] out, int outAt) {
    for (int z = 0; z < d; z++) {
      out[outAt + z] += x[xAt + z] * y[yAt + z];
    }
  }

  @Override
  void addJobs(List<Gradient> outputs, float[][] gradients) {
    int jobs = cell.jobs();
    if (wantsAnchors) {
      addUp(ofAnchors, jobs, cell.anchorCount, gradients[0], cell.anchor);
    }
    for (int l = 0; l < cell.members() && wantsMembers; l++) {
      int parts = l == 0 ? 1 : jobs;
      addUp(ofMembers[l], parts, cell.size[l], gradients[l + 1], cell.first[l]);
    }
  }

  private void addUp(float[][] parts, int count, int rows, float[] to, int firstRow) {
    tile.forBlocks(
        rows,
        (from, end, worker) -> {
          int length = (end - from) * width;
          for (int part = 0; part < count; part++) {
            int at = from * width;
            math.addScaled(parts[part], at, 1, to, firstRow * width + at, length);
          }
        });
  }
}
