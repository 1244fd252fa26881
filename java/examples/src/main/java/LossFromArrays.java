// GRAM's loss and its gradients in a training loop that owns float arrays. No GPU is needed.
//
// Maven:  io.gramian:gramian:0.1.0-SNAPSHOT
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Run:    java FLAGS -cp 'lib/*' LossFromArrays.java

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import java.util.Random;

/** Pulls the three vectors of each sample together; they stand for the output of a model. */
public final class LossFromArrays {
  private static final int BATCH = 128;
  private static final int DIMENSION = 64;
  private static final int STEPS = 50;
  private static final float LEARNING_RATE = 0.2f;

  public static void main(String[] args) {
    float[] words = random(1);
    float[] pictures = random(2);
    float[] sounds = random(3);
    TensorSpec rows = TensorSpec.of(DType.F32, BATCH, DIMENSION);
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.07);

    // What is allocated and planned once serves all steps.
    try (Device device = Device.open("auto");
        Tensor anchor = device.allocate(rows);
        Tensor modality1 = device.allocate(rows);
        Tensor modality2 = device.allocate(rows);
        Tensor loss = device.allocate(TensorSpec.of(DType.F32));
        Tensor gradAnchor = device.allocate(rows);
        Tensor gradModality1 = device.allocate(rows);
        Tensor gradModality2 = device.allocate(rows)) {
      Bindings inputs =
          Bindings.of("anchor", anchor).with("modality1", modality1).with("modality2", modality2);
      // A gradient that is left out is not computed.
      Bindings outputs =
          Bindings.of("loss", loss)
              .with("grad_anchor", gradAnchor)
              .with("grad_modality1", gradModality1)
              .with("grad_modality2", gradModality2);
      System.out.println("device: " + device);
      try (Plan plan = gram.plan(device, inputs, outputs)) {
        for (int step = 0; step <= STEPS; step++) {
          anchor.copyFrom(words);
          modality1.copyFrom(pictures);
          modality2.copyFrom(sounds);
          plan.run(inputs, outputs);
          if (step % 10 == 0) {
            System.out.printf("step %d: loss %.4f%n", step, loss.item());
          }
          // A model would be given these gradients; here they move the vectors themselves.
          descend(words, gradAnchor.toFloats());
          descend(pictures, gradModality1.toFloats());
          descend(sounds, gradModality2.toFloats());
        }
      }
    }
  }

  private static void descend(float[] values, float[] gradient) {
    for (int i = 0; i < values.length; i++) {
      values[i] -= LEARNING_RATE * gradient[i];
    }
  }

  /** Rows of about unit length; the loss makes them exactly so. */
  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[BATCH * DIMENSION];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(DIMENSION));
    }
    return values;
  }
}
