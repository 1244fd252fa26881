package io.gramian.cuda.device;

import io.gramian.Accuracy;
import io.gramian.ClosedException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.ParameterException;
import io.gramian.Place;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.Timer;
import io.gramian.cuda.driver.DeviceInfo;
import io.gramian.cuda.driver.DeviceMemory;
import io.gramian.cuda.driver.Driver;
import io.gramian.cuda.driver.DriverStream;
import io.gramian.cuda.driver.Kernel;
import io.gramian.cuda.driver.MemoryTransfer;
import io.gramian.cuda.driver.PrimaryContext;
import io.gramian.op.Op;
import io.gramian.spi.Executor;
import io.gramian.spi.MemoryAccess;
import io.gramian.spi.OpTable;
import io.gramian.spi.Shard;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** A GPU or the emulated device, by its primary context. */
public final class CudaDevice extends Device implements RawDevice {
  private final String backend;
  private final PrimaryContext context;
  private final KernelModules modules;
  private final OpTable ops;
  private final Place place;
  private final OpenHandles handles;
  private volatile ChunkLimits chunkLimits = ChunkLimits.DEFAULT;
  private final CudaStream defaultStream = CudaStream.wrap(this, DriverStream.DEFAULT);
  private final MemoryAccess foreignAccess = access(() -> false);

  private CudaDevice(String backend, PrimaryContext context, KernelImages images, OpTable ops) {
    this.backend = backend;
    this.context = context;
    this.modules = new KernelModules(context, images);
    this.ops = ops;
    this.place = new Place(backend, context.device().ordinal());
    this.handles = new OpenHandles(toString());
  }

  /** Opens a device of a driver. */
  public static CudaDevice open(
      String backend, Driver driver, DeviceInfo info, KernelImages images, OpTable ops) {
    return new CudaDevice(backend, PrimaryContext.retain(driver, info), images, ops);
  }

  @Override
  public String backend() {
    return backend;
  }

