package io.gramian.torch;

import io.gramian.Bindings;
import io.gramian.ClosedException;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.PlanCache;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Loss;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs ops on tensors of a PyTorch stack: inputs are read where they are, outputs are written into
 * tensors that the stack has allocated, and on a CUDA device the work goes on PyTorch's current
 * stream. Nothing is copied.
 *
 * <p>Tensors go by the names of {@link Op}; those of floating-point types may be f64, f32, bf16 or
 * f16, as far as the backend computes in them. The last dimension must have stride 1, the others
 * may have any stride that keeps rows apart.
 *
 * <p>Neither stack lets Java code define the backward pass of a function. Hence gradients are
 * computed together with the loss and handed to autograd: {@code backward} runs the backward pass
 * of the model, once for all inputs, and {@link #loss} gives a scalar that autograd can go on with.
 * Gradients of gradients are not to be had; they are constants.
 *
 * <p>Plans and their workspace are kept for the last 16 combinations of op, shapes and stream of
 * each device. Calls from several threads come one after the other.
 *
 * @param <T> the tensors of the stack
 */
public abstract sealed class TorchBridge<T> implements AutoCloseable
    permits DjlBridge, JavaCppBridge {
  private static final String LOSS = "loss";
  private static final String GRADIENT = "grad_";

  private final StackTensors<T> stack;
  private final Libtorch libtorch;
  private final TorchTypes types;
  private final Devices devices;
  private boolean closed;

  /**
   * A bridge to the loaded libtorch.
   *
   * @param device the only device to use, or null
   */
  TorchBridge(StackTensors<T> stack, Libtorch libtorch, Device device) {
    this.stack = stack;
    this.libtorch = libtorch;
    this.types = new TorchTypes(libtorch);
    this.devices = new Devices(device);
  }

  /**
   * A view of a tensor's memory. It neither owns the memory nor keeps the tensor alive: use it only
   * as long as the tensor is open and reachable. On a CUDA device, {@link #stream} says where the
   * values come into being.
   *
   * @throws io.gramian.ShapeException if the element type, the strides or the device are none that
   *     Gramian takes
   */
  public final synchronized Tensor view(T tensor) {
    requireOpen();
    return view("tensor", tensor, spec("tensor", tensor));
  }

  /** PyTorch's current stream of the device of a tensor. Closing it leaves PyTorch's alone. */
  public final synchronized Stream stream(T tensor) {
    requireOpen();
    Place place = types.place("tensor", libtorch.describe(stack.handle(tensor)));
    return currentStream(devices.of("tensor", place).device(), place);
  }

  /**
   * Runs an op.
   *
   * @param inputs tensors by name; upstream gradients too, for gradients of an op without a loss
   * @param outputs names of what is to be computed
   * @return new tensors of the stack: floating-point results are f32 (f64 for f64 data), a gradient
   *     has the element type of its input, indices are i32
   * @throws io.gramian.ShapeException if an input does not fit the op
   */
  public final synchronized TorchResult<T> run(
      Op op, Map<String, T> inputs, Collection<String> outputs) {
    requireOpen();
    try {
      Specs given = specs(inputs);
      Signature signature = op.signature(given);
      Specs in = scalars(signature, given);
      Specs out = signature.outputs(in, outputs);
      Map<String, Tensor> read = new LinkedHashMap<>();
      inputs.forEach((name, tensor) -> read.put(name, view(name, tensor, in.get(name))));
      Map.Entry<String, T> first = inputs.entrySet().iterator().next();
      Place place = read.get(first.getKey()).place();
      TorchResult<T> result = allocate(first.getValue(), out, given);
      try {
        Map<String, Tensor> written = new LinkedHashMap<>();
        result
            .asMap()
            .forEach((name, tensor) -> written.put(name, view(name, tensor, out.get(name))));
        PlanCache plans = devices.of(first.getKey(), place);
        plans.run(
            currentStream(plans.device(), place), op, Bindings.of(read), Bindings.of(written));
        return result;
      } catch (RuntimeException e) {
        result.close();
        throw e;
      }
    } finally {
      // The views do not keep the tensors alive.
      Reference.reachabilityFence(inputs);
    }
  }

  /**
   * Computes the loss of an op and its gradients by all inputs that require one, and leaves
   * autograd alone.
   */
  public final TorchResult<T> lossAndGradients(Loss op, Map<String, T> inputs) {
    List<String> outputs = new ArrayList<>();
    outputs.add(LOSS);
    differentiable(op, inputs).forEach(name -> outputs.add(GRADIENT + name));
    return run(op, inputs, outputs);
  }

  /**
   * The loss as a scalar tensor of the stack, f32 (f64 for f64 data), that autograd can go on with:
   * weigh it, add other losses, then run the stack's own backward pass. Costs a product and a sum
   * over the inputs more than {@code backward}.
   *
   * @throws ParameterException if no input requires a gradient
   */
  public final T loss(Loss op, Map<String, T> inputs) {
    try (TorchResult<T> result = lossAndGradients(op, inputs)) {
      return differentiableLoss(op, inputs, result);
    } finally {
      Reference.reachabilityFence(inputs);
    }
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
   * A scalar whose value is the loss and whose gradients are those of a result: the sum of inputs
   * times gradients, overwritten with the loss.
   */
  final T differentiableLoss(Loss op, Map<String, T> inputs, TorchResult<T> result) {
    List<T> roots = new ArrayList<>();
    List<T> gradients = new ArrayList<>();
    collectGradients(op, inputs, result, roots, gradients);
    T value = result.get(LOSS);
    T scalar = sumOfProducts(roots, gradients);
    try {
      libtorch.overwrite(stack.handle(scalar), stack.handle(value));
      return scalar;
    } catch (RuntimeException e) {
      stack.close(scalar);
      throw e;
    }
  }

  private T sumOfProducts(List<T> recorded, List<T> constants) {
    T sum = stack.sumOfProduct(recorded.getFirst(), constants.getFirst());
    for (int i = 1; i < recorded.size(); i++) {
      T before = sum;
      try {
        T term = stack.sumOfProduct(recorded.get(i), constants.get(i));
        try {
          sum = stack.add(before, term);
        } finally {
          stack.close(term);
        }
      } finally {
        stack.close(before);
      }
    }
    return sum;
  }

  /** Lists the inputs that have a gradient in a result, and the gradients. */
  final void collectGradients(
      Loss op, Map<String, T> inputs, TorchResult<T> result, List<T> roots, List<T> gradients) {
    inputs.forEach(
        (name, tensor) -> {
          T gradient = result.asMap().get(GRADIENT + name);
          if (gradient != null) {
            roots.add(tensor);
            gradients.add(gradient);
          }
        });
    if (roots.isEmpty()) {
      throw new ParameterException(
          op.name()
              + ": none of the inputs "
              + inputs.keySet()
              + " requires a gradient; "
              + stack.hint());
    }
  }

  /** A view of a tensor's memory by another spec of the same elements. */
  private Tensor view(String name, T tensor, TensorSpec spec) {
    TorchTensor described = libtorch.describe(stack.handle(tensor));
    Device device = devices.of(name, types.place(name, described)).device();
    return spec.elements() == 0 && device.place().isHost()
        ? Tensor.zeros(spec)
        : device.wrap(described.address(), spec);
  }

  private Stream currentStream(Device device, Place place) {
    return place.isHost()
        ? device.defaultStream()
        : device.wrapStream(libtorch.currentCudaStream(place.ordinal()));
  }

  /** Names of inputs that require a gradient and have one in the op. */
  private List<String> differentiable(Loss op, Map<String, T> inputs) {
    Signature signature = op.signature(specs(inputs));
    return inputs.entrySet().stream()
        .filter(input -> signature.find(GRADIENT + input.getKey()) != null)
        .filter(input -> stack.requiresGradient(input.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private Specs specs(Map<String, T> tensors) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> specs.put(name, spec(name, tensor)));
    return Specs.of(specs);
  }

  private TensorSpec spec(String name, T tensor) {
    if (tensor == null) {
      throw new ParameterException("'" + name + "' is null; expected a tensor");
    }
    return types.spec(name, libtorch.describe(stack.handle(tensor)), stack.denseCopy(name));
  }

  /**
   * Specs in which scalars have rank 0: a parameter of a model is often a vector of one element.
   */
  private static Specs scalars(Signature signature, Specs given) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    given
        .asMap()
        .forEach(
            (name, spec) -> {
              Signature.Argument argument = signature.find(name);
              boolean scalar =
                  argument != null && argument.dims().isEmpty() && spec.elements() == 1;
              specs.put(name, scalar ? TensorSpec.of(spec.dtype()) : spec);
            });
    return Specs.of(specs);
  }

  /** The input of which an output is the gradient, or null. */
  private static TensorSpec inputOf(String output, Specs inputs) {
    return output.startsWith(GRADIENT) ? inputs.find(output.substring(GRADIENT.length())) : null;
  }

  /** New tensors for outputs; a gradient has the shape that its input was given in. */
  private TorchResult<T> allocate(T like, Specs outputs, Specs given) {
    Map<String, T> tensors = new LinkedHashMap<>();
    try {
      outputs
          .asMap()
          .forEach(
              (name, spec) -> {
                TensorSpec input = inputOf(name, given);
                long[] shape = input == null ? spec.shape() : input.shape();
                tensors.put(name, stack.allocate(like, spec.dtype(), shape));
              });
    } catch (RuntimeException e) {
      tensors.values().forEach(stack::close);
      throw e;
    }
    return new TorchResult<>(tensors, this::item, stack::close);
  }

  private synchronized double item(T scalar) {
    requireOpen();
    try (Stream stream = stream(scalar)) {
      stream.synchronize();
      return view(scalar).item();
    } finally {
      Reference.reachabilityFence(scalar);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new ClosedException("the bridge to " + libtorch.path() + " is closed");
    }
  }
}
