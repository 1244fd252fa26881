package io.gramian;

import io.gramian.op.Op;
import io.gramian.rank.RankExecutor;
import io.gramian.spi.Executor;
import io.gramian.spi.MemoryAccess;
import io.gramian.spi.Shard;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Something that runs ops: the float64 reference, the processors of this machine, a GPU. Safe for
 * use by many threads. Closing it does not close the tensors and plans made with it; close those
 * first.
 */
public abstract class Device implements AutoCloseable {
  /** Why this is no device of a better backend; empty where none was asked for or there is none. */
  private volatile String instead = "";

  /** What ranks that share a batch have this device do. */
  private final RankExecutor.Maker ofRanks =
      new RankExecutor.Maker() {
        @Override
        public Executor whole(Op op, Specs inputs, Specs outputs, PlanOptions options) {
          return executor(op, inputs, outputs, options);
        }

        @Override
        public boolean divides(Op op) {
          return Device.this.divides(op);
        }

        @Override
        public Executor divided(
            Op op, Specs inputs, Specs outputs, PlanOptions options, Shard shard) {
          return dividedExecutor(op, inputs, outputs, options, shard);
        }
      };

  /** For backends. */
  protected Device() {}

  /**
   * Opens a device of a backend.
   *
   * <p>What {@code auto} takes, and why nothing better, is logged once by the {@link System.Logger}
   * {@code io.gramian}, and {@link #toString} says it. The system property {@value
   * Backend#AUTO_PROPERTY} names a backend that {@code auto} stands for instead.
   *
   * @param backend {@code reference}, {@code cpu}, {@code cuda}, {@code emulated}, or {@code auto}
   *     for the best that is there; only {@code auto} ever falls back
   * @return the device, to be closed
   * @throws BackendUnavailableException with every backend tried and its reason
   * @throws ParameterException if there is no backend of that name
   */
  public static Device open(String backend) {
    return open(backend, DeviceOptions.defaults());
  }

  /**
   * Opens a device of a backend with options; see {@link #open(String)}.
   *
   * @param backend its name, or {@code auto}
   * @param options which device, and how many threads
   * @return the device, to be closed
   */
  public static Device open(String backend, DeviceOptions options) {
    ParameterException.requireNonNull(backend, "the name of a backend");
    ParameterException.requireNonNull(options, "options");
    return Backend.open(backend, options, Set.of());
  }

  /**
   * Opens a device of the best backend that has certain ops, as {@code auto} does.
   *
   * @param ops what will be run
   * @return the device, to be closed
   * @throws BackendUnavailableException with every backend tried and its reason
   */
  public static Device openFor(Collection<Class<? extends Op>> ops) {
    ParameterException.requireNonNull(ops, "ops");
    return Backend.open(Backend.AUTO, DeviceOptions.defaults(), ops);
  }

  /** {@return name of the backend} */
  public abstract String backend();

  /** {@return a description for people, for instance the name of the GPU} */
  public abstract String name();

  /** {@return where tensors must be for this device to use them} */
  public abstract Place place();

  /**
   * {@return how far results of this device may be from those of the float64 reference}
   *
   * @param inputs element type of the data inputs
   * @throws ParameterException if this device takes no data inputs of that type
   */
  public abstract Accuracy accuracy(DType inputs);

  /**
   * For {@link #accuracy}: the error for a type of which this device takes no data inputs.
   *
   * @param inputs element type of the data inputs
   * @return the error, to be thrown
   */
  protected final ParameterException notTaken(DType inputs) {
    return new ParameterException(
        "backend " + backend() + " takes no data inputs of type " + inputs);
  }

  /**
   * {@return the element type in which this device gives floating-point results where nobody asks
   * for one: {@code f64} where it computes in that, else {@code f32}}
   */
  public abstract DType resultType();

  /** {@return the ops that this device implements, by class} */
  public abstract Set<Class<? extends Op>> supportedOps();

  /**
   * Allocates an owned tensor; its contents are undefined.
   *
   * @param spec element type, shape and strides
   * @return the tensor, to be closed
   */
  public abstract Tensor allocate(TensorSpec spec);

  /**
   * {@return a view of foreign memory at this device's place; nothing is copied or owned}
   *
   * @param address a native or device address; the caller vouches that it spans the spec and
   *     outlives the view
   * @param spec element type, shape and strides
   */
  public abstract Tensor wrap(long address, TensorSpec spec);

  /** {@return the default stream, on which everything of the process that names none is ordered} */
  public abstract Stream defaultStream();

  /** {@return a new stream; close it after use} */
  public abstract Stream newStream();

  /**
   * {@return a stream of another library of this process}
   *
   * @param handle a {@code CUstream}, for instance PyTorch's current one
   */
  public abstract Stream wrapStream(long handle);

