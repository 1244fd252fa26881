package io.gramian.cli.run;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.op.Names;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.Signature;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code gramian run} says of ops, all of it asked from the library. */
final class OpHelp {
  private static final String ROW = "  %-30s %s%n";

  /** Rows of inputs that are tried. */
  private static final long MANY = 1 << 20;

  private OpHelp() {}

  /** A line for each op. */
  static void list(PrintWriter out) {
    out.printf("%nOps:%n");
    Ops.all().forEach(op -> out.printf(ROW, op.name(), op.summary()));
  }

  /**
   * Arrays and parameters of an op.
   *
   * @param parameters those that may decide which others there are
   */
  static void describe(PrintWriter out, String name, Map<String, String> parameters) {
    Op op = Ops.of(name, parameters);
    Signature signature = signature(op);
    out.println(op.name() + ": " + op.summary());
    out.printf("%nInputs, arrays of IN.npz:%n");
    rows(out, signature.arguments(true));
    if (signature.find(Names.modality(2)) != null) {
      out.println("  … and so on for each further modality");
    }
    out.printf("%nOutputs, arrays of OUT.npz:%n");
    rows(out, signature.arguments(false));
    List<Ops.Parameter> described = Ops.parameters(name, parameters);
    if (!described.isEmpty()) {
      out.printf("%nParameters, -p name=value:%n");
      for (Ops.Parameter parameter : described) {
        String set = parameter.name() + "=" + parameter.value();
        out.println(String.format(ROW, set, choices(parameter)).stripTrailing());
      }
    }
    out.flush();
  }

  private static void rows(PrintWriter out, List<Signature.Argument> arguments) {
    for (Signature.Argument argument : arguments) {
      out.println(String.format(ROW, argument, note(argument)).stripTrailing());
    }
  }

  private static String choices(Ops.Parameter parameter) {
    return parameter.choices().isEmpty() ? "" : "one of " + String.join(", ", parameter.choices());
  }

  private static String note(Signature.Argument argument) {
    return switch (argument.kind()) {
      case DATA, RESULT, GRADIENT -> "";
      case MASK -> "optional, 0 where absent, 1 by default";
      case SCALAR -> "optional, in place of the parameter";
      case UPSTREAM ->
          argument.dims().isEmpty() ? "optional, 1 by default" : "for gradients, the upstream one";
      case LABELS -> argument.required() ? "integers" : "integers, optional";
      case INDICES -> "integers";
    };
  }

  /** With the arrays of two modalities beside the anchor where the op takes as many. */
  private static Signature signature(Op op) {
    Signature one = op.signature(Specs.of(Map.of()));
    Map<String, TensorSpec> inputs = new LinkedHashMap<>();
    List.of(Names.modality(1), Names.modality(2))
        .forEach(name -> inputs.put(name, TensorSpec.of(DType.F32, 2, 2)));
    Signature two = op.signature(Specs.of(inputs));
    return two.find(Names.modality(2)) != null && takes(op, two) ? two : one;
  }

  /**
   * Whether an op takes inputs of these names, tried with as many rows as any parameter may want.
   */
  private static boolean takes(Op op, Signature signature) {
    Map<String, TensorSpec> inputs = new LinkedHashMap<>();
    for (Signature.Argument argument : signature.arguments(true)) {
      if (argument.kind() == Signature.Kind.DATA) {
        inputs.put(argument.name(), TensorSpec.of(DType.F32, MANY, MANY));
      }
    }
    try {
      Specs specs = Specs.of(inputs);
      op.check(specs, signature.outputs(specs, signature.computable(specs)));
      return true;
    } catch (ShapeException e) {
      return false;
    }
  }
}
