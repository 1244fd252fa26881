package io.gramian.tests.property;

import static io.gramian.tests.property.Close.assertClose;
import static io.gramian.tests.property.Close.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Bindings;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for the contrastive loss over tuples, whatever the numbers. */
final class ContrastiveProperties {
  private static Contrastive loss(Score score, boolean sigmoid) {
    Contrastive op = new Contrastive(score.similarity()).temperature(0.3);
    return sigmoid ? op.objective(new Objective.Sigmoid(3, -1)) : op;
  }

  @Property(seed = "101")
  void samplesMayComeInAnyOrder(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll boolean sigmoid,
      @ForAll @IntRange(min = 1, max = 19) int rows,
      @ForAll @IntRange(min = 5, max = 40) int d,
      @ForAll @IntRange(min = 1, max = 4) int modalities,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, d, score.fit(modalities));
    List<Integer> order = IntStream.range(0, rows).boxed().collect(Collectors.toList());
    Collections.shuffle(order, new Random(seed));
    Contrastive op = loss(score, sigmoid);

    Map<String, double[]> straight = subject.evaluate(op, batch.bind(subject));
    Map<String, double[]> shuffled = subject.evaluate(op, batch.reorder(order::get).bind(subject));

    straight.replaceAll(
        (name, values) ->
            values.length == rows * d ? Batch.reorder(values, d, order::get) : values);
    assertSame(shuffled, straight, subject.tolerance());
  }

  @Property(seed = "102")
  void onlyAnglesMatter(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll boolean sigmoid,
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 6, max = 33) int d,
      @ForAll @IntRange(min = 1, max = 4) int modalities,
      @ForAll long seed) {
    Assume.that(!score.equals(Score.MIP)); // its sum over coordinates depends on the axes
    Batch batch = Batch.random(seed, rows, d, score.fit(modalities));
    Batch.Rotation rotation = Batch.Rotation.random(seed, d);
    Contrastive op = loss(score, sigmoid);

    Map<String, double[]> straight = subject.evaluate(op, batch.bind(subject));
    Map<String, double[]> rotated = subject.evaluate(op, batch.rotate(rotation).bind(subject));

    straight.replaceAll(
        (name, values) -> values.length == rows * d ? rotation.apply(values) : values);
    assertSame(rotated, straight, 4 * subject.tolerance());
  }

  @Property(seed = "103")
  void lengthsDoNotMatterOnceNormalised(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 6, max = 33) int d,
      @ForAll @IntRange(min = 0, max = 4) int member,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, d, score.fit(3));
    int scaled = Math.min(member, batch.modalities());
    double[] factors = new Random(seed).doubles(rows, 0.1, 10).toArray();
    Contrastive op = loss(score, false);

    Map<String, double[]> plain = subject.evaluate(op, batch.bind(subject));
    Map<String, double[]> longer = subject.evaluate(op, batch.scale(scaled, factors).bind(subject));

    String gradient = scaled == 0 ? "grad_anchor" : "grad_modality" + scaled;
    longer.computeIfPresent(gradient, (name, values) -> Batch.scaleRows(values, d, factors));
    assertSame(longer, plain, subject.tolerance());
  }

  @Property(seed = "104")
  void volumeAndJgcsAreEvenInEveryVector(
      @ForAll Subject subject,
      @ForAll boolean jgcs,
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 0, max = 3) int member,
      @ForAll long seed) {
    int d = 17;
    Batch batch = Batch.random(seed, rows, d, 3);
    Random random = new Random(seed);
    double[] signs = random.doubles(rows).map(u -> u < 0.5 ? -1 : 1).toArray();
    Contrastive op = loss(jgcs ? Score.JGCS : Score.VOLUME, false);

    Map<String, double[]> plain = subject.evaluate(op, batch.bind(subject));
    Map<String, double[]> flipped = subject.evaluate(op, batch.scale(member, signs).bind(subject));

    String gradient = member == 0 ? "grad_anchor" : "grad_modality" + member;
    flipped.computeIfPresent(gradient, (name, values) -> Batch.scaleRows(values, d, signs));
    assertSame(flipped, plain, subject.tolerance());
  }

  @Property(seed = "105")
  void anAbsentModalityIsAsGoodAsDropped(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll boolean sigmoid,
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 1, max = 3) int absent,
      @ForAll long seed) {
    Assume.that(score.fit(3) == 3); // cosine and area take a fixed number of modalities
    int d = 20;
    Batch batch = Batch.random(seed, rows, d, 3);
    double[] present = new double[rows * 3];
    Arrays.setAll(present, i -> i % 3 == absent - 1 ? 0 : 1);
    Contrastive op = loss(score, sigmoid);

    Map<String, double[]> masked =
        subject.evaluate(op, batch.bind(subject).with("present", subject.tensor(present, rows, 3)));
    Map<String, double[]> dropped = subject.evaluate(op, batch.without(absent).bind(subject));

    assertThat(masked.get("grad_modality" + absent)).containsOnly(0.0);
    assertClose("loss", masked.get("loss"), dropped.get("loss"), subject.tolerance());
    assertClose(
        "grad_anchor", masked.get("grad_anchor"), dropped.get("grad_anchor"), subject.tolerance());
    for (int kept = 1, at = 1; kept <= 3; kept++) {
      if (kept != absent) {
        assertClose(
            "grad_modality" + kept,
            masked.get("grad_modality" + kept),
            dropped.get("grad_modality" + at++),
            subject.tolerance());
      }
    }
  }

  @Property(seed = "106")
  void gradientsAreLinearInTheUpstreamGradient(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll boolean sigmoid,
      @ForAll @IntRange(min = -8, max = 8) int upstream,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, 9, 14, score.fit(2));
    Contrastive op = loss(score, sigmoid);

    Map<String, double[]> plain = subject.evaluate(op, batch.bind(subject));
    Map<String, double[]> scaled =
        subject.evaluate(
            op, batch.bind(subject).with("grad_loss", subject.tensor(new double[] {upstream})));

    plain.replaceAll(
        (name, values) ->
            name.equals("loss") ? values : Arrays.stream(values).map(v -> v * upstream).toArray());
    assertSame(scaled, plain, subject.tolerance());
  }

  @Property(seed = "107")
  void accumulationAddsToWhatIsThere(
      @ForAll Subject subject, @ForAll Score score, @ForAll boolean sigmoid, @ForAll long seed) {
    Batch batch = Batch.random(seed, 9, 14, score.fit(2));
    Contrastive op = loss(score, sigmoid);
    Bindings inputs = batch.bind(subject);
    Map<String, double[]> plain = subject.evaluate(op, inputs);

    Map<String, Tensor> ones = new LinkedHashMap<>();
    plain.forEach(
        (name, values) -> {
          double[] filled = new double[values.length];
          Arrays.fill(filled, 1);
          long[] shape = values.length == 1 ? new long[0] : new long[] {batch.rows(), batch.d()};
          ones.put(name, subject.tensor(filled, shape));
        });
    Bindings sums;
    try (Subject.Uploaded in = subject.upload(inputs);
        Subject.Uploaded out = subject.upload(Bindings.of(ones));
        Plan plan =
            op.plan(
                subject.device(),
                in.tensors().specs(),
                out.tensors().specs(),
                PlanOptions.defaults().accumulate(true))) {
      plan.run(in.tensors(), out.tensors());
      sums = out.download();
    }

    for (Map.Entry<String, double[]> entry : plain.entrySet()) {
      double start = entry.getKey().equals("loss") ? 0 : 1;
      double[] expected = Arrays.stream(entry.getValue()).map(v -> v + start).toArray();
      assertClose(
          entry.getKey(), sums.get(entry.getKey()).toDoubles(), expected, subject.tolerance());
    }
  }

  @Property(seed = "108")
  void aGradientCostsNothingOfTheOthers(
      @ForAll Subject subject, @ForAll Score score, @ForAll boolean sigmoid, @ForAll long seed) {
    Batch batch = Batch.random(seed, 11, 13, score.fit(3));
    Contrastive op = loss(score, sigmoid);
    Bindings inputs = batch.bind(subject);
    Map<String, double[]> all = subject.evaluate(op, inputs);
    for (String name : all.keySet()) {
      assertThat(subject.evaluate(op, inputs, Set.of(name)).get(name))
          .as("%s alone", name)
          .containsExactly(all.get(name));
    }
  }

  @Property(seed = "109")
  void theFusedLossIsTheLossOfTheExplicitMatrix(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 0, max = 9) int more,
      @ForAll boolean labelled,
      @ForAll long seed) {
    int d = 21;
    Batch tuples = Batch.random(seed, rows + more, d, score.fit(3));
    int[] labels = new Random(seed).ints(rows, 0, rows + more).toArray();
    if (!labelled) {
      Arrays.setAll(labels, i -> i);
    }
    Bindings inputs =
        tuples
            .bind(subject)
            .with("anchor", subject.tensor(Arrays.copyOf(tuples.vectors()[0], rows * d), rows, d));
    double[] scores =
        subject
            .evaluate(new SimilarityMatrix(score.similarity()), inputs, Set.of("similarity"))
            .get("similarity");
    Bindings all = labelled ? inputs.with("labels", Tensor.of(labels, rows)) : inputs;

    double infoNce = subject.evaluate(loss(score, false), all, Set.of("loss")).get("loss")[0];
    double sigmoid = subject.evaluate(loss(score, true), all, Set.of("loss")).get("loss")[0];

    assertClose(
        "infonce", infoNce, Expected.infoNce(scores, labels, 0.3, 0.1), subject.tolerance());
    assertClose("sigmoid", sigmoid, Expected.sigmoid(scores, labels, 3, -1), subject.tolerance());
  }

  @Property(seed = "111")
  void gatheredRowsTakeNothingFromTheLoss(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll long seed) {
    Batch batch = Batch.random(seed, rows, 15, score.fit(3));
    Contrastive op = loss(score, false);

    Map<String, double[]> all = subject.evaluate(op, batch.bind(subject));
    Map<String, double[]> gathered =
        subject.evaluate(op.gatherWithGrad(false), batch.bind(subject));

    for (String name : List.of("loss", "grad_temperature")) {
      assertClose(name, gathered.get(name), all.get(name), subject.tolerance());
    }
  }

  @Property(seed = "112")
  void gatheredRowsOfOneModalityAreTheColumnsOfTheOther(
      @ForAll Subject subject, @ForAll @IntRange(min = 2, max = 12) int rows, @ForAll long seed) {
    Bindings in = Batch.random(seed, rows, 15, 1).bind(subject);
    Bindings swapped =
        Bindings.of("anchor", in.get("modality1")).with("modality1", in.get("anchor"));
    Contrastive gathered = new Contrastive(Similarity.cosine()).gatherWithGrad(false);

    assertClose(
        "grad_modality1",
        subject.evaluate(gathered, swapped).get("grad_modality1"),
        subject.evaluate(gathered, in).get("grad_anchor"),
        subject.tolerance());
  }

  @Property(seed = "110", tries = 10)
  void rowsMayLieApart(
      @ForAll Subject subject,
      @ForAll Score score,
      @ForAll @IntRange(min = 1, max = 7) int gap,
      @ForAll long seed) {
    int rows = 13;
    int d = 11;
    Batch batch = Batch.random(seed, rows, d, score.fit(2));
    Bindings packed = batch.bind(subject);
    Bindings strided = Bindings.none();
    for (Map.Entry<String, Tensor> entry : packed.asMap().entrySet()) {
      strided = strided.with(entry.getKey(), spread(entry.getValue(), gap));
    }
    assertThat(strided.specs()).isNotEqualTo(packed.specs());
    Specs specs = strided.specs();
    assertThat(specs.get("anchor").isPacked()).isFalse();
    Contrastive op = loss(score, false);
    assertSame(subject.evaluate(op, strided), subject.evaluate(op, packed), 0);
  }

  private static Tensor spread(Tensor tensor, int gap) {
    long rows = tensor.spec().size(0);
    long d = tensor.spec().size(1);
    io.gramian.TensorSpec wide = io.gramian.TensorSpec.of(tensor.dtype(), rows, d + gap);
    Tensor buffer = Tensor.zeros(wide);
    double[] noise = new double[(int) wide.elements()];
    Arrays.fill(noise, Double.NaN);
    buffer.copyFrom(noise);
    Tensor view =
        buffer.view(
            0,
            io.gramian.TensorSpec.strided(
                tensor.dtype(), new long[] {rows, d}, new long[] {d + gap, 1}));
    view.copyFrom(tensor.toDoubles());
    return view;
  }
}