  /** {@return a new timer of work on this device's streams; close it after use} */
  public abstract Timer newTimer();

  /**
   * Prepares an op for this device. {@link Op#plan} has checked the specs.
   *
   * @param op what to compute
   * @param inputs specs of the inputs
   * @param outputs specs of the outputs
   * @param options how to plan it
   * @return the executor of the op
   * @throws UnsupportedOpException if this device lacks the op or does not take the element types
   */
  protected abstract Executor executor(Op op, Specs inputs, Specs outputs, PlanOptions options);

  /**
   * {@return whether this device divides an op between ranks, see {@link #dividedExecutor}}
   *
   * @param op what to compute
   */
  protected boolean divides(Op op) {
    return false;
  }

  /**
   * Prepares a rank's part of an op that this device {@link #divides}.
   *
   * @param op what to compute
   * @param inputs with the anchors of all ranks and their labels
   * @param outputs specs of the outputs
   * @param options how to plan it
   * @param shard this rank's part of the batch
   * @return the executor of the part
   */
  protected Executor dividedExecutor(
      Op op, Specs inputs, Specs outputs, PlanOptions options, Shard shard) {
    throw new UnsupportedOpException(op.name() + ": not divided between ranks by " + this);
  }

  /**
   * For plans: requires a stream on which this device can enqueue work now.
   *
   * @param stream on which work is to be enqueued
   * @throws ParameterException if it is a stream of another device
   * @throws ClosedException if it or this device is closed
   */
  protected abstract void requireUsable(Stream stream);

  @Override
  public abstract void close();

  /**
   * Binds an op to this device, shapes and element types; see {@link Op#plan}.
   *
   * @param op what to compute
   * @param inputs specs of the inputs
   * @param outputs what is to be computed; gradients left out cost nothing
   * @param options how to plan it
   * @return the plan, to be closed
   */
  public final Plan plan(Op op, Specs inputs, Specs outputs, PlanOptions options) {
    ParameterException.requireNonNull(op, "an op");
    ParameterException.requireNonNull(inputs, "specs of inputs");
    ParameterException.requireNonNull(outputs, "specs of outputs");
    ParameterException.requireNonNull(options, "options");
    try {
      return new Plan(op, this, inputs, outputs, options, prepare(op, inputs, outputs, options));
    } catch (OutOfMemoryError e) {
      throw SizeErrors.noMemory("a plan of " + op.name() + " for " + inputs, e);
    } catch (ArithmeticException | NegativeArraySizeException e) {
      throw SizeErrors.tooLarge("a plan of " + op.name() + " for " + inputs, e);
    }
  }

  private Executor prepare(Op op, Specs inputs, Specs outputs, PlanOptions options) {
    if (options.collective() == null) {
      op.check(inputs, outputs);
      return executor(op, inputs, outputs, options);
    }
    return RankExecutor.of(this, op, inputs, outputs, options, ofRanks);
  }

  /**
   * Copies the values of a tensor to a new one of this device, in the given element type.
   *
   * @param values what to copy
   * @param dtype element type
   * @return the new tensor, to be closed
   */
  public final Tensor upload(Tensor values, DType dtype) {
    ParameterException.requireNonNull(values, "a tensor");
    ParameterException.requireNonNull(dtype, "an element type");
    Tensor tensor = allocate(values.spec().as(dtype));
    try {
      tensor.copyFrom(values);
      return tensor;
    } catch (RuntimeException | Error e) {
      tensor.close();
      throw e;
    }
  }

  /**
   * For backends: a tensor at the place of this device.
   *
   * @param spec element type, shape and strides
   * @param memory for the host the memory itself; elsewhere a segment of length zero whose address
   *     is the device address, so that Java code cannot dereference it; a read-only segment makes a
   *     tensor that is no output
   * @param access reads and writes the memory; {@link MemoryAccess#HOST} for the host
   * @param release gives the memory back; null for a view
   * @return the tensor
   */
  protected final Tensor tensor(
      TensorSpec spec, MemorySegment memory, MemoryAccess access, Runnable release) {
    return Tensor.ofDevice(place(), spec, memory, access, release);
  }

  /** Notes the better backends that were tried before this one was taken, in a few words. */
  final void chosenInsteadOf(List<BackendUnavailableException.Attempt> attempts) {
    instead =
        attempts.stream()
            .map(attempt -> "; no " + attempt.backend() + ": " + attempt.reason().split("; ")[0])
            .collect(Collectors.joining());
  }

  /**
   * Backend and name and, where {@code auto} took it, why it took no better one; {@link
   * Backend#all} has the whole reason.
   */
  @Override
  public String toString() {
    return backend() + " (" + name() + instead + ")";
  }
}
