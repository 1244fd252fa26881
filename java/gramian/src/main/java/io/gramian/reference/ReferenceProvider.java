package io.gramian.reference;

import io.gramian.Accuracy;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.host.HostDevice;
import io.gramian.op.ClipMatched;
import io.gramian.op.Contrastive;
import io.gramian.op.Gram;
import io.gramian.op.LogDet;
import io.gramian.op.Matching;
import io.gramian.op.Mmd;
import io.gramian.op.NtXent;
import io.gramian.op.Nway;
import io.gramian.op.PointCloudContrastive;
import io.gramian.op.PointCloudEmbed;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.SampleNegatives;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.TopK;
import io.gramian.op.Volume;
import io.gramian.spi.BackendProvider;
import io.gramian.spi.OpTable;
import java.util.List;

/** Finds the reference backend, which is always there. */
public final class ReferenceProvider implements BackendProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ReferenceProvider() {}

  private static final OpTable OPS =
      OpTable.builder(ReferenceDevice.class)
          .add(Gram.class, GramReference::new)
          .add(LogDet.class, LogDetReference::new)
          .add(Volume.class, VolumeReference::new)
          .add(SimilarityMatrix.class, SimilarityMatrixReference::new)
          .add(Contrastive.class, ContrastiveReference::new)
          .add(Nway.class, NwayReference::new)
          .add(TopK.class, TopKReference::new)
          .add(SampleNegatives.class, SampleNegativesReference::new)
          .add(Matching.class, MatchingReference::new)
          .add(SemanticDensity.class, SemanticDensityReference::new)
          .add(Mmd.class, MmdReference::new)
          .add(NtXent.class, NtXentReference::new)
          .add(ClipMatched.class, ClipMatchedReference::new)
          .add(SetClip.class, SetClipReference::new)
          .add(PointCloudEmbed.class, PointCloudEmbedReference::new)
          .add(PointCloudSimilarity.class, PointCloudSimilarityReference::new)
          .add(PointCloudContrastive.class, PointCloudContrastiveReference::new)
          .build();

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
      super("reference", "float64 in plain Java", OPS);
    }

    @Override
    public Accuracy accuracy(DType inputs) {
      if (!inputs.isFloating()) {
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
