package io.gramian.op;

import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of an op: names, roles and shapes over named dimensions. One description serves the
 * checks of a plan, the shapes of outputs, the command line and documentation.
 */
public final class Signature {
  /** What a tensor is for. */
  public enum Kind {
    /** A floating-point input; all data inputs of a plan have one element type. */
    DATA,
    /** A mask of zeros and ones in any floating-point type. */
    MASK,
    /** A floating-point input of one element that overrides a parameter of the op. */
    SCALAR,
    /** An upstream gradient, floating-point. */
    UPSTREAM,
    /** Integer labels, an input. */
    LABELS,
    /** A floating-point output. */
    RESULT,
    /** An integer output. */
    INDICES,
    /** The gradient of an input, an output. */
    GRADIENT;

    /** {@return whether tensors of this kind are read rather than written} */
    public boolean isInput() {
      return this == DATA || this == MASK || this == SCALAR || this == UPSTREAM || this == LABELS;
    }

    boolean isInteger() {
      return this == LABELS || this == INDICES;
    }
  }

  /**
   * A tensor of a signature.
   *
   * @param name its name
   * @param kind what it is for
   * @param dims its dimensions: a name, a number, or names joined by {@code +}
   * @param required whether an input must be there; outputs never must
   */
  public record Argument(String name, Kind kind, List<String> dims, boolean required) {
    /** {@return the name of the input whose gradient this is; null if it is none} */
    public String gradientOf() {
      return kind == Kind.GRADIENT ? Names.ofGradient(name) : null;
    }

    @Override
    public String toString() {
      return name + " [" + String.join(", ", dims) + "]";
    }
  }

  private final String op;
  private final Map<String, Argument> arguments = new LinkedHashMap<>();

  private Signature(String op) {
    this.op = op;
  }

  /** Starts the signature of an op. */
  static Signature of(String op) {
    return new Signature(op);
  }

  Signature data(String name, String... dims) {
    return add(name, Kind.DATA, true, dims);
  }

  Signature mask(String name, String... dims) {
    return add(name, Kind.MASK, false, dims);
  }

  Signature labels(String name, boolean required, String... dims) {
    return add(name, Kind.LABELS, required, dims);
  }

  /** A scalar parameter that may come as a tensor. */
  Signature scalar(String name) {
    return add(name, Kind.SCALAR, false);
  }

  /** An output with its upstream gradient, which is needed for gradients unless it is a scalar. */
  Signature result(String name, String... dims) {
    add(name, Kind.RESULT, false, dims);
    return add(Names.gradient(name), Kind.UPSTREAM, false, dims);
  }

  /** An output without gradients. */
  Signature plainResult(String name, String... dims) {
    return add(name, Kind.RESULT, false, dims);
  }

  Signature indices(String name, String... dims) {
    return add(name, Kind.INDICES, false, dims);
  }

  /** The gradients of inputs that have been declared. */
  Signature gradients(String... inputs) {
    for (String input : inputs) {
      Argument of = arguments.get(input);
      add(Names.gradient(input), Kind.GRADIENT, false, of.dims().toArray(String[]::new));
    }
    return this;
  }

  private Signature add(String name, Kind kind, boolean required, String... dims) {
    arguments.put(name, new Argument(name, kind, List.of(dims), required));
    return this;
  }

  /** {@return all tensors, in order} */
  public List<Argument> arguments() {
    return List.copyOf(arguments.values());
  }

  /**
   * {@return the tensors that are read, or those that are written, in order}
   *
   * @param inputs whether those that are read
   */
  public List<Argument> arguments(boolean inputs) {
    return arguments.values().stream().filter(a -> a.kind().isInput() == inputs).toList();
  }

  /** {@return names of the inputs that have a gradient among the outputs, in order} */
  public List<String> differentiable() {
    return arguments(true).stream()
        .map(Argument::name)
        .filter(
            name -> {
              Argument gradient = arguments.get(Names.gradient(name));
              return gradient != null && gradient.kind() == Kind.GRADIENT;
            })
        .toList();
  }

  /**
   * {@return names of the outputs that some inputs allow, in order: all, but no gradients where an
   * upstream gradient that they need is not given}
   *
   * @param inputs specs of the inputs
   */
  public List<String> computable(Specs inputs) {
    boolean gradients = missingUpstream(inputs).isEmpty();
    return arguments(false).stream()
        .filter(argument -> gradients || argument.kind() != Kind.GRADIENT)
        .map(Argument::name)
        .toList();
  }

  /**
   * {@return the tensor of that name, or null}
   *
   * @param name of the tensor
   */
  public Argument find(String name) {
    return arguments.get(name);
  }

