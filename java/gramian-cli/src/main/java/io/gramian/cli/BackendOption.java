package io.gramian.cli;

import io.gramian.Backend;
import io.gramian.Device;
import io.gramian.op.Op;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code --backend}, shared by the commands that compute. */
public final class BackendOption {
  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = Backend.AUTO,
      description = "auto (the best there is), cuda, cpu, reference or emulated; default: auto.")
  private String backend;

  /** For picocli. */
  public BackendOption() {}

  /**
   * Opens the device.
   *
   * @return the device; close it after use
   */
  public Device open() {
    return Device.open(backend);
  }

  /**
   * Opens the device for certain ops: {@code auto} takes the best backend that implements them all,
   * a backend asked for by name is taken as it is.
   *
   * @param ops what will be run
   * @return the device; close it after use
   */
  public Device openFor(List<Class<? extends Op>> ops) {
    return backend.equals(Backend.AUTO) ? Device.openFor(ops) : open();
  }
}
