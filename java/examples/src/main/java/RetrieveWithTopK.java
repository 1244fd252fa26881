// The best tuples for queries, streamed: the matrix of scores is never stored. No GPU is needed.
//
// Maven:  io.gramian:gramian:0.1.0-SNAPSHOT
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Run:    java FLAGS -cp 'lib/*' RetrieveWithTopK.java

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.op.Similarity;
import io.gramian.op.TopK;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;

/** Looks films up, of which there is a picture and a sound, by words about some of them. */
public final class RetrieveWithTopK {
  private static final int FILMS = 20_000;
  private static final int DIMENSION = 64;
  private static final int[] WANTED = {17, 4711, 12_345, 19_999};
  private static final double NOISE = 0.4;

  public static void main(String[] args) {
    // Vectors as a model might give them: what a film is about, and noise of each modality.
    float[] films = random(1, FILMS);
    float[] pictures = noisy(films, 2);
    float[] sounds = noisy(films, 3);
    float[] queries = new float[WANTED.length * DIMENSION];
    for (int i = 0; i < WANTED.length; i++) {
      System.arraycopy(films, WANTED[i] * DIMENSION, queries, i * DIMENSION, DIMENSION);
    }
    queries = noisy(queries, 4);

    // The 3 best tuples per query, and recall@1 and @5. A score is the negative volume of query,
    // picture and sound.
    TopK search = new TopK(Similarity.volume(), true, 3, 1, 5);
    Bindings inputs =
        Bindings.of("anchor", Tensor.of(queries, WANTED.length, DIMENSION))
            .with("modality1", Tensor.of(pictures, FILMS, DIMENSION))
            .with("modality2", Tensor.of(sounds, FILMS, DIMENSION))
            // Which tuple belongs to a query is needed for ranks and recall only.
            .with("labels", Tensor.of(WANTED, WANTED.length));
    try (Device device = Device.open("auto")) {
      Bindings found =
          search.evaluate(device, inputs, Set.of("indices", "scores", "ranks", "recall"));
      int[] indices = found.get("indices").toInts();
      float[] scores = found.get("scores").toFloats();
      int[] ranks = found.get("ranks").toInts();
      for (int i = 0; i < WANTED.length; i++) {
        System.out.printf(
            "words about film %d: films %s, scores %s, rank of the right one %d%n",
            WANTED[i],
            Arrays.toString(Arrays.copyOfRange(indices, 3 * i, 3 * i + 3)),
            Arrays.toString(Arrays.copyOfRange(scores, 3 * i, 3 * i + 3)),
            ranks[i]);
      }
      float[] recall = found.get("recall").toFloats();
      System.out.printf("recall@1 %.2f, recall@5 %.2f on %s%n", recall[0], recall[1], device);
    }
  }

  private static float[] random(long seed, int rows) {
    Random random = new Random(seed);
    float[] values = new float[rows * DIMENSION];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] noisy(float[] values, long seed) {
    Random random = new Random(seed);
    float[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] += (float) (NOISE * random.nextGaussian());
    }
    return result;
  }
}
