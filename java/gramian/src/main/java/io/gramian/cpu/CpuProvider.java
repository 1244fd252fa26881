package io.gramian.cpu;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.VectorUnit;
import io.gramian.cpu.op.CpuOps;
import io.gramian.spi.BackendProvider;
import java.util.List;

/** Finds the cpu backend, which is always there. */
public final class CpuProvider implements BackendProvider {
  /** For {@link java.util.ServiceLoader}. */
  public CpuProvider() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int preference() {
    return 50;
  }

  @Override
  public String unavailableReason() {
    return null;
  }

  @Override
  public List<String> describe() {
    return List.of(CpuDevice.describe());
  }

  @Override
  public Device open(DeviceOptions options) {
    return new CpuDevice(CpuOps.TABLE, VectorUnit.best(), options.threads());
  }
}