  /**
   * Matches specs with this signature.
   *
   * @param inputs specs of the inputs
   * @param outputs specs of the outputs
   * @return the sizes of the named dimensions
   * @throws ShapeException naming the tensor, the expected and the actual shape
   */
  public Sizes match(Specs inputs, Specs outputs) {
    ParameterException.requireNonNull(outputs, "specs of outputs");
    Map<String, Bound> bound = bindInputs(inputs);
    rejectUnknown(outputs, false);
    if (outputs.names().isEmpty()) {
      throw new ShapeException(
          op + ": expected at least one output of " + names(false) + ", got none");
    }
    DType data = dataType(inputs);
    for (Argument argument : arguments(false)) {
      TensorSpec spec = outputs.find(argument.name());
      if (spec != null) {
        matchDims(argument, spec, bound, false);
        matchType(argument, spec, data);
      }
    }
    requireUpstream(inputs, outputs);
    return sizes(bound);
  }

  /**
   * {@return packed specs of outputs for given inputs}
   *
   * @param inputs specs of the inputs
   * @param names which outputs
   * @param dtype element type of floating-point outputs; indices are {@code i32}
   * @throws ShapeException if the inputs do not fit or an output is unknown
   */
  public Specs outputs(Specs inputs, Collection<String> names, DType dtype) {
    Map<String, Bound> bound = bindInputs(inputs);
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    for (String name : names) {
      Argument argument = arguments.get(name);
      if (argument == null || argument.kind().isInput()) {
        throw unknown(name, false);
      }
      long[] shape = argument.dims().stream().mapToLong(dim -> evaluate(dim, bound)).toArray();
      specs.put(name, TensorSpec.of(argument.kind().isInteger() ? DType.I32 : dtype, shape));
    }
    return Specs.of(specs);
  }

  /**
   * {@return packed specs of outputs whose element types follow the inputs: floating-point results
   * are {@code f32}, or {@code f64} if the data inputs are; a gradient has the type of its input
   * where a gradient can have that, else the type of the results; indices are {@code i32}}
   *
   * @param inputs specs of the inputs
   * @param names which outputs
   * @throws ShapeException if the inputs do not fit or an output is unknown
   */
  public Specs outputs(Specs inputs, Collection<String> names) {
    DType data = dataType(inputs);
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    outputs(inputs, names, data == DType.F64 ? DType.F64 : DType.F32)
        .asMap()
        .forEach(
            (name, spec) -> {
              // The gradient by a parameter that the op holds itself has no input.
              String input = find(name).gradientOf();
              TensorSpec of = input == null ? null : inputs.find(input);
              boolean same = of != null && takesResult(of.dtype(), data);
              specs.put(name, same ? spec.as(of.dtype()) : spec);
            });
    return Specs.of(specs);
  }

  /**
   * Checks the names of inputs whose shapes are not known yet, for instance in a graph.
   *
   * @param inputs their names
   * @throws ShapeException if an input is unknown, an upstream gradient, or missing
   */
  public void requireInputs(Collection<String> inputs) {
    for (String name : inputs) {
      Argument argument = find(name);
      if (argument == null || !argument.kind().isInput() || argument.kind() == Kind.UPSTREAM) {
        throw new ShapeException(op + ": unknown input '" + name + "'; expected some of " + this);
      }
    }
    for (Argument argument : arguments(true)) {
      if (argument.required() && !inputs.contains(argument.name())) {
        throw new ShapeException(op + ": expected input " + argument + ", got only " + inputs);
      }
    }
  }

  /** A size and the tensor that fixed it. */
  private record Bound(long size, String by) {}

  private Map<String, Bound> bindInputs(Specs inputs) {
    ParameterException.requireNonNull(inputs, "specs of inputs");
    rejectUnknown(inputs, true);
    Map<String, Bound> bound = new LinkedHashMap<>();
    DType data = dataType(inputs);
    for (Argument argument : arguments(true)) {
      TensorSpec spec = inputs.find(argument.name());
      if (spec != null) {
        matchDims(argument, spec, bound, argument.kind() == Kind.DATA);
        matchType(argument, spec, data);
      } else if (argument.required()) {
        throw new ShapeException(
            op + ": expected input " + argument + ", got only " + inputs.names());
      }
    }
    return bound;
  }

