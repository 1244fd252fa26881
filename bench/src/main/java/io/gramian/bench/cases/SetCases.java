package io.gramian.bench.cases;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.bench.report.Work;
import io.gramian.op.ClipMatched;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Op;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import java.util.List;

/** The losses of Set-CLIP: two sets, or two views per sample. */
final class SetCases {
  /** Temperature of its contrastive parts. */
  static final double TEMPERATURE = 0.05;

  /** Keeps the two sets apart, so that their distance is no difference of nearly equal numbers. */
  private static final double SHIFT = 12;

  private SetCases() {}

  /** How many samples are known to match, where that is a parameter: a quarter. */
  static int matched(int batch) {
    return Math.max(1, batch / 4);
  }

  static OpCase of(CaseShape shape, Inputs source) {
    return switch (shape.op()) {
      case "mmd" -> twoSets(shape, new Mmd(), source);
      case "semantic-density" -> twoSets(shape, new SemanticDensity(), source);
      case "nt-xent" -> ntXent(shape, source);
      case "clip-matched" -> clipMatched(shape, source);
      case "set-clip" -> setClip(shape, source);
      default -> throw new IllegalArgumentException(shape.op());
    };
  }

  private static OpCase twoSets(CaseShape shape, Op op, Inputs source) {
    Bindings inputs =
        Bindings.of("x", rows(shape, source, 1, 0, 0)).with("y", rows(shape, source, 1, 1, SHIFT));
    // Pairs within a set need two products, pairs of both sets need three.
    return loss(shape, op, inputs, List.of("x", "y"), 3, 7);
  }

  private static OpCase ntXent(CaseShape shape, Inputs source) {
    Bindings inputs =
        Bindings.of("views", rows(shape, source, 2, 0, 0))
            .with("temperature", source.scalar(TEMPERATURE));
    // 2 B rows: four times the pairs.
    return loss(shape, new NtXent(TEMPERATURE), inputs, List.of("views", "temperature"), 4, 8);
  }

  private static OpCase clipMatched(CaseShape shape, Inputs source) {
    int matched = matched(shape.batch());
    Bindings inputs =
        Bindings.of("image", rows(shape, source, 1, 0, 0))
            .with("text", rows(shape, source, 1, 1, 0))
            .with("temperature", source.scalar(TEMPERATURE));
    double directions = 2.0 * matched / shape.batch();
    return loss(
        shape,
        new ClipMatched(matched, TEMPERATURE),
        inputs,
        List.of("image", "text", "temperature"),
        directions,
        3 * directions);
  }

  private static OpCase setClip(CaseShape shape, Inputs source) {
    int matched = matched(shape.batch());
    Bindings inputs =
        Bindings.of("image_views", rows(shape, source, 2, 0, 0))
            .with("text_views", rows(shape, source, 2, 1, SHIFT));
    double directions = 2.0 * matched / shape.batch();
    return loss(
        shape,
        new SetClip(matched),
        inputs,
        List.of("image_views", "text_views"),
        2 * 4 + 2 * 3 + directions,
        2 * 8 + 2 * 7 + 3 * directions);
  }

  /**
   * A loss that needs so many matrix products of 2 B^2 d operations, without and with gradients.
   */
  private static OpCase loss(
      CaseShape shape,
      Op op,
      Bindings inputs,
      List<String> differentiable,
      double forward,
      double both) {
    double product = 2.0 * shape.batch() * shape.batch() * shape.dimension();
    Work work = Work.flops((shape.hasGradients() ? both : forward) * product);
    return new OpCase(shape, op, inputs, List.of("loss"), differentiable, work);
  }

  private static Tensor rows(
      CaseShape shape, Inputs source, int perSample, int stream, double shift) {
    return source.unitRows(perSample * shape.batch(), shape.dimension(), perSample, stream, shift);
  }
}
