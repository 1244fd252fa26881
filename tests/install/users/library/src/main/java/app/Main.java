package app;

import io.gramian.Backend;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.dlpack.DLPack;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;

/** Computes a loss that is known on paper, and fails if anything is not as a user expects it. */
public final class Main {
  private Main() {}

  /** The argument says on which path this runs. */
  public static void main(String[] args) {
    boolean modular = Device.class.getModule().isNamed() && Main.class.getModule().isNamed();
    require(modular == args[0].equals("module path"), "not on the " + args[0]);
    for (Backend backend : Backend.all()) {
      // Looking for a driver needs native access.
      System.out.println(backend.name() + ": " + backend.details());
      require(!backend.details().toString().contains("denied"), backend.name());
    }
    for (String backend : new String[] {"reference", "cpu", "auto", "emulated"}) {
      try (Device device = Device.open(backend)) {
        double loss = loss(device);
        System.out.printf("%s, %s: loss %.6f%n", args[0], device.backend(), loss);
        require(Math.abs(loss - expected()) < 1e-6, backend + ": expected " + expected());
      }
    }
    shareMemory();
  }

  /** Anchor i and tuple i span no area, anchor i and the other tuple a unit square. */
  private static double loss(Device device) {
    float[] words = {1, 0, 0, 0, 2, 0};
    float[] pictures = {3, 0, 0, 0, 1, 0};
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.5).labelSmoothing(0.1);
    return gram.lossAndGradients(device, Modalities.rows(3, words, pictures)).loss();
  }

  private static double expected() {
    double match = 1 / (1 + Math.exp(-1 / 0.5));
    return -0.95 * Math.log(match) - 0.05 * Math.log(1 - match);
  }

  /** Structs of C go out and come back. */
  private static void shareMemory() {
    try (Device device = Device.open("cpu");
        Tensor tensor = device.allocate(TensorSpec.of(DType.F32, 4));
        Tensor view = DLPack.importTensor(device, DLPack.exportTensor(tensor))) {
      require(view.address() == tensor.address(), "DLPack copies");
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
