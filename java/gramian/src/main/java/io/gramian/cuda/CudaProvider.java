package io.gramian.cuda;

import io.gramian.cuda.device.GpuImages;
import io.gramian.cuda.device.KernelImages;
import io.gramian.cuda.driver.Driver;
import io.gramian.cuda.driver.DriverLibrary;
import io.gramian.cuda.driver.DriverUnavailableException;

/** Finds the NVIDIA GPUs of this machine. */
public final class CudaProvider extends DriverBackend {
  /** For {@link java.util.ServiceLoader}. */
  public CudaProvider() {}

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public int preference() {
    return 100;
  }

  @Override
  Driver loadDriver() throws DriverUnavailableException {
    return Driver.initialize(DriverLibrary.loadInstalled());
  }

  @Override
  KernelImages images() {
    return GpuImages.installed();
  }

  @Override
  String kernelsHint() {
    return "the jar gramian-kernels is not on the class path";
  }
}
