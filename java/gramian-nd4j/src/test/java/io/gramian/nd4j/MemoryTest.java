package io.gramian.nd4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.Device;
import io.gramian.op.Contrastive;
import io.gramian.op.Similarity;
import io.gramian.testing.NativeMemory;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Training leaves no native memory behind. */
final class MemoryTest {
  private static final int BATCH = 64;
  private static final int FEATURES = 16;
  private static final int D = 32;

  /** The smallest model, since SameDiff takes its time for each op of a graph. */
  @Test
  void tenThousandStepsLeaveNothingBehind() {
    Natives.require();
    assumeTrue(NativeMemory.isShown(), "this system shows no memory");
    try (Device device = Device.open("cpu");
        Nd4jBridge bridge = new Nd4jBridge(device)) {
      SameDiff sd = SameDiff.create();
      SDVariable x = sd.placeHolder("x", DataType.FLOAT, BATCH, FEATURES);
      SDVariable y = sd.placeHolder("y", DataType.FLOAT, BATCH, D);
      SDVariable w = sd.var("w", ThreeHeads.normal(1, FEATURES, D, 0.5));
      Contrastive volume = new Contrastive(Similarity.volume());
      SDVariable loss = SameDiffLoss.contrastive(bridge, "gram", volume, x.mmul(w), y);
      sd.setTrainingConfig(
          new TrainingConfig.Builder()
              .minimize(loss.name())
              .updater(new Sgd(1e-4))
              .dataSetFeatureMapping("x", "y")
              .markLabelsUnused()
              .build());
      INDArray[] features = {
        ThreeHeads.normal(2, BATCH, FEATURES, 1), ThreeHeads.normal(3, BATCH, D, 1)
      };
      MultiDataSet batch = new MultiDataSet(features, null);
      NativeMemory.assertSteady(BATCH * D * Float.BYTES, _ -> sd.fit(batch));
    }
  }
}
