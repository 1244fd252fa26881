package io.gramian.conformance;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs cases on a device, and holds each run to what is promised of any: equal runs give equal
 * bits, every element of an output is written, and nothing else.
 */
public final class CaseRunner {
  private final Device device;
  private final Planner planner;

  /** Makes what runs an op, in place of the device. */
  @FunctionalInterface
  public interface Planner {
    /** Plans an op for tensors of these specs. */
    Planned plan(Op op, Specs inputs, Specs outputs, PlanOptions options);
  }

  /** A planned op. */
  public interface Planned extends AutoCloseable {
    /** Runs it and waits for it. */
    void run(Bindings inputs, Bindings outputs);

    @Override
    void close();
  }

  /**
   * @param device where to run; not closed
   */
  public CaseRunner(Device device) {
    this(device, (op, inputs, outputs, options) -> plan(device, op, inputs, outputs, options));
  }

  /**
   * @param device where tensors are; not closed
   * @param planner makes what is run
   */
  public CaseRunner(Device device, Planner planner) {
    this.device = device;
    this.planner = planner;
  }

  private static Planned plan(
      Device device, Op op, Specs inputs, Specs outputs, PlanOptions options) {
    Plan plan = op.plan(device, inputs, outputs, options);
    return new Planned() {
      @Override
      public void run(Bindings in, Bindings out) {
        plan.run(in, out);
      }

      @Override
      public void close() {
        plan.close();
      }
    };
  }

  /**
   * The inputs as a run sees them, which is what its results are held against: every tensor rounded
   * to its element type.
   */
  public static Bindings rounded(Case one, Execution how) {
    Signature signature = one.signature();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    one.inputs()
        .asMap()
        .forEach((name, host) -> inputs.put(name, rounded(host, type(signature, name, how))));
    return Bindings.of(inputs);
  }

  private static Tensor rounded(Tensor host, DType type) {
    if (!host.dtype().isFloating()) {
      return host;
    }
    Tensor narrow = Tensor.zeros(TensorSpec.of(type, host.spec().shape()));
    narrow.copyFrom(host.toDoubles());
    return Tensor.of(narrow.toDoubles(), host.spec().shape());
  }

  private static DType type(Signature signature, String name, Execution how) {
    DType usual =
        switch (signature.find(name).kind()) {
          case DATA -> how.data();
          case GRADIENT -> how.gradients();
          case MASK, SCALAR, UPSTREAM, RESULT -> how.other();
          case LABELS, INDICES -> DType.I32;
        };
    return how.types().getOrDefault(name, usual);
  }

