package io.gramian.tests.property;

import static io.gramian.tests.property.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.TopK;
import io.gramian.op.Volume;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for scores, whatever the numbers. */
final class SimilarityProperties {
  @Property(seed = "201")
  void forTwoVectorsVolumeIsTheSineAndJgcsTheCosine(
      @ForAll Subject subject,
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 2, max = 40) int d,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, d, 1);
    double[] cosine = scores(subject, Similarity.cosine(), batch);
    double[] sine = Arrays.stream(cosine).map(c -> -Math.sqrt(Math.max(0, 1 - c * c))).toArray();

    // Near 0 a square root magnifies the rounding of what it is taken of.
    double tolerance = Math.sqrt(subject.tolerance()) / 10;
    assertClose("volume", scores(subject, Similarity.volume(), batch), sine, tolerance);
    assertClose(
        "jgcs",
        scores(subject, Similarity.jgcs(), batch),
        Arrays.stream(cosine).map(Math::abs).toArray(),
        tolerance);
  }

  @Property(seed = "202")
  void jgcsAndVolumeAreCosineAndSineOfOneAngle(
      @ForAll Subject subject,
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 5, max = 40) int d,
      @ForAll @IntRange(min = 1, max = 4) int modalities,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, d, modalities);
    double[] volume = scores(subject, Similarity.volume(), batch);
    double[] jgcs = scores(subject, Similarity.jgcs(), batch);
    double[] squared = scores(subject, Similarity.jgcsSquared(), batch);
    double[] ones = new double[volume.length];
    Arrays.fill(ones, 1);

    assertClose("jgcs^2 + volume^2", sumOfSquares(jgcs, volume), ones, subject.tolerance());
    assertClose(
        "jgcs-squared",
        Arrays.stream(jgcs).map(s -> s * s).toArray(),
        squared,
        subject.tolerance());
  }

  @Property(seed = "203")
  void theDiagonalHoldsTheVolumesOfTheSamples(
      @ForAll Subject subject,
      @ForAll boolean normalize,
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 5, max = 40) int d,
      @ForAll @IntRange(min = 1, max = 4) int modalities,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, d, modalities);
    int k = modalities + 1;
    double[] stacked = new double[rows * k * d];
    for (int i = 0; i < rows; i++) {
      for (int m = 0; m < k; m++) {
        System.arraycopy(batch.vectors()[m], i * d, stacked, (i * k + m) * d, d);
      }
    }
    double[] volumes =
        subject
            .evaluate(
                new Volume(normalize, 1e-4),
                Bindings.of("vectors", subject.tensor(stacked, rows, k, d)),
                Set.of("volume"))
            .get("volume");
    double[] matrix =
        subject
            .evaluate(
                new SimilarityMatrix(Similarity.volume(), normalize),
                batch.bind(subject),
                Set.of("similarity"))
            .get("similarity");
    double[] diagonal = IntStream.range(0, rows).mapToDouble(i -> -matrix[i * rows + i]).toArray();
    assertClose("diagonal", diagonal, volumes, 4 * subject.tolerance());
  }

  @Property(seed = "204")
  void topKIsTheSortedMatrix(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll @IntRange(min = 1, max = 30) int rows,
      @ForAll @IntRange(min = 1, max = 10) int count,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, 18, score.fit(3));
    int best = Math.min(count, rows);
    int[] labels = new Random(seed).ints(rows, 0, rows).toArray();
    Bindings inputs = batch.bind(subject);
    double[] matrix = scores(subject, score.similarity(), batch);

    TopK op = new TopK(score.similarity(), true, best, 1, 5);
    Map<String, double[]> found =
        subject.evaluate(op, inputs.with("labels", io.gramian.Tensor.of(labels, rows)));

    double[] recall = new double[2];
    for (int i = 0; i < rows; i++) {
      int row = i * rows;
      int[] order =
          IntStream.range(0, rows)
              .boxed()
              .sorted(Comparator.comparingDouble(j -> -matrix[row + j]))
              .mapToInt(j -> j)
              .toArray();
      for (int r = 0; r < best; r++) {
        assertThat(found.get("indices")[i * best + r]).isEqualTo(order[r]);
        assertClose("score", found.get("scores")[i * best + r], matrix[row + order[r]], 1e-6);
      }
      int label = labels[i];
      int rank = IntStream.range(0, rows).filter(r -> order[r] == label).findFirst().getAsInt();
      assertThat(found.get("ranks")[i]).isEqualTo(rank);
      recall[0] += rank < 1 ? 1.0 / rows : 0;
      recall[1] += rank < 5 ? 1.0 / rows : 0;
    }
    assertClose("recall", found.get("recall"), recall, 1e-6);
  }

  private static double[] scores(Subject subject, Similarity similarity, Batch batch) {
    return subject
        .evaluate(new SimilarityMatrix(similarity), batch.bind(subject), Set.of("similarity"))
        .get("similarity");
  }

  private static double[] sumOfSquares(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * a[i] + b[i] * b[i]).toArray();
  }
}
