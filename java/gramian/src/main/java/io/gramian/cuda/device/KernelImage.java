package io.gramian.cuda.device;

import io.gramian.cuda.driver.DriverModule;
import io.gramian.cuda.driver.PrimaryContext;

/**
 * Compiled kernels of one op.
 *
 * @param folder where they are
 * @param file which file
 * @param target what they are compiled for, for instance {@code sm_80}
 */
public record KernelImage(ResourceFolder folder, String file, String target) {
  /** What PTX is named. */
  static final String PTX = ".ptx";

  /** Its bytes. */
  byte[] read() {
    return folder.read(file);
  }

  /** Reads the image and loads it into a context. */
  DriverModule load(PrimaryContext context) {
    byte[] bytes = read();
    return file.endsWith(PTX)
        ? DriverModule.compile(context, folder.describe(file), bytes)
        : DriverModule.load(context, folder.describe(file), bytes);
  }
}
