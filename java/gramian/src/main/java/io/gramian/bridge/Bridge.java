package io.gramian.bridge;

import io.gramian.Bindings;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Outputs;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.PlanCache;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Loss;
import io.gramian.op.Names;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs ops on the tensors of another library: inputs are read where they are, outputs are written
 * into tensors that the library has allocated. Nothing is copied.
 *
 * <p>Tensors go by their {@link Names}; those of floating-point types may be f64, f32, bf16 or f16,
 * as far as the backend computes in them. The last dimension must have stride 1, the others may
 * have any stride that keeps rows apart. Where an op takes a scalar, a tensor of one element will
 * do.
 *
 * <p>Plans and their workspace are kept for the last 16 combinations of op, shapes and stream of
 * each device. Calls from several threads come one after the other.
 *
 * @param <T> the tensors of the library
 */
public abstract class Bridge<T> implements AutoCloseable {
  private final ForeignTensors<T> tensors;
  private final Devices devices;
  private boolean closed;

  /**
   * A bridge.
   *
   * @param tensors how the library knows tensors
   * @param device the only device to use, which stays the caller's; null to open one where tensors
   *     are
   * @param options of all plans, without accumulate and workspace
   */
  protected Bridge(ForeignTensors<T> tensors, Device device, PlanOptions options) {
    this.tensors = tensors;
    this.devices = new Devices(device, options(options));
  }

  /**
   * The options of a bridge: a collective, {@code strict}, {@code checkFinite}.
   *
   * @throws ParameterException if they accumulate, for outputs are new tensors, or hold a
   *     workspace, which is of one plan
   */
  private static PlanOptions options(PlanOptions options) {
    ParameterException.requireNonNull(options, "options");
    if (options.accumulate() || options.workspace() != null) {
      throw new ParameterException(
          "expected options without accumulate, as a bridge writes into new tensors, and without a"
              + " workspace, which is of one plan; got "
              + options);
    }
    return options;
  }

  /**
   * {@return the stream of a device on which the library works now}
   *
   * @param device where to compute
   */
  protected Stream currentStream(Device device) {
    return device.defaultStream();
  }

  /** Tensors of one call with what the library says of them. */
  private final class Described {
    final Map<String, T> given = new LinkedHashMap<>();
    final Map<String, Foreign> found = new LinkedHashMap<>();

    Described(Map<String, ? extends T> tensorsByName) {
      ParameterException.requireNonNull(tensorsByName, "tensors by name")
          .forEach(
              (name, tensor) -> {
                given.put(name, ParameterException.requireNonNull(tensor, "'" + name + "'"));
                found.put(name, tensors.describe(name, tensor));
              });
    }

    /** Shapes and element types as they were given. */
    Specs specs() {
      Map<String, TensorSpec> specs = new LinkedHashMap<>();
      found.forEach((name, foreign) -> specs.put(name, foreign.spec()));
      return Specs.of(specs);
    }

    /** Views, in which scalars of the signature have rank 0. */
    Bindings views(Signature signature, Device device) {
      Map<String, Tensor> views = new LinkedHashMap<>();
      found.forEach(
          (name, foreign) -> {
            TensorSpec spec = scalar(signature, name, foreign.spec());
            views.put(name, view(name, foreign, spec, device));
          });
      return Bindings.of(views);
    }
  }

  /**
   * {@return a view of a tensor's memory} It neither owns the memory nor keeps the tensor alive:
   * use it only as long as the tensor is open and reachable.
   *
   * @param tensor a tensor of the library
   * @throws ShapeException if the element type, the strides or the place are none that Gramian
   *     takes
   */
  public final synchronized Tensor view(T tensor) {
    requireOpen();
    Foreign foreign = describe(tensor);
    Device device = devices.of("tensor", foreign.place()).device();
    return view("tensor", foreign, foreign.spec(), device);
  }

  /**
   * Runs an op.
   *
   * @param op what to compute
   * @param inputs tensors by name; upstream gradients too, for gradients of an op without a loss
   * @param outputs names of what is to be computed
   * @return new tensors: floating-point results are f32 (f64 for f64 data), a gradient has the
   *     element type of its input, indices are i32
   * @throws ShapeException if an input does not fit the op
   */
  public final synchronized Outputs<T> run(
      Op op, Map<String, ? extends T> inputs, Collection<String> outputs) {
    requireOpen();
    try {
      return run(op, new Described(inputs), outputs);
    } finally {
      Reference.reachabilityFence(inputs); // views do not keep the tensors alive
    }
  }

  /**
   * Runs an op and writes its results into given tensors.
   *
   * @param op what to compute
   * @param inputs the inputs by name
   * @param outputs where the results go, by name
   * @throws ShapeException if a tensor does not fit the op
   */
  public final synchronized void run(
      Op op, Map<String, ? extends T> inputs, Map<String, ? extends T> outputs) {
    requireOpen();
    try {
      enqueue(op, new Described(inputs), new Described(outputs), Bindings.none());
    } finally {
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(outputs);
    }
  }

