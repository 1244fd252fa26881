package io.gramian.cuda;

import io.gramian.Stream;
import io.gramian.cuda.driver.DriverModule;
import io.gramian.cuda.driver.Launch;
import io.gramian.spi.RawDevice;
import java.nio.charset.StandardCharsets;

/** A kernel that does nothing, compiled by the driver from PTX that any of its devices takes. */
final class NullKernel implements RawDevice.EmptyKernel {
  private static final String NAME = "gramian_empty";

  private static final String PTX =
      """
      .version 7.0
      .target sm_80
      .address_size 64
      .visible .entry gramian_empty()
      {
        ret;
      }
      """;

  private final CudaDevice device;
  private final DriverModule module;
  private final Launch launch;

  private NullKernel(CudaDevice device, DriverModule module) {
    this.device = device;
    this.module = module;
    this.launch = new Launch(module.kernel(NAME), 1, 0, Long.BYTES);
  }

  static NullKernel load(CudaDevice device) {
    byte[] ptx = PTX.getBytes(StandardCharsets.US_ASCII);
    return new NullKernel(device, DriverModule.compile(device.context(), "empty kernel", ptx));
  }

  @Override
  public void enqueue(Stream stream) {
    launch.enqueue(CudaStream.handleFor(device, stream), 1, 1, 1);
  }

  @Override
  public void close() {
    launch.close();
    module.close();
  }
}
