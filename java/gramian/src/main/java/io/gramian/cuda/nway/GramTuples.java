package io.gramian.cuda.nway;

import io.gramian.cuda.abi.ElementType;
import io.gramian.cuda.abi.NwayConstants;
import io.gramian.cuda.abi.NwayScoresParams;
import io.gramian.cuda.abi.NwayTablesParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.op.Similarity;

/**
 * Index tuples whose score is a function of inner products: tables of these are made once per run,
 * scores and the gradients of the products come from the tables.
 */
final class GramTuples extends NwayTuples {
  private static final int VECTOR_BYTES = NwayConstants.SCORE_WIDTH * Float.BYTES;

  /** Rows of the last outer modality in a tile of outer tuples. */
  private static final int TILE_B = NwayConstants.SCORE_THREADS / NwayConstants.SCORE_TILE_A;

  private final int n;
  private final GramTables tables;
  private final KernelLaunch<NwayTablesParams> tablesLaunch;
  private final KernelLaunch<NwayScoresParams> scoresLaunch;
  private final GramGradients gradients;

  GramTuples(
      CudaDevice device,
      Similarity similarity,
      Modalities modalities,
      TupleBox largest,
      boolean accumulate,
      Scratch scratch,
      LaunchList launches) {
    super(device, modalities, launches);
    this.n = modalities.count();
    this.tables = new GramTables(modalities.rows(), scratch);
    this.tablesLaunch =
        launches.add(
            device,
            kernel("tables", modalities, NwayConstants.TABLE_THREADS, NwayTablesParams.TYPE));
    modalities.describe(tablesLaunch.parameter().rows());
    tables.describe(tablesLaunch.parameter().tables());
    NwayScore score = NwayScore.of(similarity);
    this.scoresLaunch =
        launches.add(
            device, score.kernel("scores", n, NwayConstants.SCORE_THREADS, NwayScoresParams.TYPE));
    NwayScoresParams p = scoresLaunch.parameter();
    tables.describe(p.source().tables());
    p.source().minimum(score.minimum());
    p.columnThreads(columnThreads(modalities.rows(n - 1)));
    this.gradients =
        new GramGradients(
            device, score, modalities, tables, largest, accumulate, scratch, launches);
  }

  /** Threads of a block along the last axis; the others go over outer tuples beside them. */
  static int columnThreads(int columns) {
    int threads = 1;
    while (threads < NwayConstants.SCORE_THREADS && threads * NwayConstants.SCORE_WIDTH < columns) {
      threads *= 2;
    }
    return threads;
  }

  @Override
  public void bind(long address) {
    super.bind(address);
    modalities.bind(tablesLaunch.parameter().lengths(), address);
    tables.bind(tablesLaunch.parameter().tables(), address);
    modalities.bind(scoresLaunch.parameter().source().lengths(), address);
    tables.bind(scoresLaunch.parameter().source().tables(), address);
    gradients.bind(address);
  }

  @Override
  public void bind(int modality, long data, long gradient) {
    super.bind(modality, data, gradient);
    tablesLaunch.parameter().rows().data(modality, data);
    gradients.bind(modality, data, gradient);
  }

  @Override
  public void begin(long stream) {
    super.begin(stream);
    int tiles = Math.ceilDiv(modalities.mostRows(), NwayConstants.TABLE_TILE);
    if (tiles > 0) {
      tablesLaunch.enqueue(stream, tiles, tiles, GramTables.pairs(n));
    }
  }

  @Override
  public void scores(long stream, TupleBox box, long address, long[] strides) {
    if (box.tuples() == 0) {
      return;
    }
    int[] count = box.count();
    NwayScoresParams p = scoresLaunch.parameter();
    box.write(p.source().box());
    boolean aligned = address % VECTOR_BYTES == 0;
    for (int axis = 0; axis < n - 1; axis++) {
      p.stride(axis, strides[axis]);
      aligned &= strides[axis] % NwayConstants.SCORE_WIDTH == 0 || count[axis] == 1;
    }
    int tilesA = Math.ceilDiv(count[n - 3], NwayConstants.SCORE_TILE_A);
    int tilesB = Math.ceilDiv(count[n - 2], TILE_B);
    p.scores(address).tilesA(tilesA).tilesB(tilesB).vectorStores(aligned);
    long blocks = (long) tilesA * tilesB;
    for (int axis = 0; axis < n - 3; axis++) {
      blocks *= count[axis];
    }
    int columns = columnThreads(modalities.rows(n - 1)) * NwayConstants.SCORE_WIDTH;
    scoresLaunch.enqueue(stream, Math.toIntExact(blocks), Math.ceilDiv(count[n - 1], columns), 1);
  }

  @Override
  public void clear(long stream) {
    gradients.clear(stream);
  }

  @Override
  public void backward(long stream, TupleBox box, long address, ElementType type, long[] strides) {
    if (box.tuples() > 0) {
      gradients.backward(stream, box, address, type, strides);
    }
  }

  @Override
  public void finish(long stream) {
    gradients.finish(stream);
  }
}
