// GRAM's loss and its gradients in a training loop that owns float arrays. No GPU is needed.
//
// Maven:  io.gramian:gramian:0.1.0-SNAPSHOT
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Run:    java FLAGS -cp 'lib/*' LossFromArrays.java

import static io.gramian.op.Names.ANCHOR;
import static io.gramian.op.Names.modality;

import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.HostPlan;
import io.gramian.Tensor;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
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
    Contrastive gram = new Contrastive(Similarity.volume()).temperature(0.07);
    // Views of the arrays: each run reads what they hold then.
    Bindings batch = Modalities.rows(DIMENSION, words, pictures, sounds);

    // What is allocated and planned once serves all steps.
    try (Device device = Device.open("auto");
        HostPlan plan = gram.hostPlan(device, batch)) {
      System.out.println("device: " + device);
      for (int step = 0; step <= STEPS; step++) {
        Bindings result = plan.run();
        if (step % 10 == 0) {
          System.out.printf("step %d: loss %.4f%n", step, result.loss());
        }
        // A model would be given these gradients; here they move the vectors themselves.
        descend(words, result.gradient(ANCHOR));
        descend(pictures, result.gradient(modality(1)));
        descend(sounds, result.gradient(modality(2)));
      }
    }
  }

  private static void descend(float[] values, Tensor gradient) {
    float[] by = gradient.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] -= LEARNING_RATE * by[i];
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
