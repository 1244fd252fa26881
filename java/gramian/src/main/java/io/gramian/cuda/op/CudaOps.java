package io.gramian.cuda.op;

import io.gramian.cuda.device.CudaDevice;
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

/** The ops that the CUDA backend implements. */
public final class CudaOps {
  /** How an executor of each op is made. */
  public static final OpTable TABLE =
      OpTable.builder(CudaDevice.class)
          .add(Gram.class, GramCuda::executor)
          .add(LogDet.class, LogDetCuda::executor)
          .add(Volume.class, VolumeCuda::executor)
          .add(Matching.class, MatchingCuda::new)
          .add(Nway.class, NwayCuda::executor)
          .add(Contrastive.class, ContrastiveCuda::executor)
          .divide(Contrastive.class, ContrastiveCuda::executor)
          .add(SimilarityMatrix.class, SimilarityMatrixCuda::new)
          .add(TopK.class, TopKCuda::new)
          .add(SampleNegatives.class, SampleNegativesCuda::new)
          .add(NtXent.class, NtXentCuda::executor)
          .add(ClipMatched.class, ClipMatchedCuda::executor)
          .add(PointCloudEmbed.class, PointCloudEmbedCuda::new)
          .add(PointCloudSimilarity.class, PointCloudSimilarityCuda::new)
          .add(PointCloudContrastive.class, PointCloudContrastiveCuda::new)
          .add(Mmd.class, MmdCuda::new)
          .add(SemanticDensity.class, SemanticDensityCuda::new)
          .add(SetClip.class, SetClipCuda::new)
          .add(Uniformity.class, UniformityCuda::new)
          .add(Principal.class, PrincipalCuda::new)
          .build();

  /** The images of their kernels. */
  private CudaOps() {}
}
