// GRAM's loss of a batch, in a dozen lines. No GPU is needed.
//
// Maven:  io.gramian:gramian:0.1.0-SNAPSHOT
// Flags:  --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector
// Run:    java FLAGS -cp 'lib/*' FirstLoss.java

// readme:begin
import io.gramian.Bindings;
import io.gramian.Device;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Similarity;
import java.util.Random;

public final class FirstLoss {
  public static void main(String[] args) {
    float[][] rows = new float[3][128 * 64]; // of words, pictures and sounds: 128 vectors of 64
    Random random = new Random(1);
    for (float[] modality : rows) {
      for (int i = 0; i < modality.length; i++) {
        modality[i] = (float) random.nextGaussian();
      }
    }
    try (Device device = Device.open("auto")) {
      Bindings batch = Modalities.rows(64, rows[0], rows[1], rows[2]);
      Bindings result = new Contrastive(Similarity.volume()).lossAndGradients(device, batch);
      System.out.println("loss " + result.loss() + " on " + device);
    }
  }
}
// readme:end
