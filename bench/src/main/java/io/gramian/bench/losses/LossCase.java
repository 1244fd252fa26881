package io.gramian.bench.losses;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Op;
import io.gramian.op.SemanticDensity;
import io.gramian.op.Similarity;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A loss with its inputs, ready for both sides of a comparison.
 *
 * @param shape what it is
 * @param op the op
 * @param inputs f32 tensors in native memory, by the names of the op
 * @param differentiable inputs whose gradients are computed
 * @param flops floating-point operations of the matrix products that the loss and its gradients
 *     need, counted once: what an implementation computes again does not raise its rate
 */
public record LossCase(
    LossShape shape, Op op, Bindings inputs, List<String> differentiable, double flops) {
  /** Names of the losses. */
  public static final List<String> OPS =
      List.of("contrastive", "mmd", "semantic-density", "nt-xent");

  private static final double TEMPERATURE = 0.07;

  /** Keeps the two sets apart, so that their distance is no difference of nearly equal numbers. */
  private static final double SHIFT = 12;

  /** Inputs of a shape, the same ones each time; the arena owns their memory. */
  public static LossCase of(LossShape shape, Arena arena) {
    return switch (shape.op()) {
      case "contrastive" -> contrastive(shape, arena);
      case "mmd" -> twoSets(shape, new Mmd(), arena);
      case "semantic-density" -> twoSets(shape, new SemanticDensity(), arena);
      case "nt-xent" -> ntXent(shape, arena);
      default ->
          throw new ParameterException(
              "expected a loss among " + OPS + ", got '" + shape.op() + "'");
    };
  }

  /** GRAM's loss over vectors that are of unit length already. */
  private static LossCase contrastive(LossShape shape, Arena arena) {
    int n = shape.modalities() - 1;
    int d = shape.dimension();
    List<String> names = new ArrayList<>(List.of("anchor"));
    for (int l = 1; l <= n; l++) {
      names.add("modality" + l);
    }
    Bindings inputs = Bindings.none();
    for (int l = 0; l <= n; l++) {
      inputs = inputs.with(names.get(l), UnitRows.of(arena, shape.batch(), d, 1, l, 0));
    }
    names.add("temperature");
    inputs = inputs.with("temperature", scalar(arena, TEMPERATURE));
    double product = 2.0 * shape.batch() * shape.batch() * n * d;
    Op op = new Contrastive(Similarity.volume()).normalize(false);
    return new LossCase(shape, op, inputs, names, 3 * product);
  }

  private static LossCase twoSets(LossShape shape, Op op, Arena arena) {
    int d = shape.dimension();
    Bindings inputs =
        Bindings.of("x", UnitRows.of(arena, shape.batch(), d, 1, 0, 0))
            .with("y", UnitRows.of(arena, shape.batch(), d, 1, 1, SHIFT));
    double product = 2.0 * shape.batch() * shape.batch() * d;
    // Pairs within a set need two products, pairs of both sets need three.
    return new LossCase(shape, op, inputs, List.of("x", "y"), 7 * product);
  }

  private static LossCase ntXent(LossShape shape, Arena arena) {
    int rows = 2 * shape.batch();
    Bindings inputs =
        Bindings.of("views", UnitRows.of(arena, rows, shape.dimension(), 2, 0, 0))
            .with("temperature", scalar(arena, TEMPERATURE));
    double product = 2.0 * rows * rows * shape.dimension();
    return new LossCase(
        shape, new NtXent(TEMPERATURE), inputs, List.of("views", "temperature"), 2 * product);
  }

  private static Tensor scalar(Arena arena, double value) {
    TensorSpec spec = TensorSpec.of(DType.F32);
    Tensor tensor = Tensor.of(arena.allocate(spec.spanBytes(), Float.BYTES), spec);
    tensor.copyFrom(new double[] {value});
    return tensor;
  }
}