  /**
   * Runs a case twice.
   *
   * @return the values of every output in row-major order, less what gradients held before
   * @throws CaseFailure if the second run gives other bits than the first, an element was not
   *     written, or one between rows was
   */
  public Map<String, double[]> run(Case one, Execution how) {
    Signature signature = one.signature();
    try (Tensors tensors = new Tensors()) {
      Map<String, Tensor> in = new LinkedHashMap<>();
      one.inputs()
          .asMap()
          .forEach(
              (name, host) ->
                  in.put(name, tensors.input(host, type(signature, name, how), one.strided())));
      Bindings inputs = Bindings.of(in);
      Set<String> names =
          how.outputs().isEmpty()
              ? Set.copyOf(signature.computable(inputs.specs()))
              : how.outputs();
      Map<String, Output> outputs = new LinkedHashMap<>();
      signature.outputs(inputs.specs(), names, how.other()).asMap().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              named -> {
                TensorSpec spec = named.getValue().as(type(signature, named.getKey(), how));
                Signature.Kind kind = signature.find(named.getKey()).kind();
                boolean adds = how.accumulates() && kind == Signature.Kind.GRADIENT;
                outputs.put(
                    named.getKey(),
                    tensors.output(spec, one.strided(), adds ? how.before() : Double.NaN));
              });
      return runTwice(one.op(), how, inputs, outputs);
    }
  }

  private Map<String, double[]> runTwice(
      Op op, Execution how, Bindings inputs, Map<String, Output> outputs) {
    Map<String, Tensor> views = new LinkedHashMap<>();
    outputs.forEach((name, output) -> views.put(name, output.view));
    Bindings bound = Bindings.of(views);
    PlanOptions options = PlanOptions.defaults().accumulate(how.accumulates());
    try (Planned planned = planner.plan(op, inputs.specs(), bound.specs(), options)) {
      Map<String, double[]> first = run(planned, inputs, bound, outputs);
      run(planned, inputs, bound, outputs)
          .forEach(
              (name, again) -> {
                if (!Arrays.equals(first.get(name), again)) {
                  throw new CaseFailure("'" + name + "' differs from run to run");
                }
              });
      outputs.forEach((name, output) -> output.subtractBefore(first.get(name)));
      return first;
    }
  }

  private static Map<String, double[]> run(
      Planned planned, Bindings inputs, Bindings bound, Map<String, Output> outputs) {
    outputs.values().forEach(Output::fill);
    planned.run(inputs, bound);
    Map<String, double[]> values = new LinkedHashMap<>();
    outputs.forEach((name, output) -> values.put(name, output.read(name)));
    return values;
  }

  /**
   * An output in memory that is full of what no run writes.
   *
   * @param whole the memory
   * @param view the output in it
   * @param before what it holds before a run; NaN where that is overwritten
   */
  private record Output(Tensor whole, Tensor view, double before) {
    private static final int UNWRITTEN = Integer.MIN_VALUE + 11;

    void fill() {
      spoil(whole);
      if (!Double.isNaN(before)) {
        double[] values = new double[Math.toIntExact(view.spec().elements())];
        Arrays.fill(values, before);
        view.copyFrom(values);
      }
    }

    /** The values, once it is sure that all of them and nothing else was written. */
    double[] read(String name) {
      double[] values = view.toDoubles();
      long around = unwritten(whole.toDoubles()) - unwritten(values);
      if (around != whole.spec().elements() - values.length) {
        throw new CaseFailure("'" + name + "' is written between its rows too");
      }
      if (!view.dtype().isFloating() && unwritten(values) > 0) {
        throw new CaseFailure("'" + name + "' is not written everywhere");
      }
      return values;
    }

    private static long unwritten(double[] values) {
      return Arrays.stream(values).filter(v -> v == UNWRITTEN || Double.isNaN(v)).count();
    }

    void subtractBefore(double[] values) {
      if (!Double.isNaN(before)) {
        Arrays.setAll(values, i -> values[i] - before);
      }
    }

    private static void spoil(Tensor tensor) {
      int count = Math.toIntExact(tensor.spec().elements());
      if (tensor.dtype().isFloating()) {
        double[] values = new double[count];
        Arrays.fill(values, Double.NaN);
        tensor.copyFrom(values);
      } else {
        int[] values = new int[count];
        Arrays.fill(values, UNWRITTEN);
        tensor.copyFrom(values);
      }
    }
  }

  /** The tensors of a run. */
  private final class Tensors implements AutoCloseable {
    /** Elements between rows that lie apart. */
    private static final int ODD_GAP = 3;

    private static final int EVEN_GAP = 8;

    private final List<Tensor> owned = new ArrayList<>();

    Tensor input(Tensor host, DType type, boolean strided) {
      if (!host.dtype().isFloating()) {
        return keep(device.upload(host, host.dtype()));
      }
      Output memory = output(host.spec().as(type), strided, Double.NaN);
      memory.fill();
      memory.view.copyFrom(host.toDoubles());
      return memory.view;
    }

    Output output(TensorSpec spec, boolean strided, double before) {
      if (!strided || spec.rank() < 2) {
        Tensor tensor = keep(device.allocate(spec));
        return new Output(tensor, tensor, before);
      }
      // In turn with rows and their start at odd addresses and at those of vectors.
      boolean odd = owned.size() % 2 == 0;
      long[] shape = spec.shape();
      long[] padded = shape.clone();
      padded[shape.length - 1] += odd ? ODD_GAP : EVEN_GAP;
      TensorSpec memory = TensorSpec.of(spec.dtype(), padded);
      int start = odd ? 1 : 0;
      Tensor whole = keep(device.allocate(TensorSpec.of(spec.dtype(), start + memory.elements())));
      TensorSpec apart = TensorSpec.strided(spec.dtype(), shape, memory.strides());
      return new Output(whole, whole.view(start, apart), before);
    }

    private Tensor keep(Tensor tensor) {
      owned.add(tensor);
      return tensor;
    }

    @Override
    public void close() {
      owned.forEach(Tensor::close);
    }
  }
}
