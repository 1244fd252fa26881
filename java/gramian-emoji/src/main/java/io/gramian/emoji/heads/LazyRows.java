package io.gramian.emoji.heads;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Weights with a row per feature, of which a batch touches some. A step moves only those rows; what
 * the steps since did to another row is made up for when it is next wanted, by {@link MissedSteps},
 * so that training goes as if every step had moved all rows.
 */
final class LazyRows implements Trained {
  /** Rows that one task moves. */
  private static final int CHUNK = 64;

  private final float[][] value;
  private final float[][] mean;
  private final float[][] square;

  /** The latest step that each row has made. */
  private final int[] made;

  private final MissedSteps history = new MissedSteps();
  private FeatureLists touched;
  private float[][] outGradient;

  /**
   * @param value the initial rows; kept
   */
  LazyRows(float[][] value) {
    this.value = value;
    this.mean = new float[value.length][value[0].length];
    this.square = new float[value.length][value[0].length];
    this.made = new int[value.length];
  }

  /** The rows; those that {@link #catchUp} was asked for are up to date. */
  float[][] rows() {
    return value;
  }

  /** Makes the steps that some rows have missed. */
  void catchUp(int[] rows) {
    int now = history.steps();
    Map<Integer, MissedSteps.Effect> effects = new HashMap<>();
    for (int row : rows) {
      if (made[row] < now) {
        effects.computeIfAbsent(made[row], history::since);
      }
    }
    forEachChunk(
        rows.length,
        (begin, end) -> {
          for (int r = begin; r < end; r++) {
            int row = rows[r];
            if (made[row] < now) {
              effects.get(made[row]).apply(value[row], mean[row], square[row]);
              made[row] = now;
            }
          }
        });
  }

  /**
   * Tells the gradient of the rows, which is only computed where it is used.
   *
   * @param lists the batch by feature; its features have been caught up with
   * @param gradient of the layer's output, a row per sample of the batch
   */
  void gradient(FeatureLists lists, float[][] gradient) {
    touched = lists;
    outGradient = gradient;
  }

  @Override
  public void move(AdamW.Step step) {
    history.add(step);
    if (touched == null) {
      return;
    }
    FeatureLists lists = touched;
    forEachChunk(
        lists.present().length,
        (begin, end) -> {
          for (int f = begin; f < end; f++) {
            int row = lists.present()[f];
            float[] sum = new float[value[row].length];
            Combination.add(
                lists.values(),
                outGradient,
                lists.samples(),
                lists.begins()[f],
                lists.begins()[f + 1],
                sum);
            step.apply(value[row], sum, mean[row], square[row], 0, sum.length, true);
            made[row] = step.number();
          }
        });
    touched = null;
    outGradient = null;
  }

  private interface Chunk {
    void run(int begin, int end);
  }

  private static void forEachChunk(int rows, Chunk chunk) {
    IntStream.range(0, Math.ceilDiv(rows, CHUNK))
        .parallel()
        .forEach(c -> chunk.run(c * CHUNK, Math.min((c + 1) * CHUNK, rows)));
  }

  @Override
  public void remember(AdamW.Step step) {
    history.add(step);
  }

  @Override
  public Map<String, float[]> save() {
    float[] steps = new float[made.length];
    for (int row = 0; row < made.length; row++) {
      steps[row] = made[row];
    }
    return Map.of(
        "value", new Matrix(value).toFlat(),
        "mean", new Matrix(mean).toFlat(),
        "square", new Matrix(square).toFlat(),
        "made", steps);
  }

  @Override
  public void restore(Map<String, float[]> state) {
    restore(state, "value", value);
    restore(state, "mean", mean);
    restore(state, "square", square);
    float[] steps = Trained.saved(state, "made", made.length);
    for (int row = 0; row < made.length; row++) {
      made[row] = Math.clamp((long) steps[row], 0, history.steps());
    }
  }

  private static void restore(Map<String, float[]> state, String name, float[][] to) {
    int columns = to[0].length;
    float[] flat = Trained.saved(state, name, to.length * columns);
    for (int row = 0; row < to.length; row++) {
      System.arraycopy(flat, row * columns, to[row], 0, columns);
    }
  }
}
