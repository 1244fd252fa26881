package io.gramian;

import io.gramian.op.Op;
import io.gramian.spi.Executor;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An op bound to a device, shapes and element types, with its workspace. {@link #run} only
 * enqueues: it allocates no device memory and waits for nothing. Made by {@link Op#plan}.
 *
 * <p>Not thread-safe: two threads that enter one plan at a time get a {@link
 * ConcurrentUseException}. Runs of one plan share its workspace, so they belong on one stream.
 * {@link #close} may come from any thread: it waits for a run that is being enqueued.
 */
public final class Plan implements AutoCloseable {
  private static final long ALIGNMENT = 256;

  /** A tensor that a run takes. */
  private record Argument(String name, TensorSpec spec) {
    static Argument[] of(Specs specs) {
      return specs.asMap().entrySet().stream()
          .map(entry -> new Argument(entry.getKey(), entry.getValue()))
          .toArray(Argument[]::new);
    }
  }

  private final Op op;
  private final Device device;
  private final Specs inputs;
  private final Specs outputs;
  private final PlanOptions options;
  private final Executor executor;
  private final Tensor workspace;
  private final boolean ownsWorkspace;
  // Filled by each run, so that none allocates.
  private final Argument[] inputArguments;
  private final Argument[] outputArguments;
  private final Tensor[] inputTensors;
  private final Tensor[] outputTensors;

  /** Held by whoever is inside: a run, or what frees the plan. */
  private final ReentrantLock inside = new ReentrantLock();

  private volatile Thread user;
  private volatile boolean closed;
  private boolean freed;

  Plan(Op op, Device device, Specs inputs, Specs outputs, PlanOptions options, Executor executor) {
    this.op = op;
    this.device = device;
    this.inputs = inputs;
    this.outputs = outputs;
    this.options = options;
    this.executor = executor;
    this.ownsWorkspace = options.workspace() == null;
    this.inputArguments = Argument.of(inputs);
    this.outputArguments = Argument.of(outputs);
    this.inputTensors = new Tensor[inputArguments.length];
    this.outputTensors = new Tensor[outputArguments.length];
    try {
      this.workspace = acquireWorkspace(executor.workspaceBytes());
    } catch (RuntimeException | Error e) {
      executor.close();
      throw e;
    }
  }

  /** {@return the op} */
  public Op op() {
    return op;
  }

  /** {@return the device} */
  public Device device() {
    return device;
  }

  /** {@return specs of the inputs that a run takes} */
  public Specs inputs() {
    return inputs;
  }

  /** {@return specs of the outputs that a run writes} */
  public Specs outputs() {
    return outputs;
  }

  /** {@return bytes of scratch memory that the plan takes, the caller's workspace included} */
  public long workspaceBytes() {
    return executor.workspaceBytes() + executor.ownedBytes();
  }

  /**
   * Enqueues the op.
   *
   * @param stream a stream of the plan's device
   * @param inputs tensors of exactly the planned specs, at the device's place
   * @param outputs likewise; must not share memory with inputs or one another
   * @throws ShapeException if a binding does not fit the plan
   * @throws NonFiniteException if checking was asked for and an input is not finite
   * @throws ClosedException if this plan, the stream, the device or a tensor is closed; nothing has
   *     been enqueued then
   * @throws ConcurrentUseException if another thread is inside this plan
   */
  public void run(Stream stream, Bindings inputs, Bindings outputs) {
    ParameterException.requireNonNull(stream, "a stream");
    ParameterException.requireNonNull(inputs, "inputs");
    ParameterException.requireNonNull(outputs, "outputs");
    if (inside.isHeldByCurrentThread() || !inside.tryLock()) {
      throw inUse();
    }
    int uses = 0;
    try {
      user = Thread.currentThread();
      if (closed) {
        throw new ClosedException("plan of " + op.name() + " is closed");
      }
      device.requireUsable(stream);
      checkBindings("input", this.inputs, inputArguments, inputs, inputTensors);
      checkBindings("output", this.outputs, outputArguments, outputs, outputTensors);
      checkWritable();
      checkOverlap();
      while (uses < tensors()) {
        use(uses);
        uses++;
      }
      if (options.checkFinite()) {
        checkFinite(inputs);
      }
      enqueue(stream, inputs, outputs);
    } catch (RuntimeException | Error e) {
      if (options.collective() != null) {
        options.collective().abort(e.toString());
      }
      throw e;
    } finally {
      try {
        endUses(uses);
      } finally {
        user = null;
        inside.unlock();
      }
    }
  }

  /**
   * Runs the op on the default stream and waits for it.
   *
   * @param inputs the inputs by name
   * @param outputs where the results go, by name
   */
  public void run(Bindings inputs, Bindings outputs) {
    Stream stream = device.defaultStream();
    run(stream, inputs, outputs);
    stream.synchronize();
  }

  /**
   * Frees the executor and an owned workspace; runs must be done. Waits for another thread that is
   * inside {@link #run}; does nothing a second time.
   *
   * @throws ConcurrentUseException if this thread is inside {@link #run}
   */
  @Override
  public void close() {
    if (inside.isHeldByCurrentThread()) {
      throw inUse();
    }
    closed = true; // no run begins while this one waits
    inside.lock();
    try {
      if (freed) {
        return;
      }
      freed = true;
      try {
        executor.close();
      } finally {
        if (ownsWorkspace && workspace != null) {
          workspace.close();
        }
      }
    } finally {
      inside.unlock();
    }
  }

  private ConcurrentUseException inUse() {
    Thread thread = user;
    return new ConcurrentUseException(
        "plan of "
            + op.name()
            + " is in use by thread '"
            + (thread == null ? "?" : thread.getName())
            + "'; expected one thread at a time (make one plan per thread)");
  }

  private void enqueue(Stream stream, Bindings inputs, Bindings outputs) {
    MemorySegment scratch = workspace == null ? MemorySegment.NULL : workspace.memory();
    try {
      executor.run(stream, inputs, outputs, scratch);
    } catch (OutOfMemoryError e) {
      throw SizeErrors.noMemory("a run of " + op.name() + " on " + this.inputs, e);
    } catch (ArithmeticException | NegativeArraySizeException e) {
      throw SizeErrors.tooLarge("a run of " + op.name() + " on " + this.inputs, e);
    } catch (IllegalStateException e) {
      throw closedMeanwhile(e);
    }
  }

  /** The error of a run during which the owner of memory gave it back. */
  private RuntimeException closedMeanwhile(IllegalStateException e) {
    for (int i = 0; i < tensors(); i++) {
      if (!tensor(i).isOpen()) {
        return (RuntimeException) closed(i).initCause(e);
      }
    }
    return e;
  }

  /** How many tensors a run uses: inputs, outputs, the workspace. */
  private int tensors() {
    return inputTensors.length + outputTensors.length + (workspace == null ? 0 : 1);
  }

  private Tensor tensor(int i) {
    int output = i - inputTensors.length;
    return output < 0
        ? inputTensors[i]
        : output < outputTensors.length ? outputTensors[output] : workspace;
  }

  /** Keeps the memory of a tensor until the run has been enqueued. */
  private void use(int i) {
    if (!tensor(i).tryUse()) {
      throw closed(i);
    }
  }

  private ClosedException closed(int i) {
    int output = i - inputTensors.length;
    String name =
        output < 0
            ? "input '" + inputArguments[i].name() + "'"
            : output < outputTensors.length
                ? "output '" + outputArguments[output].name() + "'"
                : "the workspace";
    return new ClosedException(
        op.name() + ": expected open tensors, but " + name + " is closed, or what it is a view of");
  }

  /** Ends the use of the first tensors; one that another thread closed meanwhile is freed here. */
  private void endUses(int count) {
    if (count > 0) {
      try {
        tensor(count - 1).endUse();
      } finally {
        endUses(count - 1);
      }
    }
  }

  private Tensor acquireWorkspace(long bytes) {
    if (bytes == 0) {
      return null;
    }
    TensorSpec spec = TensorSpec.of(DType.F32, (bytes + 3) / 4);
    if (ownsWorkspace) {
      return device.allocate(spec);
    }
    Tensor given = options.workspace().apply(bytes);
    if (given == null
        || given.spec().spanBytes() < bytes
        || given.isReadOnly()
        || !given.place().equals(device.place())) {
      throw new ShapeException(
          "expected a workspace to write of at least "
              + bytes
              + " bytes on "
              + device.place()
              + ", got "
              + given);
    }
    if (given.memory().heapBase().isEmpty() && given.address() % ALIGNMENT != 0) {
      throw new ShapeException(
          "expected a workspace aligned to "
              + ALIGNMENT
              + " bytes, got address "
              + Long.toHexString(given.address()));
    }
    return given;
  }

  /** Checks tensors against the plan and notes them in the order of {@code arguments}. */
  private void checkBindings(
      String role, Specs expected, Argument[] arguments, Bindings given, Tensor[] tensors) {
    if (given.asMap().size() != arguments.length) {
      throw new ShapeException(
          op.name() + ": expected " + role + "s " + expected.names() + ", got " + given.names());
    }
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i].name();
      TensorSpec spec = arguments[i].spec();
      Tensor tensor = given.find(name);
      if (tensor == null) {
        throw new ShapeException(
            op.name() + ": expected " + role + " '" + name + "', got " + given.names());
      }
      if (!tensor.spec().equals(spec)) {
        throw new ShapeException(
            op.name()
                + ": "
                + role
                + " '"
                + name
                + "' was planned as "
                + spec
                + ", got "
                + tensor.spec());
      }
      if (!tensor.place().equals(device.place())) {
        throw new ShapeException(
            op.name()
                + ": "
                + role
                + " '"
                + name
                + "' must be on "
                + device.place()
                + ", got one on "
                + tensor.place()
                + " (Device.upload copies it)");
      }
      tensors[i] = tensor;
    }
  }

  private void checkWritable() {
    for (int i = 0; i < outputTensors.length; i++) {
      if (outputTensors[i].isReadOnly()) {
        throw new ShapeException(
            op.name() + ": output '" + outputArguments[i].name() + "' is a read-only tensor");
      }
    }
  }

  private void checkOverlap() {
    for (int i = 0; i < outputTensors.length; i++) {
      for (int j = 0; j < inputTensors.length; j++) {
        rejectOverlap(i, inputTensors[j], inputArguments[j]);
      }
      for (int j = 0; j < i; j++) {
        rejectOverlap(i, outputTensors[j], outputArguments[j]);
      }
    }
    for (int i = 0; workspace != null && !ownsWorkspace && i < tensors() - 1; i++) {
      if (tensor(i).overlaps(workspace)) {
        throw new ShapeException(
            op.name()
                + ": the workspace shares memory with '"
                + (i < inputTensors.length
                    ? inputArguments[i].name()
                    : outputArguments[i - inputTensors.length].name())
                + "'");
      }
    }
  }

  private void rejectOverlap(int output, Tensor other, Argument argument) {
    if (outputTensors[output].overlaps(other)) {
      throw new ShapeException(
          op.name()
              + ": output '"
              + outputArguments[output].name()
              + "' shares memory with '"
              + argument.name()
              + "'");
    }
  }

  private void checkFinite(Bindings inputs) {
    for (Map.Entry<String, Tensor> entry : inputs.asMap().entrySet()) {
      if (!entry.getValue().dtype().isFloating()) {
        continue;
      }
      double[] values = entry.getValue().toDoubles();
      for (int i = 0; i < values.length; i++) {
        if (!Double.isFinite(values[i])) {
          throw new NonFiniteException(
              op.name()
                  + ": expected finite values, got "
                  + values[i]
                  + " in '"
                  + entry.getKey()
                  + "' at element "
                  + i);
        }
      }
    }
  }
}
