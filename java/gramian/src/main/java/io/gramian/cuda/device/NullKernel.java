package io.gramian.cuda.device;

import io.gramian.Stream;
import io.gramian.cuda.driver.DriverModule;
import io.gramian.cuda.driver.Launch;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A kernel that does nothing, compiled by the driver from PTX that any of its devices takes. */
final class NullKernel implements RawDevice.EmptyKernel {
  private static final String NAME = "gramian_empty";

  /** Ends in the zero that the driver wants. */
  private static final String PTX =
      """
      .version 7.0
      .target sm_80
      .address_size 64
      .visible .entry gramian_empty(.param .align 8 .b8 arguments[64])
      {
        ret;
      }
      \0\
      """;

  private final CudaDevice device;
  private final DriverModule module;
  private final Launch launch;

  private NullKernel(CudaDevice device, DriverModule module) {
    this.device = device;
    this.module = module;
    this.launch = new Launch(module.kernel(NAME), 1, 0, (long) ARGUMENTS * Long.BYTES);
  }

  static NullKernel load(CudaDevice device) {
    return new NullKernel(device, DriverModule.compile(device.context(), "empty kernel", text()));
  }

  private static byte[] text() {
    return PTX.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public synchronized void enqueue(Stream stream) {
    CudaStream used = CudaStream.use(device, stream);
    try {
      launch.enqueue(used.handle(), 1, 1, 1);
    } finally {
      used.endUse();
    }
  }

  @Override
  public synchronized void enqueue(Stream stream, long[] arguments) {
    for (int i = 0; i < ARGUMENTS; i++) {
      launch.parameter().set(ValueLayout.JAVA_LONG, (long) i * Long.BYTES, arguments[i]);
    }
    enqueue(stream);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte[] image() {
    return text();
  }

  @Override
  public synchronized void close() {
    launch.close();
    module.close();
  }
}
