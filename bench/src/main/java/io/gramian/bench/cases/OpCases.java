package io.gramian.bench.cases;

import io.gramian.ParameterException;
import io.gramian.op.Ops;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which cases of an op are measured, and at what sizes. */
public final class OpCases {
  /** The bare matrix product: the op {@code similarity} with dot products of raw vectors. */
  public static final String MATMUL = "matmul";

  private OpCases() {}

  /** Everything that can be measured: the matrix product and all ops. */
  public static List<String> names() {
    Set<String> names = new TreeSet<>(Ops.names());
    return java.util.stream.Stream.concat(java.util.stream.Stream.of(MATMUL), names.stream())
        .toList();
  }

  /** A case with its inputs, the same ones each time; the arena owns their memory. */
  public static OpCase of(CaseShape shape, Arena arena) {
    return of(shape, 0, arena);
  }

  /** A case with its inputs, the same ones for the same seed; the arena owns their memory. */
  public static OpCase of(CaseShape shape, long seed, Arena arena) {
    Inputs source = new Inputs(arena, seed);
    return switch (shape.op()) {
      case "gram", "logdet", "volume" -> SampleCases.of(shape, source);
      case MATMUL, "similarity", "topk", "sample-negatives", "contrastive", "nway" ->
          TupleCases.of(shape, source);
      case "mmd", "semantic-density", "nt-xent", "clip-matched", "set-clip" ->
          SetCases.of(shape, source);
      case "pointcloud-embed", "pointcloud-similarity", "pointcloud-contrastive" ->
          CloudCases.of(shape, source);
      case "matching" -> MatchingCase.of(shape, source);
      default ->
          throw new ParameterException(
              "unknown benchmark '" + shape.op() + "'; expected one of " + names());
    };
  }
}
