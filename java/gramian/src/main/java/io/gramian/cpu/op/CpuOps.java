package io.gramian.cpu.op;

import io.gramian.cpu.device.CpuDevice;
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
public final class CpuOps {
  public static final OpTable TABLE =
      OpTable.builder(CpuDevice.class)
          .add(Contrastive.class, ContrastiveCpu::of)
          .divide(Contrastive.class, ContrastiveCpu::of)
          .add(Matching.class, MatchingCpu::new)
          .add(Nway.class, NwayCpu::of)
          .add(PointCloudContrastive.class, PointCloudContrastiveCpu::new)
          .add(PointCloudEmbed.class, PointCloudEmbedCpu::new)
          .add(PointCloudSimilarity.class, PointCloudSimilarityCpu::new)
          .add(SampleNegatives.class, SampleNegativesCpu::new)
          .add(SimilarityMatrix.class, SimilarityMatrixCpu::of)
          .add(TopK.class, TopKCpu::new)
          .add(ClipMatched.class, ClipMatchedCpu::new)
          .add(Mmd.class, MmdCpu::new)
          .add(Principal.class, PrincipalCpu::new)
          .add(Uniformity.class, UniformityCpu::new)
          .add(NtXent.class, NtXentCpu::new)
          .add(SemanticDensity.class, SemanticDensityCpu::new)
          .add(SetClip.class, SetClipCpu::new)
          .add(Gram.class, GramCpu::new)
          .add(LogDet.class, LogDetCpu::new)
          .add(Volume.class, VolumeCpu::new)
          .build();

  private CpuOps() {}
}
