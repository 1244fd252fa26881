package io.gramian.cuda.driver;

/** A stream that we made. */
public final class DriverStream implements AutoCloseable {
  /** The default stream of the context. */
  public static final long DEFAULT = 0;

  private static final int WAITS_FOR_DEFAULT = 0;

  private final PrimaryContext context;
  private final long handle;
  private boolean closed;

  private DriverStream(PrimaryContext context, long handle) {
    this.context = context;
    this.handle = handle;
  }

  /** Makes a stream whose work and that of the default stream wait for one another. */
  public static DriverStream create(PrimaryContext context) {
    Driver driver = context.driver();
    long handle =
        context.create(
            "cuStreamCreate", out -> driver.cuStreamCreate(out, WAITS_FOR_DEFAULT), () -> "");
    return new DriverStream(context, handle);
  }

  /** Waits for the work of any stream of the context. */
  public static void synchronize(PrimaryContext context, long handle) {
    context.call("cuStreamSynchronize", () -> context.driver().cuStreamSynchronize(handle));
  }

  /** The {@code CUstream}. */
  public long handle() {
    return handle;
  }

  /** Gives the stream back once its work is done, without waiting; nothing a second time. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    context.destroy("cuStreamDestroy_v2", () -> context.driver().cuStreamDestroy(handle));
  }
}
