package io.gramian.cpu.nway;

import io.gramian.Bindings;
import io.gramian.Specs;
import io.gramian.cpu.device.Workers;
import io.gramian.cpu.simd.PackedRows;
import io.gramian.cpu.simd.Panels;
import io.gramian.cpu.simd.Resources;
import io.gramian.cpu.simd.Simd;
import io.gramian.cpu.simd.TileKernel;
import io.gramian.cpu.simd.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows of all modalities in an {@link NwayCell}, packed for its gemms. */
final class NwayTile {
  /** Rows that a task reads or writes, whole bands. */
  static final int BLOCK = 3 * TileKernel.ROWS;

  final Simd simd;
  final NwayCell cell;
  final int d;

  /** Values from one row of a gradient to the next. */
  final int width;

  /** Values from one row of a member to the next: no large power of two, see the cache. */
  final int valueStride;

  /** All modalities, the anchor first. */
  final List<Vectors> modalities = new ArrayList<>();

  /** The anchors of the cell, as rows too for gradients. */
  final PackedRows anchors;

  /** Rows of the members in the cell; and packed, for gradients. */
  final float[][] values;

  final Panels[] memberPanels;

  private final Workers workers;
  private final List<String> names;
  private final float[][] scratch;
  private final int[] loaded;
  private int loadedAnchor;

  /**
   * Tiles of the named inputs [B_p,d], the anchor first.
   *
   * @param backward whether there will be gradients
   */
  NwayTile(
      Resources resources,
      NwayCell cell,
      Specs inputs,
      List<String> names,
      boolean normalize,
      boolean backward) {
    this.simd = resources.simd();
    this.workers = resources.workers();
    this.cell = cell;
    this.names = names;
    this.d = Math.toIntExact(inputs.get(names.getFirst()).size(1));
    this.width = Panels.padded(d, simd.gemm().columns());
    this.valueStride = width + Simd.PADDING;
    for (String name : names) {
      int count = Math.toIntExact(inputs.get(name).size(0));
      modalities.add(new Vectors(resources, count, d, normalize));
    }
    this.anchors = new PackedRows(resources, cell.tileAnchors, d, backward);
    int members = cell.members();
    this.values = new float[members][];
    Arrays.setAll(values, l -> resources.floats(cell.blocks[l] * valueStride));
    this.memberPanels = new Panels[backward ? members : 0];
    Arrays.setAll(memberPanels, l -> new Panels(resources, cell.blocks[l], d));
    this.scratch = resources.scratch(simd.gemm().columns() * width);
    this.loaded = new int[members];
  }

  /** Takes a squared norm. */
  interface Measured {
    void norm(int modality, int row, double squaredNorm);
  }

  /** Takes the tensors of a run and reads all rows once. */
  void prepare(Bindings in, Measured measured) {
    Arrays.fill(loaded, -1);
    loadedAnchor = -1;
    for (int p = 0; p < modalities.size(); p++) {
      int modality = p;
      Vectors rows = modalities.get(p);
      rows.bind(in.get(names.get(p)), Vectors.Absent.NONE);
      forBlocks(
          rows.count(),
          (from, to, worker) -> {
            float[] row = scratch[worker];
            for (int i = from; i < to; i++) {
              rows.measure(i, row, 0);
              measured.norm(modality, i, simd.strips().exactDot(row, 0, row, 0, d));
            }
          });
    }
  }

  /**
   * Reads the rows of the cell.
   *
   * @return which members have other rows than before
   */
  boolean[] load() {
    boolean[] changed = new boolean[loaded.length];
    for (int l = 0; l < loaded.length; l++) {
      changed[l] = loaded[l] != cell.first[l];
      if (changed[l]) {
        loaded[l] = cell.first[l];
        loadMember(l);
      }
    }
    if (loadedAnchor != cell.anchor) {
      loadedAnchor = cell.anchor;
      anchors.resize(cell.anchorCount, true);
      Vectors source = modalities.getFirst();
      workers.run(
          anchors.panels(),
          (panel, worker) ->
              anchors.pack(panel, source::read, cell.anchor, scratch[worker], width));
    }
    return changed;
  }

  private void loadMember(int l) {
    if (memberPanels.length > 0) {
      memberPanels[l].resize(cell.size[l], d);
    }
    forBlocks(
        cell.size[l],
        (from, to, worker) -> {
          for (int i = from; i < to; i++) {
            modalities.get(l + 1).read(cell.first[l] + i, values[l], i * valueStride);
            if (memberPanels.length > 0) {
              memberPanels[l].setRow(i, values[l], i * valueStride);
            }
          }
        });
  }

  /** A scratch row of a worker. */
  float[] scratchRow(int worker) {
    return scratch[worker];
  }

  /** Does something with a block of rows. */
  @FunctionalInterface
  interface RowTask {
    void run(int from, int to, int worker);
  }

  /** Does something with all blocks of rows on all threads. */
  void forBlocks(int rows, RowTask body) {
    workers.run(
        Math.ceilDiv(rows, BLOCK),
        (task, worker) -> body.run(task * BLOCK, Math.min(task * BLOCK + BLOCK, rows), worker));
  }
}
