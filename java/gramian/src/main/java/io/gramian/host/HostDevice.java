package io.gramian.host;

import io.gramian.ClosedException;
import io.gramian.Device;
import io.gramian.GramianException;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.Timer;
import io.gramian.op.Op;
import io.gramian.spi.Executor;
import io.gramian.spi.MemoryAccess;
import io.gramian.spi.OpTable;
import io.gramian.spi.Shard;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** A device whose memory is that of the Java process and whose work is done when run returns. */
public abstract class HostDevice extends Device {
  private static final long ALIGNMENT = 256;

  private final String backend;
  private final String name;
  private final OpTable ops;
  private final HostStream defaultStream = new HostStream(this, false);
  private volatile boolean closed;

  /**
   * A device of a backend.
   *
   * @param name description for people
   * @param ops what it implements
   */
  protected HostDevice(String backend, String name, OpTable ops) {
    this.backend = backend;
    this.name = name;
    this.ops = ops;
  }

  @Override
  public String backend() {
    return backend;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Place place() {
    return Place.HOST;
  }

  @Override
  public Set<Class<? extends Op>> supportedOps() {
    return ops.ops();
  }

  @Override
  public Tensor allocate(TensorSpec spec) {
    ParameterException.requireNonNull(spec, "a spec");
    requireOpen();
    Arena arena = Arena.ofShared();
    try {
      MemorySegment memory = arena.allocate(spec.spanBytes(), ALIGNMENT);
      return tensor(spec, memory, MemoryAccess.HOST, arena::close);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new GramianException("no memory for " + spec + " (" + spec.spanBytes() + " bytes)", e);
    }
  }

  @Override
  @SuppressWarnings("restricted") // the caller vouches for the address
  public Tensor wrap(long address, TensorSpec spec) {
    ParameterException.requireNonNull(spec, "a spec");
    requireOpen();
    if (address == 0) {
      throw new ParameterException("expected the address of " + spec + ", got null");
    }
    return Tensor.of(MemorySegment.ofAddress(address).reinterpret(spec.spanBytes()), spec);
  }

  @Override
  public Stream defaultStream() {
    return defaultStream;
  }

  @Override
  public Stream newStream() {
    requireOpen();
    return new HostStream(this, true);
  }

  @Override
  public Stream wrapStream(long handle) {
    throw new ParameterException(
        "backend " + backend + " has no native streams; use defaultStream()");
  }

  @Override
  public Timer newTimer() {
    requireOpen();
    return new HostTimer(this);
  }

  @Override
  protected Executor executor(Op op, Specs inputs, Specs outputs, PlanOptions options) {
    requireOpen();
    return ops.executor(this, op, inputs, outputs, options);
  }

  @Override
  protected boolean divides(Op op) {
    return ops.divides(op);
  }

  @Override
  protected Executor dividedExecutor(
      Op op, Specs inputs, Specs outputs, PlanOptions options, Shard shard) {
    requireOpen();
    return ops.dividedExecutor(this, op, inputs, outputs, options, shard);
  }

  @Override
  protected void requireUsable(Stream stream) {
    if (!(stream instanceof HostStream own) || own.device() != this) {
      throw new ParameterException(
          "expected a stream of "
              + this
              + ", got "
              + (stream == null ? "null" : "one of another device"));
    }
    own.synchronize();
  }

  @Override
  public void close() {
    closed = true;
  }

  void requireOpen() {
    if (closed) {
      throw new ClosedException(this + " is closed");
    }
  }
}