  private void matchDims(
      Argument argument, TensorSpec spec, Map<String, Bound> bound, boolean mayBind) {
    List<String> dims = argument.dims();
    boolean fits = spec.rank() == dims.size();
    for (int i = 0; fits && i < dims.size(); i++) {
      String dim = dims.get(i);
      if (mayBind && isSymbol(dim) && !bound.containsKey(dim)) {
        bound.put(dim, new Bound(spec.size(i), argument.name()));
        continue;
      }
      fits = spec.size(i) == evaluate(dim, bound);
    }
    if (!fits) {
      throw new ShapeException(
          op
              + ": '"
              + argument.name()
              + "' has shape "
              + Arrays.toString(spec.shape())
              + "; expected "
              + dims
              + explain(dims, bound));
    }
  }

  private String explain(List<String> dims, Map<String, Bound> bound) {
    List<String> known = new ArrayList<>();
    for (String dim : dims) {
      for (String symbol : dim.split("\\+")) {
        Bound value = bound.get(symbol);
        if (value != null) {
          known.add(symbol + " = " + value.size() + " from '" + value.by() + "'");
        }
      }
    }
    return known.isEmpty() ? "" : " with " + String.join(", ", known);
  }

  private void matchType(Argument argument, TensorSpec spec, DType data) {
    DType type = spec.dtype();
    boolean fits =
        switch (argument.kind()) {
          case DATA -> type == data;
          case MASK, SCALAR, UPSTREAM -> type.isFloating();
          case LABELS, INDICES -> type == DType.I32;
          case RESULT, GRADIENT -> takesResult(type, data);
        };
    if (!fits) {
      String expected =
          switch (argument.kind()) {
            case DATA -> data.isFloating() ? data + " as the other inputs" : "a floating type";
            case MASK, SCALAR, UPSTREAM -> "a floating type";
            case LABELS, INDICES -> "i32";
            case RESULT, GRADIENT ->
                data == DType.F32 || data == DType.F64 ? "f32 or f64" : "f32, f64 or " + data;
          };
      throw new ShapeException(
          op + ": '" + argument.name() + "' has element type " + type + "; expected " + expected);
    }
  }

  /** Whether a floating-point output may have an element type. */
  private static boolean takesResult(DType type, DType data) {
    return type == data || type == DType.F32 || type == DType.F64;
  }

  private DType dataType(Specs inputs) {
    for (Argument argument : arguments(true)) {
      TensorSpec spec = inputs.find(argument.name());
      if (argument.kind() == Kind.DATA && spec != null) {
        if (!spec.dtype().isFloating()) {
          throw new ShapeException(
              op
                  + ": '"
                  + argument.name()
                  + "' has element type "
                  + spec.dtype()
                  + "; expected a floating type");
        }
        return spec.dtype();
      }
    }
    return DType.F64;
  }

  private void requireUpstream(Specs inputs, Specs outputs) {
    if (outputs.names().stream().noneMatch(n -> arguments.get(n).kind() == Kind.GRADIENT)) {
      return;
    }
    missingUpstream(inputs)
        .ifPresent(
            argument -> {
              throw new ShapeException(
                  op + ": expected input " + argument + ", the upstream gradient, for gradients");
            });
  }

  /** An upstream gradient that gradients need: of an output that is no scalar, and not there. */
  private Optional<Argument> missingUpstream(Specs inputs) {
    return arguments(true).stream()
        .filter(argument -> argument.kind() == Kind.UPSTREAM && !argument.dims().isEmpty())
        .filter(argument -> !inputs.has(argument.name()))
        .findFirst();
  }

  private void rejectUnknown(Specs specs, boolean inputs) {
    for (String name : specs.names()) {
      Argument argument = arguments.get(name);
      if (argument == null || argument.kind().isInput() != inputs) {
        throw unknown(name, inputs);
      }
    }
  }

  private ShapeException unknown(String name, boolean inputs) {
    return new ShapeException(
        op
            + ": unknown "
            + (inputs ? "input" : "output")
            + " '"
            + name
            + "'; expected "
            + names(inputs));
  }

  private List<String> names(boolean inputs) {
    return arguments(inputs).stream().map(Argument::name).toList();
  }

  private static boolean isSymbol(String dim) {
    return !dim.contains("+") && !Character.isDigit(dim.charAt(0));
  }

  private long evaluate(String dim, Map<String, Bound> bound) {
    long sum = 0;
    for (String term : dim.split("\\+")) {
      if (Character.isDigit(term.charAt(0))) {
        sum += Long.parseLong(term);
      } else if (bound.containsKey(term)) {
        sum += bound.get(term).size();
      } else {
        throw new ShapeException(op + ": dimension " + term + " is fixed by no input");
      }
    }
    return sum;
  }

  private static Sizes sizes(Map<String, Bound> bound) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    bound.forEach((symbol, value) -> sizes.put(symbol, value.size()));
    return new Sizes(sizes);
  }

  @Override
  public String toString() {
    return op + " " + arguments.values();
  }
}
