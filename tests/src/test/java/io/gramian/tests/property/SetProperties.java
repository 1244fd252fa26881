package io.gramian.tests.property;

import static io.gramian.tests.property.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.op.ClipMatched;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Principal;
import io.gramian.op.SampleNegatives;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.Uniformity;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for losses between sets and for sampling. */
final class SetProperties {
  @Property(seed = "401", tries = 15)
  void setClipIsTheWeightedSumOfItsParts(
      @ForAll Subject subject,
      @ForAll @IntRange(min = 2, max = 14) int samples,
      @ForAll long seed) {
    int d = 12;
    int rows = 2 * samples;
    Batch batch = Batch.random(seed, rows, d, 1);
    double[] image = batch.vectors()[0];
    double[] text = batch.vectors()[1];
    int matched = 1 + samples / 2;
    SetClip.Weights weights = new SetClip.Weights(0.3, 0.2, 0.6, 0.4, 1.1);
    SetClip op = new SetClip(0.2, matched, 0.5, new double[] {0.5, 2}, weights);

    Map<String, double[]> whole =
        subject.evaluate(
            op,
            Bindings.of("image_views", subject.tensor(image, rows, d))
                .with("text_views", subject.tensor(text, rows, d)));

    double[] firstImage = Batch.reorder(java.util.Arrays.copyOf(image, samples * d), d, i -> i);
    double[] firstText = firstImage.clone();
    for (int i = 0; i < samples; i++) {
      System.arraycopy(image, 2 * i * d, firstImage, i * d, d);
      System.arraycopy(text, 2 * i * d, firstText, i * d, d);
    }
    Bindings pair =
        Bindings.of("x", subject.tensor(firstImage, samples, d))
            .with("y", subject.tensor(firstText, samples, d));
    Map<String, double[]> imageSsl =
        subject.evaluate(new NtXent(0.2), Bindings.of("views", subject.tensor(image, rows, d)));
    Map<String, double[]> textSsl =
        subject.evaluate(new NtXent(0.2), Bindings.of("views", subject.tensor(text, rows, d)));
    Map<String, double[]> density = subject.evaluate(new SemanticDensity(0.5), pair);
    Map<String, double[]> mmd = subject.evaluate(new Mmd(0.5, 2), pair);
    Map<String, double[]> clip =
        subject.evaluate(
            new ClipMatched(matched, 0.2),
            Bindings.of("image", pair.get("x")).with("text", pair.get("y")));

    double loss =
        0.3 * imageSsl.get("loss")[0]
            + 0.2 * textSsl.get("loss")[0]
            + 0.6 * density.get("loss")[0]
            + 0.4 * mmd.get("loss")[0]
            + 1.1 * clip.get("loss")[0];
    assertClose("loss", whole.get("loss")[0], loss, subject.tolerance());

    double[] gradient = new double[rows * d];
    for (int i = 0; i < rows * d; i++) {
      gradient[i] = 0.3 * imageSsl.get("grad_views")[i];
    }
    for (int i = 0; i < samples; i++) {
      for (int z = 0; z < d; z++) {
        gradient[2 * i * d + z] +=
            0.6 * density.get("grad_x")[i * d + z]
                + 0.4 * mmd.get("grad_x")[i * d + z]
                + 1.1 * clip.get("grad_image")[i * d + z];
      }
    }
    assertClose("grad", whole.get("grad_image_views"), gradient, subject.tolerance());
  }

  @Property(seed = "404", tries = 15)
  void uniformityIsTheMeanKernelOfDifferentRows(
      @ForAll Subject subject, @ForAll @IntRange(min = 2, max = 40) int rows, @ForAll long seed) {
    int d = 9;
    double[] x = Batch.random(seed, rows, d, 0).vectors()[0];
    Bindings all = Bindings.of("x", subject.tensor(x, rows, d));
    Bindings pairs = Bindings.of("anchor", all.get("x")).with("modality1", all.get("x"));
    double[] cosines =
        subject.evaluate(new SimilarityMatrix(Similarity.cosine()), pairs).get("similarity");
    double sum = 0;
    for (int i = 0; i < rows * rows; i++) {
      sum += i % (rows + 1) == 0 ? 0 : Math.exp(3 * (2 * cosines[i] - 2));
    }
    double expected = Math.log(sum / (rows * (rows - 1.0)));

    Map<String, double[]> results = subject.evaluate(new Uniformity().t(3), all);

    assertClose("loss", results.get("loss")[0], expected, subject.tolerance());
    double[] gradient = results.get("grad_x");
    for (int i = 0; i < rows; i++) {
      double along = 0;
      for (int z = i * d; z < (i + 1) * d; z++) {
        along += gradient[z] * x[z];
      }
      assertThat(along).as("along row %d", i).isBetween(-subject.tolerance(), subject.tolerance());
    }
  }

