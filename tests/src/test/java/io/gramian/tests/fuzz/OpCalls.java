package io.gramian.tests.fuzz;

import io.gramian.DType;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.Signature;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Ops with parameters in and out of range, and tensors that fit them, or nearly. */
final class OpCalls {
  /** Names of parameters of some op, with what their values may be. */
  private static final List<String> NUMBERS =
      List.of(
          "temperature",
          "label_smoothing",
          "min_volume",
          "min_score",
          "count",
          "cutoffs",
          "matched",
          "variances",
          "bandwidth",
          "ridge",
          "seed",
          "scale",
          "bias",
          "sigma",
          "linear_weight",
          "weight_mmd",
          "no_such_parameter");

  private final Choices choices;

  OpCalls(Choices choices) {
    this.choices = choices;
  }

  /**
   * An op and the specs of its tensors.
   *
   * @param op with its parameters
   * @param inputs that fit it, or nearly
   * @param outputs likewise
   * @param tuples how many tuples there are, for labels
   */
  record OpCall(Op op, Specs inputs, Specs outputs, int tuples) {}

  /** An op; its parameters may be refused. */
  Op op() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    String name = choices.of(List.copyOf(Ops.names()));
    if (choices.oneIn(2)) {
      parameters.put("similarity", choices.of(Similarity.all()).label());
    }
    if (choices.oneIn(4)) {
      parameters.put("normalize", choices.oneIn(2));
    }
    if (name.equals("contrastive") && choices.oneIn(3)) {
      parameters.put("negatives", choices.of(List.of(Negatives.values())).label());
      parameters.put("label_smoothing", 0);
    }
    if (name.equals("contrastive") && choices.oneIn(4)) {
      parameters.put(
          "objective",
          choices.of(List.of(Objective.infoNce().label(), Objective.sigmoid().label(), "none")));
    }
    if (choices.oneIn(4)) {
      parameters.put(choices.of(NUMBERS), choices.oneIn(2) ? choices.number() : choices.below(5));
    }
    Op plain = Ops.of(name, withoutUnknown(name, parameters));
    return choices.oneIn(8) ? Ops.of(name, parameters) : plain;
  }

  /** What the op takes of the parameters that only some ops have. */
  private static Map<String, Object> withoutUnknown(String name, Map<String, Object> parameters) {
    Map<String, Object> taken = new LinkedHashMap<>(parameters);
    boolean pairs =
        Stream.of("contrastive", "similarity", "nway", "topk", "sample-negatives")
            .anyMatch(name::equals);
    if (!pairs) {
      taken.remove("similarity");
      taken.remove("normalize");
    }
    return taken;
  }

  /**
   * Specs for an op.
   *
   * @param huge whether a size is beyond all memory
   * @param arrays whether beyond what Java arrays hold is enough for that
   * @param result element type of results
   */
  OpCall call(Op op, boolean huge, boolean arrays, DType result) {
    int members = choices.oneIn(12) ? 6 + choices.below(11) : 1 + choices.below(4);
    Map<String, TensorSpec> named = new LinkedHashMap<>();
    for (int i = 1; i <= members; i++) {
      named.put("modality" + i, TensorSpec.of(DType.F32, 1, 1));
    }
    Signature signature = op.signature(Specs.of(named));
    int most = members > 5 ? 2 : 5;
    Map<String, Long> sizes = new LinkedHashMap<>();
    DType data = choices.dataType();
    Map<String, TensorSpec> inputs = new LinkedHashMap<>();
    for (Signature.Argument argument : signature.arguments(true)) {
      boolean modality = argument.name().startsWith("modality");
      if (argument.required() || modality || choices.oneIn(3)) {
        inputs.put(argument.name(), choices.varied(spec(argument, data, sizes, most)));
      }
    }
    if (huge && !sizes.isEmpty()) {
      sizes.put(choices.of(List.copyOf(sizes.keySet())), choices.huge(arrays));
      inputs.replaceAll((name, _) -> spec(signature.find(name), data, sizes, most));
    }
    if (choices.oneIn(40) && !inputs.isEmpty()) {
      inputs.remove(choices.of(List.copyOf(inputs.keySet())));
    }
    Specs in = Specs.of(inputs);
    List<String> names = new ArrayList<>(op.signature(in).computable(in));
    names.removeIf(_ -> choices.oneIn(4));
    Map<String, TensorSpec> outputs =
        new LinkedHashMap<>(op.signature(in).outputs(in, names, result).asMap());
    outputs.replaceAll((_, spec) -> huge ? spec : choices.varied(spec));
    return new OpCall(op, in, Specs.of(outputs), sizes.getOrDefault("B2", 1L).intValue());
  }

  private TensorSpec spec(
      Signature.Argument argument, DType data, Map<String, Long> sizes, int most) {
    long[] shape =
        argument.dims().stream()
            .mapToLong(
                dim -> Arrays.stream(dim.split("\\+")).mapToLong(s -> size(s, sizes, most)).sum())
            .toArray();
    DType type =
        switch (argument.kind()) {
          case DATA -> data;
          case LABELS, INDICES -> DType.I32;
          default -> DType.F32;
        };
    return TensorSpec.of(type, shape);
  }

  private long size(String symbol, Map<String, Long> sizes, int most) {
    return Character.isDigit(symbol.charAt(0))
        ? Long.parseLong(symbol)
        : sizes.computeIfAbsent(
            symbol, _ -> (long) (choices.oneIn(12) ? 0 : 1 + choices.below(most)));
  }
}
