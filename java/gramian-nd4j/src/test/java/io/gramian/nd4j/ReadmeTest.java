package io.gramian.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.Device;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.testing.Snippets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/** The code of the README, run; the README has it word by word. */
final class ReadmeTest {
  @Test
  void trains() {
    Natives.require();
    INDArray texts = ThreeHeads.normal(1, 32, 20, 1);
    INDArray images = ThreeHeads.normal(2, 32, 20, 1);
    INDArray sounds = ThreeHeads.normal(3, 32, 20, 1);
    List<Double> losses = new ArrayList<>();

    // readme:begin
    try (Device device = Device.open("cpu");
        Nd4jBridge bridge = new Nd4jBridge(device)) {
      SameDiff sd = SameDiff.create();
      SDVariable text = sd.placeHolder("text", DataType.FLOAT, -1, 20);
      SDVariable image = sd.placeHolder("image", DataType.FLOAT, -1, 20);
      SDVariable sound = sd.placeHolder("sound", DataType.FLOAT, -1, 20);
      SDVariable gram =
          SameDiffLoss.contrastive(
              bridge,
              "gram",
              new Contrastive(Similarity.volume()),
              head(sd, text, 1),
              head(sd, image, 2),
              head(sd, sound, 3));
      sd.setTrainingConfig(
          new TrainingConfig.Builder()
              .minimize(gram.name())
              .updater(new Adam(0.01))
              .dataSetFeatureMapping("text", "image", "sound")
              .markLabelsUnused()
              .build());

      MultiDataSet batch = new MultiDataSet(new INDArray[] {texts, images, sounds}, null);
      Map<String, INDArray> placeholders = Map.of("text", texts, "image", images, "sound", sounds);
      for (int i = 0; i < 30; i++) {
        losses.add(sd.output(placeholders, "gram").get("gram").getDouble());
        sd.fit(batch);
      }
    }
    // readme:end

    assertThat(losses.getLast()).isLessThan(0.7 * losses.getFirst());
  }

  private static SDVariable head(SameDiff sd, SDVariable features, long seed) {
    return features.mmul(sd.var("weights" + seed, ThreeHeads.normal(seed, 20, 32, 0.2)));
  }

  @Test
  void isWhatTheReadmeShows() {
    Snippets.assertShown(
        Path.of("README.md"), Path.of("src/test/java/io/gramian/nd4j/ReadmeTest.java"));
  }
}
