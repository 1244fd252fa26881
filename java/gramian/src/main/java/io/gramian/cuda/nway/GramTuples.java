package io.gramian.cuda.nway;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.UnsupportedOpException;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.op.Similarity;
import java.lang.foreign.MemorySegment;

/**
 * Index tuples whose score is a function of inner products: tables of these are made once per run,
 * scores and the gradients of the products come from the tables.
 */
final class GramTuples extends NwayTuples {
  private static final int TABLE_THREADS = 256;
  private static final int SCORE_THREADS = 128;
  private static final int SCORE_WIDTH = 4;
  private static final int VECTOR_BYTES = 16;
  private static final int TILE_A = 8;

  private final int n;
  private final GramTables tables;
  private final Launch tablesLaunch;
  private final Launch scoresLaunch;
  private final GramGradients gradients;

  GramTuples(
      CudaDevice device,
      Similarity similarity,
      NwayRows rows,
      NwayBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    super(device, rows, launches);
    this.n = rows.modalities();
    this.tables = new GramTables(rows.counts(), scratch);
    this.tablesLaunch =
        launches.add(
            device.kernel(IMAGE, "nway_tables_" + rows.dtype()),
            TABLE_THREADS,
            0,
            TablesParameter.BYTES);
    TablesParameter.ROWS.prepare(tablesLaunch.parameter(), rows);
    tables.prepare(tablesLaunch.parameter(), TablesParameter.TABLES);
    this.scoresLaunch =
        launches.add(
            device.kernel(IMAGE, "nway_scores_n" + n), SCORE_THREADS, 0, ScoresParameter.BYTES);
    MemorySegment p = scoresLaunch.parameter();
    ScoresParameter.SOURCE.prepare(p, kind(similarity), minimum(similarity));
    tables.prepare(p, ScoresParameter.SOURCE.tables());
    int columnThreads = columnThreads(rows.count(n - 1));
    p.set(JAVA_INT, ScoresParameter.COLUMN_THREADS, columnThreads);
    this.gradients =
        wantsGradients()
            ? new GramGradients(
                device, similarity, rows, tables, largest, accumulate, scratch, launches)
            : null;
  }

  /** How kernels name a score. */
  static int kind(Similarity similarity) {
    return switch (similarity) {
      case Similarity.Cosine _, Similarity.Mip _ ->
          throw new IllegalArgumentException("no kernel of tables for " + similarity.label());
      case Similarity.Volume _ -> 1;
      case Similarity.Jgcs _ -> 2;
      case Similarity.JgcsSquared _ -> 3;
      case Similarity.Area _ -> 4;
      default ->
          throw new UnsupportedOpException(
              "there are no CUDA kernels for index tuples of similarity "
                  + similarity.label()
                  + "; use backend reference");
    };
  }

  /** The least score that a gradient is divided by. */
  static double minimum(Similarity similarity) {
    return switch (similarity) {
      case Similarity.Volume volume -> volume.minVolume();
      case Similarity.Jgcs jgcs -> jgcs.minScore();
      default -> 0;
    };
  }

  /** Threads of a block along the last axis; the others go over outer tuples beside them. */
  static int columnThreads(int columns) {
    int threads = 1;
    while (threads < SCORE_THREADS && threads * SCORE_WIDTH < columns) {
      threads *= 2;
    }
    return threads;
  }

  @Override
  public void bind(long address) {
    super.bind(address);
    MemorySegment p = tablesLaunch.parameter();
    TablesParameter.LENGTHS.bind(p, rows, address);
    tables.bind(p, TablesParameter.TABLES, address);
    p = scoresLaunch.parameter();
    ScoresParameter.SOURCE.lengths().bind(p, rows, address);
    tables.bind(p, ScoresParameter.SOURCE.tables(), address);
    if (gradients != null) {
      gradients.bind(address);
    }
  }

  @Override
  public void bind(int modality, long data, long gradient) {
    super.bind(modality, data, gradient);
    TablesParameter.ROWS.bind(tablesLaunch.parameter(), modality, data);
    if (gradients != null) {
      gradients.bind(modality, data, gradient);
    }
  }

  @Override
  public void begin(long stream) {
    super.begin(stream);
    int tiles = Math.ceilDiv(rows.mostRows(), TILE);
    if (tiles > 0) {
      tablesLaunch.enqueue(stream, tiles, tiles, n * (n - 1) / 2);
    }
  }

  @Override
  public void scores(long stream, NwayBox box, long address, long[] strides) {
    if (box.tuples() == 0) {
      return;
    }
    int[] count = box.count();
    MemorySegment p = scoresLaunch.parameter();
    ScoresParameter.SOURCE.box().set(p, box);
    p.set(JAVA_LONG, ScoresParameter.SCORES, address);
    boolean aligned = address % VECTOR_BYTES == 0;
    for (int axis = 0; axis < n - 1; axis++) {
      NwayFields.setLong(p, ScoresParameter.STRIDE, axis, strides[axis]);
      aligned &= strides[axis] % SCORE_WIDTH == 0 || count[axis] == 1;
    }
    int tileA = n >= 3 ? TILE_A : 1;
    int tilesA = n >= 3 ? Math.ceilDiv(count[n - 3], tileA) : 1;
    int tilesB = Math.ceilDiv(count[n - 2], SCORE_THREADS / tileA);
    p.set(JAVA_INT, ScoresParameter.TILES_A, tilesA);
    p.set(JAVA_INT, ScoresParameter.TILES_B, tilesB);
    p.set(JAVA_INT, ScoresParameter.VECTOR_STORES, aligned ? 1 : 0);
    long blocks = (long) tilesA * tilesB;
    for (int axis = 0; axis < n - 3; axis++) {
      blocks *= count[axis];
    }
    int columns = columnThreads(rows.count(n - 1)) * SCORE_WIDTH;
    scoresLaunch.enqueue(stream, Math.toIntExact(blocks), Math.ceilDiv(count[n - 1], columns), 1);
  }

  @Override
  public void clear(long stream) {
    gradients.clear(stream);
  }

  @Override
  public void backward(long stream, NwayBox box, long address, int type, long[] strides) {
    if (box.tuples() > 0) {
      gradients.backward(stream, box, address, type, strides);
    }
  }

  @Override
  public void finish(long stream) {
    gradients.finish(stream);
  }

  /** Struct {@code TablesParams} of kernels/include/gramian/nway/tables.cuh. */
  private static final class TablesParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Rows ROWS = NwayFields.Rows.next(LAYOUT);
    static final NwayFields.Lengths LENGTHS = NwayFields.Lengths.next(LAYOUT);
    static final NwayFields.Tables TABLES = NwayFields.Tables.next(LAYOUT);
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code ScoresParams} of kernels/include/gramian/nway/scores.cuh. */
  private static final class ScoresParameter {
    private static final StructLayout LAYOUT = new StructLayout();
    static final NwayFields.Source SOURCE = NwayFields.Source.next(LAYOUT);
    static final long SCORES = LAYOUT.pointer();
    static final long STRIDE = LAYOUT.int64s(NwayFields.OUTER);
    static final long TILES_A = LAYOUT.int32();
    static final long TILES_B = LAYOUT.int32();
    static final long COLUMN_THREADS = LAYOUT.int32();
    static final long VECTOR_STORES = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
