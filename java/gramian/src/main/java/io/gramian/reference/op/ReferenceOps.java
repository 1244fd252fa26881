package io.gramian.reference.op;

import io.gramian.Device;
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
import io.gramian.op.Principal;
import io.gramian.op.SampleNegatives;
import io.gramian.op.SemanticDensity;
import io.gramian.op.SetClip;
import io.gramian.op.SimilarityMatrix;
import io.gramian.op.TopK;
import io.gramian.op.Uniformity;
import io.gramian.op.Volume;
import io.gramian.spi.OpTable;

/** The ops of the backend. */
public final class ReferenceOps {
  public static final OpTable TABLE =
      OpTable.builder(Device.class)
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
          .add(Principal.class, PrincipalReference::new)
          .add(Uniformity.class, UniformityReference::new)
          .add(NtXent.class, NtXentReference::new)
          .add(ClipMatched.class, ClipMatchedReference::new)
          .add(SetClip.class, SetClipReference::new)
          .add(PointCloudEmbed.class, PointCloudEmbedReference::new)
          .add(PointCloudSimilarity.class, PointCloudSimilarityReference::new)
          .add(PointCloudContrastive.class, PointCloudContrastiveReference::new)
          .build();

  private ReferenceOps() {}
}
