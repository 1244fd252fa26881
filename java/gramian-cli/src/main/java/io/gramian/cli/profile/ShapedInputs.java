package io.gramian.cli.profile;

import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cli.UserException;
import io.gramian.cli.npz.NpyArray;
import io.gramian.op.Modalities;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Inputs of any op by sizes alone, the same ones whenever they are made: rows are unit vectors of
 * which those of one sample lie near each other, everything else is normally distributed.
 *
 * @param arrays by the names of the op, upstream gradients among them
 * @param units what the op does its work for: pairs of a batch, index tuples, samples
 */
record ShapedInputs(Map<String, NpyArray> arrays, long units) {
  private static final Map<String, Long> USUAL =
      Map.of("B", 512L, "k", 4L, "d", 512L, "M", 16L, "D", 1024L);
  private static final String FIRST_MODALITY = "modality1";
  private static final String ANCHOR = "anchor";
  private static final long SEED = 20260101;

  /**
   * Makes them.
   *
   * @param shape sizes by name: B (also for B1, Bx and half of the rows of views), k modalities, d,
   *     M points or logits, D features; the usual size where there is none
   * @throws UserException if a size is none of the op's, or not positive
   */
  static ShapedInputs of(Op op, Map<String, Long> shape) {
    shape.forEach(
        (name, size) -> {
          if (size < 1) {
            throw new UserException("expected a size of at least 1, got " + name + "=" + size);
          }
        });
    Set<String> used = new LinkedHashSet<>();
    Signature signature = signature(op, shape, used);
    Map<String, Long> sizes = new TreeMap<>();
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(SEED);
    for (Signature.Argument argument : signature.arguments(true)) {
      boolean isUpstream = argument.kind() == Signature.Kind.UPSTREAM && !argument.dims().isEmpty();
      if (!argument.required() && !isUpstream) {
        continue;
      }
      long[] dims =
          argument.dims().stream().mapToLong(dim -> evaluate(dim, shape, used, sizes)).toArray();
      arrays.put(
          argument.name(),
          argument.kind() == Signature.Kind.LABELS
              ? NpyArray.ofIntegers(labels(dims), dims)
              : NpyArray.ofFloats(values(argument, dims, random.split()), dims));
    }
    for (String name : shape.keySet()) {
      if (!used.contains(name)) {
        throw new UserException(op.name() + ": expected sizes of " + used + ", got " + name);
      }
    }
    return new ShapedInputs(arrays, units(sizes, arrays.keySet()));
  }

  /** The signature, which of some ops depends on how many modalities there are. */
  private static Signature signature(Op op, Map<String, Long> shape, Set<String> used) {
    Signature signature = op.signature(Specs.of(Map.of()));
    if (signature.find(FIRST_MODALITY) == null) {
      return signature;
    }
    used.add("k");
    int k = Math.toIntExact(shape.getOrDefault("k", USUAL.get("k")));
    int members = signature.find(ANCHOR) == null ? k : k - 1;
    List<String> names = new ArrayList<>(Modalities.names(Math.clamp(members, 1, 64) + 1));
    names.remove(ANCHOR);
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    names.forEach(name -> specs.put(name, TensorSpec.of(DType.F32, 1, 1)));
    return op.signature(Specs.of(specs));
  }

  private static long evaluate(
      String dim, Map<String, Long> shape, Set<String> used, Map<String, Long> sizes) {
    long sum = 0;
    for (String term : dim.split("\\+")) {
      if (Character.isDigit(term.charAt(0))) {
        sum += Long.parseLong(term);
        continue;
      }
      boolean isViews = term.equals("rows");
      String name = isViews ? "B" : USUAL.containsKey(term) ? term : term.substring(0, 1);
      used.add(name);
      long size = shape.getOrDefault(name, USUAL.get(name)) * (isViews ? 2 : 1);
      sizes.put(term, size);
      sum += size;
    }
    return sum;
  }

  private static long units(Map<String, Long> sizes, Set<String> names) {
    long product =
        sizes.entrySet().stream()
            .filter(entry -> !List.of("k", "d", "D").contains(entry.getKey()))
            .mapToLong(Map.Entry::getValue)
            .reduce(1, Math::multiplyExact);
    boolean isOfSamples = sizes.containsKey("k") || sizes.containsKey("M");
    boolean hasOneBatch = sizes.containsKey("B") || sizes.containsKey("rows");
    if (isOfSamples || !hasOneBatch) {
      return product;
    }
    // All index tuples of the modalities, or all pairs of the rows.
    long modalities = names.stream().filter(name -> name.startsWith("modality")).count() + 1;
    long batch = sizes.getOrDefault("B", sizes.get("rows"));
    return Math.round(Math.pow(batch, Math.max(modalities, 2)));
  }

  private static long[] labels(long[] dims) {
    long[] labels = new long[Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact))];
    Arrays.setAll(labels, i -> i % 2);
    return labels;
  }

  private static double[] values(
      Signature.Argument argument, long[] dims, SplittableRandom random) {
    int count = Math.toIntExact(Arrays.stream(dims).reduce(1, Math::multiplyExact));
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    List<String> names = argument.dims();
    if (argument.kind() == Signature.Kind.DATA
        && names.size() > 1
        && names.getLast().equals("d")
        && !names.getFirst().equals("D")) {
      int d = Math.toIntExact(dims[dims.length - 1]);
      int rows = count / d;
      long rowsOfSample = names.getFirst().equals("rows") ? 2 : rows / dims[0];
      for (int row = 0; row < rows; row++) {
        makeUnit(values, row * d, d, new SplittableRandom(SEED + row / rowsOfSample));
      }
    }
    return values;
  }

  private static void makeUnit(double[] values, int begin, int d, SplittableRandom center) {
    double squares = 0;
    for (int i = begin; i < begin + d; i++) {
      values[i] += center.nextGaussian();
      squares += values[i] * values[i];
    }
    for (int i = begin; i < begin + d; i++) {
      values[i] /= Math.sqrt(squares);
    }
  }
}