  @Override
  public String name() {
    return context.device().name() + ", compute capability " + context.device().capability();
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public Accuracy accuracy(DType inputs) {
    return switch (ParameterException.requireNonNull(inputs, "an element type")) {
      case F32 -> new Accuracy(1e-5, 1e-4);
      case BF16, F16 -> new Accuracy(1e-4, 5e-3);
      case F64, I32 -> throw notTaken(inputs);
    };
  }

  @Override
  public DType resultType() {
    return DType.F32;
  }

  @Override
  public Set<Class<? extends Op>> supportedOps() {
    return ops.ops();
  }

  @Override
  public Tensor allocate(TensorSpec spec) {
    ParameterException.requireNonNull(spec, "a spec");
    long bytes = spec.spanBytes();
    if (bytes == 0) {
      handles.requireOpen();
      return tensor(spec, MemorySegment.NULL, foreignAccess, null);
    }
    handles.acquire(OpenHandles.Kind.TENSOR);
    try {
      DeviceMemory memory = DeviceMemory.allocate(context, bytes);
      return tensor(
          spec,
          MemorySegment.ofAddress(memory.address()),
          access(memory::isClosed),
          () -> release(OpenHandles.Kind.TENSOR, memory::close));
    } catch (RuntimeException | Error e) {
      handles.release(OpenHandles.Kind.TENSOR);
      throw e;
    }
  }

  @Override
  public Tensor wrap(long address, TensorSpec spec) {
    ParameterException.requireNonNull(spec, "a spec");
    handles.requireOpen();
    if (address == 0 && spec.spanBytes() > 0) {
      throw new ParameterException("expected the device address of " + spec + ", got null");
    }
    return tensor(spec, MemorySegment.ofAddress(address), foreignAccess, null);
  }

  @Override
  public Stream defaultStream() {
    return defaultStream;
  }

  @Override
  public Stream newStream() {
    handles.acquire(OpenHandles.Kind.STREAM);
    try {
      return CudaStream.owning(this, DriverStream.create(context));
    } catch (RuntimeException | Error e) {
      handles.release(OpenHandles.Kind.STREAM);
      throw e;
    }
  }

  @Override
  public Stream wrapStream(long handle) {
    handles.requireOpen();
    return CudaStream.wrap(this, handle);
  }

  @Override
  public Timer newTimer() {
    handles.acquire(OpenHandles.Kind.TIMER);
    try {
      return CudaTimer.create(this);
    } catch (RuntimeException | Error e) {
      handles.release(OpenHandles.Kind.TIMER);
      throw e;
    }
  }

  @Override
  public void copy(Stream stream, long from, long to, long bytes) {
    onStream(stream, handle -> MemoryTransfer.copyAsync(context, from, to, bytes, handle));
  }

  @Override
  public void fill(Stream stream, long address, byte value, long bytes) {
    onStream(stream, handle -> MemoryTransfer.fillAsync(context, address, value, bytes, handle));
  }

  @Override
  public long freeBytes() {
    handles.acquire(OpenHandles.Kind.CALL);
    try {
      return DeviceMemory.freeBytes(context);
    } finally {
      handles.release(OpenHandles.Kind.CALL);
    }
  }

  @Override
  public EmptyKernel emptyKernel() {
    handles.requireOpen();
    return NullKernel.load(this);
  }

  @Override
  protected Executor executor(Op op, Specs inputs, Specs outputs, PlanOptions options) {
    return opened(() -> ops.executor(this, op, inputs, outputs, options));
  }

  @Override
  protected boolean divides(Op op) {
    return ops.divides(op);
  }

  @Override
  protected Executor dividedExecutor(
      Op op, Specs inputs, Specs outputs, PlanOptions options, Shard shard) {
    return opened(() -> ops.dividedExecutor(this, op, inputs, outputs, options, shard));
  }

  /** An executor that counts as an open plan until it is closed. */
  private Executor opened(Supplier<Executor> maker) {
    handles.acquire(OpenHandles.Kind.PLAN);
    try {
      return maker.get();
    } catch (RuntimeException | Error e) {
      handles.release(OpenHandles.Kind.PLAN);
      throw e;
    }
  }

  /** Waits for what runs, unloads the kernels and releases the context. */
  @Override
  public void close() {
    if (handles.close()) {
      try {
        context.await();
        modules.close();
      } finally {
        context.close();
      }
    }
  }

  /** The context and the properties of the device. */
  public PrimaryContext context() {
    return context;
  }

  /** What bounds chunks of pairs in plans to come. */
  public ChunkLimits chunkLimits() {
    return chunkLimits;
  }

  /** Plans to come have chunks of another size. */
  public void chunkLimits(ChunkLimits limits) {
    chunkLimits = limits;
  }

  /** A kernel of an op's image. */
  public Kernel kernel(String op, String name) {
    return modules.kernel(op, name);
  }

  /** A kernel. */
  public Kernel kernel(KernelSpec<?> spec) {
    return modules.kernel(spec.image(), spec.name());
  }

  /** Waits for a stream. */
  void synchronize(long stream) {
    call(() -> DriverStream.synchronize(context, stream));
  }

  /** Frees something that was counted as open. */
  void release(OpenHandles.Kind kind, Runnable free) {
    try {
      free.run();
    } finally {
      handles.release(kind);
    }
  }

  private MemoryAccess access(BooleanSupplier freed) {
    return new MemoryAccess() {
      @Override
      public void read(long address, MemorySegment host) {
        call(
            () -> {
              requireAllocated(freed);
              MemoryTransfer.read(context, address, host);
            });
      }

      @Override
      public void write(MemorySegment host, long address) {
        call(
            () -> {
              requireAllocated(freed);
              MemoryTransfer.write(context, host, address);
            });
      }
    };
  }

  @Override
  protected void requireUsable(Stream stream) {
    handles.requireOpen();
    CudaStream.requireOpen(this, stream);
  }

  /** Calls the driver; the device is not closed meanwhile. */
  private void call(Runnable work) {
    handles.acquire(OpenHandles.Kind.CALL);
    try {
      work.run();
    } finally {
      handles.release(OpenHandles.Kind.CALL);
    }
  }

  /** Enqueues work; neither device nor stream is closed meanwhile. */
  private void onStream(Stream stream, LongConsumer work) {
    call(
        () -> {
          CudaStream used = CudaStream.use(this, stream);
          try {
            work.accept(used.handle());
          } finally {
            used.endUse();
          }
        });
  }

  private void requireAllocated(BooleanSupplier freed) {
    if (freed.getAsBoolean()) {
      throw new ClosedException("the memory of a tensor on " + place + " has been freed");
    }
  }
}
