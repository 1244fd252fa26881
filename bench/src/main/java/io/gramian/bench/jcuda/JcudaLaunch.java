package io.gramian.bench.jcuda;

import io.gramian.Device;
import io.gramian.bench.peers.Launch;
import io.gramian.cuda.device.RawDevice;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** The kernel that does nothing, launched by jcuda on the thread that made this. */
public final class JcudaLaunch implements Launch {
  /** Name of this side. */
  public static final String KEY = "jcuda";

  private final int ordinal;
  private final CUmodule module = new CUmodule();
  private final CUfunction function = new CUfunction();
  private final long[] arguments = new long[RawDevice.EmptyKernel.ARGUMENTS];
  private final Pointer parameters = Pointer.to(Pointer.to(arguments));
  private final boolean writesArguments;

  /**
   * Loads the image of the kernel a second time.
   *
   * @param writesArguments whether the arguments are written before each call
   */
  public JcudaLaunch(Device device, boolean writesArguments) {
    this.ordinal = device.place().ordinal();
    this.writesArguments = writesArguments;
    Jcuda.enterPrimaryContext(ordinal);
    try (RawDevice.EmptyKernel kernel = ((RawDevice) device).emptyKernel()) {
      JCudaDriver.cuModuleLoadData(module, kernel.image());
      JCudaDriver.cuModuleGetFunction(function, module, kernel.name());
    }
  }

  @Override
  public void enqueue() {
    if (writesArguments) {
      long first = arguments[0] + 1;
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = first;
      }
    }
    JCudaDriver.cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, null, parameters, null);
  }

  @Override
  public void synchronize() {
    JCudaDriver.cuCtxSynchronize();
  }

  @Override
  public void close() {
    JCudaDriver.cuModuleUnload(module);
    Jcuda.leavePrimaryContext(ordinal);
  }
}
