package io.gramian.tests.property;

import static io.gramian.tests.property.Close.assertClose;

import io.gramian.Bindings;
import io.gramian.op.Contrastive;
import io.gramian.op.Negatives;
import io.gramian.op.Nway;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for all index tuples of N modalities. */
final class ProductProperties {
  private static final double TEMPERATURE = 0.4;

  /** With mip this is Symile's n_squared loss. */
  @Property(seed = "301")
  void theProductLossIsThatOfTheExplicitTensor(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll @IntRange(min = 1, max = 7) int rows,
      @ForAll @IntRange(min = 1, max = 3) int others,
      @ForAll long seed) {
    int modalities = score.fit(others) + 1;
    Batch batch = Batch.random(seed, rows, 12, modalities - 1);
    Contrastive op =
        new Contrastive(score.similarity()).negatives(Negatives.PRODUCT).temperature(TEMPERATURE);
    double loss = subject.evaluate(op, batch.bind(subject), Set.of("loss")).get("loss")[0];

    Bindings numbered = Bindings.none();
    for (int m = 0; m < modalities; m++) {
      numbered =
          numbered.with("modality" + (m + 1), subject.tensor(batch.vectors()[m], rows, batch.d()));
    }
    double[] tensor =
        subject.evaluate(new Nway(score.similarity()), numbered, Set.of("tensor")).get("tensor");
    assertClose("loss", loss, expected(tensor, rows, modalities), subject.tolerance());
  }

  private static double expected(double[] tensor, int rows, int modalities) {
    double sum = 0;
    for (int axis = 0, stride = tensor.length / rows; axis < modalities; axis++, stride /= rows) {
      for (int i = 0; i < rows; i++) {
        double[] slice = new double[tensor.length / rows];
        int count = 0;
        for (int at = 0; at < tensor.length; at++) {
          if (at / stride % rows == i) {
            slice[count++] = tensor[at] / TEMPERATURE;
          }
        }
        int diagonal = 0;
        for (int m = 0; m < modalities; m++) {
          diagonal = diagonal * rows + i;
        }
        sum += Expected.logSumExp(slice) - tensor[diagonal] / TEMPERATURE;
      }
    }
    return sum / (rows * modalities);
  }

  @Property(seed = "302")
  void allModalitiesAreAlikeForASymmetricScore(
      @ForAll Subject subject,
      @ForAll boolean volume,
      @ForAll @IntRange(min = 2, max = 6) int rows,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, 10, 2);
    Batch turned =
        new Batch(
            rows, 10, new double[][] {batch.vectors()[2], batch.vectors()[0], batch.vectors()[1]});
    Score score = volume ? Score.VOLUME : Score.MIP;
    Contrastive op =
        new Contrastive(score.similarity()).negatives(Negatives.PRODUCT).temperature(TEMPERATURE);
    Map<String, double[]> straight = subject.evaluate(op, batch.bind(subject));
    Map<String, double[]> moved = subject.evaluate(op, turned.bind(subject));

    assertClose("loss", moved.get("loss"), straight.get("loss"), subject.tolerance());
    String[] from = {"grad_modality2", "grad_anchor", "grad_modality1"};
    String[] to = {"grad_anchor", "grad_modality1", "grad_modality2"};
    for (int m = 0; m < 3; m++) {
      assertClose(to[m], moved.get(to[m]), straight.get(from[m]), 4 * subject.tolerance());
    }
  }
}
