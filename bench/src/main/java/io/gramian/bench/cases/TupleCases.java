package io.gramian.bench.cases;

import io.gramian.Bindings;
import io.gramian.ParameterException;
import io.gramian.bench.report.Work;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Nway;
import io.gramian.op.Op;
import io.gramian.op.SampleNegatives;
import io.gramian.op.Similarity;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.TopK;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Ops over anchors and tuples of vectors that are of unit length already. */
final class TupleCases {
  /** GRAM's temperature. */
  static final double TEMPERATURE = 0.07;

  private static final long SEED = 7;

  private TupleCases() {}

  static OpCase of(CaseShape shape, Inputs source) {
    return switch (shape.op()) {
      case OpCases.MATMUL -> similarity(shape, Similarity.cosine(), source);
      case "similarity" -> similarity(shape, score(shape), source);
      case "topk" ->
          forward(
              shape,
              new TopK(score(shape), false, 10, 1, 5, 10),
              List.of("scores", "recall"),
              source);
      case "sample-negatives" -> {
        Op op = new SampleNegatives(score(shape), false, TEMPERATURE, SEED);
        OpCase one = forward(shape, op, List.of("indices"), source);
        yield new OpCase(
            shape, op, one.inputs(), one.results(), one.differentiable(), one.work(), true);
      }
      case "contrastive" -> contrastive(shape, source);
      case "nway" -> nway(shape, source);
      default -> throw new IllegalArgumentException(shape.op());
    };
  }

  private static Similarity score(CaseShape shape) {
    return switch (shape.variant()) {
      case "volume" -> Similarity.volume();
      case "cosine" -> Similarity.cosine();
      default ->
          throw new ParameterException(
              "expected variant volume or cosine, got '" + shape.variant() + "'");
    };
  }

  private static OpCase forward(CaseShape shape, Op op, List<String> results, Inputs source) {
    return new OpCase(
        shape, op, tuples(shape, source), results, List.of(), Work.flops(product(shape)));
  }

  /** The matrix itself; with it its gradients, by two more products. */
  private static OpCase similarity(CaseShape shape, Similarity score, Inputs source) {
    Bindings inputs = tuples(shape, source);
    double products = 1;
    if (shape.hasGradients()) {
      inputs = inputs.with("grad_similarity", source.noise(19, shape.batch(), shape.batch()));
      products = 3;
    }
    return new OpCase(
        shape,
        new SimilarityMatrix(score, false),
        inputs,
        List.of("similarity"),
        Modalities.names(shape.modalities()),
        Work.flops(products * product(shape)));
  }

  private static OpCase contrastive(CaseShape shape, Inputs source) {
    List<String> names = Modalities.names(shape.modalities());
    names.add("temperature");
    return new OpCase(
        shape,
        new Contrastive(score(shape)).normalize(false),
        tuples(shape, source).with("temperature", source.scalar(TEMPERATURE)),
        List.of("loss"),
        names,
        Work.flops(3 * product(shape)));
  }

  /** Bound by the writing of its tensor, [B,..,B]. */
  private static OpCase nway(CaseShape shape, Inputs source) {
    long[] dims = new long[shape.modalities()];
    Arrays.fill(dims, shape.batch());
    List<String> names = new ArrayList<>();
    Bindings inputs = Bindings.none();
    for (int l = 1; l <= shape.modalities(); l++) {
      names.add("modality" + l);
      inputs =
          inputs.with(
              "modality" + l, source.unitRows(shape.batch(), shape.dimension(), 1, l - 1, 0));
    }
    double bytes = Bytes.f32(dims);
    if (shape.hasGradients()) {
      inputs = inputs.with("grad_tensor", source.noise(20, dims));
      bytes *= 2;
    }
    return new OpCase(
        shape, new Nway(score(shape), false), inputs, List.of("tensor"), names, Work.bytes(bytes));
  }

  private static Bindings tuples(CaseShape shape, Inputs source) {
    List<String> names = Modalities.names(shape.modalities());
    Bindings inputs = Bindings.none();
    for (int l = 0; l < names.size(); l++) {
      inputs =
          inputs.with(names.get(l), source.unitRows(shape.batch(), shape.dimension(), 1, l, 0));
    }
    return inputs;
  }

  /** Operations of the product of the anchors with all rows of the tuples. */
  private static double product(CaseShape shape) {
    return 2.0 * shape.batch() * shape.batch() * (shape.modalities() - 1) * shape.dimension();
  }
}
