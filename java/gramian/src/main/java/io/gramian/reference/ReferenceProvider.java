package io.gramian.reference;

import io.gramian.Accuracy;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.ParameterException;
import io.gramian.host.HostDevice;
import io.gramian.reference.op.ReferenceOps;
import io.gramian.spi.BackendProvider;
import java.util.List;

/** Finds the reference backend, which is always there. */
public final class ReferenceProvider implements BackendProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ReferenceProvider() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int preference() {
    return 0;
  }

  @Override
  public String unavailableReason() {
    return null;
  }

  @Override
  public List<String> describe() {
    return List.of("float64 in plain Java, one thread");
  }

  @Override
  public Device open(DeviceOptions options) {
    return new ReferenceDevice();
  }

  private static final class ReferenceDevice extends HostDevice {
    ReferenceDevice() {
      super("reference", "float64 in plain Java", ReferenceOps.TABLE);
    }

    @Override
    public Accuracy accuracy(DType inputs) {
      if (!ParameterException.requireNonNull(inputs, "an element type").isFloating()) {
        throw notTaken(inputs);
      }
      return new Accuracy(1e-10, 1e-9);
    }

    @Override
    public DType resultType() {
      return DType.F64;
    }
  }
}
