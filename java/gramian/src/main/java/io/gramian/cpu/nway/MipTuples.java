package io.gramian.cpu.nway;

import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.simd.Bands;
import io.gramian.cpu.simd.Left;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Product;
import io.gramian.cpu.simd.Simd;
import java.util.Arrays;
import java.util.List;

/**
 * Index tuples whose score is the multilinear inner product: the elementwise products of members
 * times the anchors in a matrix product.
 */
final class MipTuples extends IndexTuples {
  private final int stride;
  private final int lastRows;
  private final Scratch[] scratch;

  /** Gradients of the anchors of the cell: [job]. */
  private final float[][] ofAnchors;

  /** Gradients of the members: [l][job]; of the first one every row belongs to one job. */
  private final float[][][] ofMembers;

  private boolean wantsAnchors;
  private boolean wantsMembers;

  MipTuples(
      CpuDevice device, IndexCell cell, int[] rows, int d, boolean normalize, boolean backward) {
    super(device, cell, rows, d, normalize, backward);
    this.stride = cell.tileAnchors + Simd.PADDING;
    this.lastRows = cell.blocks[cell.members() - 1];
    this.scratch = new Scratch[workers.threads()];
    Arrays.setAll(scratch, worker -> new Scratch(backward));
    int jobs = backward ? cell.maxJobs() : 0;
    this.ofAnchors = new float[jobs][cell.tileAnchors * width];
    this.ofMembers = new float[backward ? cell.members() : 0][][];
    for (int l = 0; l < ofMembers.length; l++) {
      ofMembers[l] = new float[l == 0 ? 1 : jobs][cell.blocks[l] * width];
    }
  }

  /** Arrays of a worker. */
  private final class Scratch {
    /** The product of the rows of all members but the last, and its gradient. */
    final float[] prefix = new float[width];

    final float[] ofPrefix = new float[width];

    /** Its products with the rows of the last member; packed; and their gradients. */
    final float[] rows = new float[lastRows * valueStride];

    final Panels panels;
    final float[] ofRows;
    final float[] weights;

    /** The weights of all anchors of the cell. */
    final Bands bands;

    Scratch(boolean backward) {
      panels = backward ? new Panels(simd.tiles(), lastRows, d) : null;
      ofRows = new float[backward ? lastRows * width : 0];
      weights = new float[backward ? lastRows * stride : 0];
      bands = backward ? new Bands(simd.tiles(), cell.tileAnchors, lastRows) : null;
    }

    public long bytes() {
      long floats = 2L * width + rows.length + ofRows.length + weights.length;
      return 4 * floats + (panels == null ? 0 : panels.bytes() + bands.bytes());
    }
  }

  @Override
  public long bytes() {
    long bytes = super.bytes() + scratch.length * scratch[0].bytes();
    for (float[] job : ofAnchors) {
      bytes += 4L * job.length;
    }
    for (float[][] member : ofMembers) {
      bytes += 4L * member.length * member[0].length;
    }
    return bytes;
  }

  @Override
  void measured(int modality, int row, double squaredNorm) {}

  @Override
  void membersLoaded(boolean[] changed) {}

  @Override
  void cellLoaded() {}

  @Override
  void score(IndexChunk chunk) {
    Scratch own = scratch[chunk.worker];
    int last = chunk.last();
    multiplyAllBut(last, chunk, own.prefix);
    for (int j = 0; j < chunk.lastRows(); j++) {
      int at = j * valueStride;
      simd.strips().multiply(own.prefix, 0, values[last], at, own.rows, at, d);
    }
    Product.multiply(
        simd.tiles(),
        Left.rows(own.rows, 0, valueStride),
        0,
        chunk.lastRows(),
        anchorColumns,
        chunk.scores,
        0,
        chunk.stride,
        false);
  }

  /** The product of the rows of the members before the last, one of them left out. */
  private void multiplyAllBut(int left, IndexChunk chunk, float[] to) {
    Arrays.fill(to, 1);
    for (int l = 0; l < chunk.last(); l++) {
      if (l != left) {
        simd.strips().multiply(to, 0, values[l], chunk.rows[l] * valueStride, to, 0, d);
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
  void weigh(IndexChunk chunk, IndexObjective objective) {
    score(chunk);
    Scratch own = scratch[chunk.worker];
    for (int j = 0; j < chunk.lastRows(); j++) {
      chunk.rows[chunk.last()] = j;
      objective.weigh(chunk, own.weights, j * stride);
    }
    if (wantsAnchors) {
      addAnchors(chunk, own);
    }
    if (wantsMembers) {
      addMembers(chunk, own);
    }
  }

  /** dA += W^T Q. */
  private void addAnchors(IndexChunk chunk, Scratch own) {
    own.panels.resize(chunk.lastRows(), d);
    for (int j = 0; j < chunk.lastRows(); j++) {
      own.panels.setRow(j, own.rows, j * valueStride);
    }
    Product.multiply(
        simd.tiles(),
        own.bands.ofColumns(own.weights, 0, stride, cell.anchorCount, chunk.lastRows()),
        0,
        cell.anchorCount,
        own.panels,
        ofAnchors[chunk.job],
        0,
        width,
        true);
  }

  /** dQ = W A, and from there to the members that Q is the product of. */
  private void addMembers(IndexChunk chunk, Scratch own) {
    Product.multiply(
        simd.tiles(),
        Left.rows(own.weights, 0, stride),
        0,
        chunk.lastRows(),
        anchorPanels,
        own.ofRows,
        0,
        width,
        false);
    int last = chunk.last();
    Arrays.fill(own.ofPrefix, 0);
    for (int j = 0; j < chunk.lastRows(); j++) {
      int at = j * width;
      addProduct(own.ofRows, at, values[last], j * valueStride, own.ofPrefix, 0);
      addProduct(own.ofRows, at, own.prefix, 0, ofMembers[last][chunk.job], at);
    }
    for (int l = 0; l < last; l++) {
      multiplyAllBut(l, chunk, own.prefix);
      float[] to = ofMembers[l][l == 0 ? 0 : chunk.job];
      addProduct(own.ofPrefix, 0, own.prefix, 0, to, chunk.rows[l] * width);
    }
  }

  /** out += x * y. */
  private void addProduct(float[] x, int xAt, float[] y, int yAt, float[] out, int outAt) {
    for (int z = 0; z < d; z++) {
      out[outAt + z] += x[xAt + z] * y[yAt + z];
    }
  }

  @Override
  void addJobs(List<Gradient> outputs) {
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
    forBlocks(
        rows,
        (from, end, worker) -> {
          int length = (end - from) * width;
          for (int part = 0; part < count; part++) {
            int at = from * width;
            simd.strips().addScaled(parts[part], at, 1, to, firstRow * width + at, length);
          }
        });
  }

  /** Norms have no part in it. */
  @Override
  double normGradient(int anchor) {
    return 0;
  }
}