  @Property(seed = "405", tries = 15)
  void theLeadingDirectionOfCopiesIsTheirOwn(
      @ForAll Subject subject,
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 4) int copies,
      @ForAll long seed) {
    int d = 9;
    double[] x = Batch.random(seed, rows, d, 0).vectors()[0];
    double[] vectors = new double[copies * rows * d];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = x[i / (copies * d) * d + i % d];
    }
    Bindings one = Bindings.of("x", subject.tensor(x, rows, d));
    Bindings pairs = Bindings.of("anchor", one.get("x")).with("modality1", one.get("x"));
    double[] cosines =
        subject.evaluate(new SimilarityMatrix(Similarity.cosine()), pairs).get("similarity");
    // One singular value is the root of their number, the others are 0.
    double expected = Math.log1p((copies - 1) * Math.exp(-Math.sqrt(copies) / 0.05));
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int j = 0; j < rows; j++) {
        sum += Math.exp((cosines[i * rows + j] - 1) / 0.1);
      }
      expected += Math.log(sum) / rows;
    }
    Bindings samples = Bindings.of("vectors", subject.tensor(vectors, rows, copies, d));
    double loss = subject.evaluate(new Principal(), samples).get("loss")[0];
    assertClose("loss", loss, expected, 4 * subject.tolerance());
  }

  @Property(seed = "402", tries = 15)
  void aSetIsAtNoDistanceFromItself(
      @ForAll Subject subject, @ForAll @IntRange(min = 1, max = 20) int rows, @ForAll long seed) {
    double[] x = Batch.random(seed, rows, 9, 0).vectors()[0];
    Bindings same =
        Bindings.of("x", subject.tensor(x, rows, 9)).with("y", subject.tensor(x, rows, 9));
    double noise = subject.tolerance();
    assertThat(subject.evaluate(new Mmd(), same).get("loss")[0]).isBetween(-noise, noise);
    assertThat(subject.evaluate(new SemanticDensity(), same).get("loss")[0])
        .isBetween(-noise, noise);
  }

  @Property(seed = "403", tries = 15)
  void bothSetsPlayTheSamePart(
      @ForAll Subject subject,
      @ForAll @IntRange(min = 2, max = 20) int rows,
      @ForAll @IntRange(min = 2, max = 20) int others,
      @ForAll long seed) {
    double[] x = Batch.random(seed, rows, 9, 0).vectors()[0];
    double[] y = Batch.random(seed + 1, others, 9, 0).vectors()[0];
    Bindings forth =
        Bindings.of("x", subject.tensor(x, rows, 9)).with("y", subject.tensor(y, others, 9));
    Bindings back = Bindings.of("x", forth.get("y")).with("y", forth.get("x"));
    for (var op : java.util.List.of(new Mmd(0.5, 1), new SemanticDensity())) {
      Map<String, double[]> a = subject.evaluate(op, forth);
      Map<String, double[]> b = subject.evaluate(op, back);
      assertClose("loss", b.get("loss"), a.get("loss"), subject.tolerance());
      assertClose("grad_x", b.get("grad_x"), a.get("grad_y"), subject.tolerance());
    }
  }

  @Property(seed = "404", tries = 10)
  void negativesAreNeverTheTargetAndTheSameOnEveryBackend(
      @ForAll Score score, @ForAll @IntRange(min = 2, max = 60) int rows, @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, 16, score.fit(2));
    SampleNegatives op = new SampleNegatives(score.similarity(), true, 0.3, seed);
    double[] first = null;
    for (Subject subject : Subject.all()) {
      double[] drawn = subject.evaluate(op, batch.bind(subject)).get("indices");
      for (int i = 0; i < rows; i++) {
        assertThat(drawn[i]).isNotEqualTo(i).isBetween(0.0, rows - 1.0);
      }
      if (first != null) {
        assertThat(drawn).containsExactly(first);
      }
      first = drawn;
    }
  }

  @Property(seed = "405", tries = 3)
  void closeTuplesAreDrawnMoreOften(@ForAll Subject subject, @ForAll long seed) {
    int rows = 2000;
    double[] anchors = new double[rows * 2];
    double[] tuples = {1, 0, 0, 1, -1, 0};
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      anchors[2 * i] = 1;
      labels[i] = 0;
    }
    Bindings inputs =
        Bindings.of("anchor", subject.tensor(anchors, rows, 2))
            .with("modality1", subject.tensor(tuples, 3, 2))
            .with("labels", io.gramian.Tensor.of(labels, rows));
    SampleNegatives op = new SampleNegatives(io.gramian.op.Similarity.cosine(), true, 0.5, seed);
    double[] drawn = subject.evaluate(op, inputs).get("indices");
    // Weights of tuples 1 and 2 are exp(0) : exp(-2), so tuple 1 is drawn in 88 % of the cases.
    double share = java.util.Arrays.stream(drawn).filter(j -> j == 1).count() / (double) rows;
    assertThat(share).isBetween(0.85, 0.91);
  }
}