  /**
   * Computes a loss and its gradients by all inputs that require one.
   *
   * @param loss what to compute
   * @param inputs the inputs by name
   * @return the loss and the gradients by name
   * @throws ShapeException if an input does not fit
   */
  public final synchronized Outputs<T> lossAndGradients(
      Loss loss, Map<String, ? extends T> inputs) {
    requireOpen();
    try {
      Described in = new Described(inputs);
      List<String> outputs = new ArrayList<>(List.of(Names.LOSS));
      for (String name : loss.signature(in.specs()).differentiable()) {
        T input = in.given.get(name);
        if (input != null && tensors.requiresGradient(input)) {
          outputs.add(Names.gradient(name));
        }
      }
      return run(loss, in, outputs);
    } finally {
      Reference.reachabilityFence(inputs);
    }
  }

  /**
   * Computes a loss and waits for it, and writes gradients into given tensors.
   *
   * @param loss what to compute
   * @param inputs the inputs by name
   * @param gradients by the names of the outputs
   * @return the loss
   */
  protected final synchronized double lossAndGradients(
      Loss loss, Map<String, ? extends T> inputs, Map<String, ? extends T> gradients) {
    requireOpen();
    try {
      double[] value = new double[1];
      Bindings more = Bindings.of(Names.LOSS, Tensor.of(value));
      enqueue(loss, new Described(inputs), new Described(gradients), more);
      return value[0];
    } finally {
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(gradients);
    }
  }

  /**
   * {@return the signature of a loss in a graph, whose shapes are not known yet}
   *
   * @param loss what to compute
   * @param types element types of the inputs, by name
   * @throws ShapeException if an input is unknown or missing
   */
  public static Signature signature(Loss loss, Map<String, DType> types) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    types.forEach((name, type) -> specs.put(name, TensorSpec.of(type)));
    Signature signature = loss.signature(Specs.of(specs));
    signature.requireInputs(types.keySet());
    return signature;
  }

  /** Frees plans, their workspace and the devices that were opened here; waits for running work. */
  @Override
  public final synchronized void close() {
    if (!closed) {
      closed = true;
      devices.close();
    }
  }

  /**
   * {@return what the library says of a tensor}
   *
   * @param tensor a tensor of the library
   * @throws ClosedException if this bridge is closed
   */
  protected final Foreign describe(T tensor) {
    requireOpen();
    return tensors.describe("tensor", ParameterException.requireNonNull(tensor, "a tensor"));
  }

  /**
   * {@return the device for the tensors of a place}
   *
   * @param place where the tensors are
   */
  protected final synchronized Device device(Place place) {
    requireOpen();
    return devices.of("tensor", place).device();
  }

  private Outputs<T> run(Op op, Described in, Collection<String> names) {
    Signature signature = op.signature(in.specs());
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    in.specs().asMap().forEach((name, spec) -> specs.put(name, scalar(signature, name, spec)));
    Specs outputs = signature.outputs(Specs.of(specs), names);
    Map<String, T> made = new LinkedHashMap<>();
    try {
      Map.Entry<String, T> first = in.given.entrySet().iterator().next();
      Place place = in.found.get(first.getKey()).place();
      outputs
          .asMap()
          .forEach(
              (name, spec) ->
                  made.put(
                      name,
                      tensors.allocate(
                          first.getValue(), place, asGiven(signature, name, spec, in))));
      enqueue(op, in, new Described(made), Bindings.none());
      return new Outputs<>(made, this::item, tensors::close);
    } catch (RuntimeException | Error e) {
      made.values().forEach(tensors::close);
      throw e;
    }
  }

  private void enqueue(Op op, Described in, Described out, Bindings more) {
    Signature signature = op.signature(in.specs());
    if (in.found.isEmpty()) {
      signature.requireInputs(in.found.keySet());
    }
    Map.Entry<String, Foreign> first = in.found.entrySet().iterator().next();
    PlanCache plans = devices.of(first.getKey(), first.getValue().place());
    Bindings outputs = out.views(signature, plans.device());
    for (Map.Entry<String, Tensor> entry : more.asMap().entrySet()) {
      outputs = outputs.with(entry.getKey(), entry.getValue());
    }
    plans.run(currentStream(plans.device()), op, in.views(signature, plans.device()), outputs);
  }

  private Tensor view(String name, Foreign foreign, TensorSpec spec, Device device) {
    if (!foreign.place().equals(device.place())) {
      throw new ShapeException(
          "'"
              + name
              + "' is on "
              + foreign.place()
              + "; expected it on "
              + device.place()
              + ", as the other tensors");
    }
    return spec.elements() == 0 && device.place().isHost()
        ? Tensor.zeros(spec)
        : device.wrap(foreign.address(), spec);
  }

  /** A spec of rank 0 where the signature has a scalar: a parameter of a model may be a vector. */
  private static TensorSpec scalar(Signature signature, String name, TensorSpec spec) {
    Signature.Argument argument = signature.find(name);
    boolean scalar = argument != null && argument.dims().isEmpty() && spec.elements() == 1;
    return scalar ? TensorSpec.of(spec.dtype()) : spec;
  }

  /** The spec of an output; a gradient has the shape in which its input was given. */
  private TensorSpec asGiven(Signature signature, String output, TensorSpec spec, Described in) {
    String of = signature.find(output).gradientOf();
    Foreign input = of == null ? null : in.found.get(of);
    return input == null ? spec : TensorSpec.of(spec.dtype(), input.spec().shape());
  }

  private synchronized double item(T scalar) {
    requireOpen();
    try {
      Tensor view = view(scalar);
      Device device = devices.of("loss", view.place()).device();
      currentStream(device).synchronize();
      return view.item();
    } finally {
      Reference.reachabilityFence(scalar);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException("the bridge is closed");
    }
  }
}
