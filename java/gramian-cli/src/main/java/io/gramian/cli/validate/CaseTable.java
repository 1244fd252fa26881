package io.gramian.cli.validate;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The makers of inputs for every op, by its name. A new op is one entry more. */
public final class CaseTable {
  private static final Map<String, CaseFamily> FAMILIES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("gram", new VectorCases("gram", "gram")),
              Map.entry("logdet", new VectorCases("logdet", "logdet")),
              Map.entry("volume", new VectorCases("volume", "volume")),
              Map.entry("similarity", new SimilarityCases()),
              Map.entry("contrastive", new ContrastiveCases()),
              Map.entry("nway", new NwayCases()),
              Map.entry("topk", new TopKCases()),
              Map.entry("sample-negatives", new SampleNegativesCases()),
              Map.entry("matching", new MatchingCases()),
              Map.entry("semantic-density", new SetPairCases("semantic-density")),
              Map.entry("mmd", new SetPairCases("mmd")),
              Map.entry("nt-xent", new ViewCases()),
              Map.entry("clip-matched", new ClipMatchedCases()),
              Map.entry("set-clip", new SetClipCases()),
              Map.entry("pointcloud-embed", new PointCloudEmbedCases()),
              Map.entry("pointcloud-similarity", new PointCloudPairCases("pointcloud-similarity")),
              Map.entry(
                  "pointcloud-contrastive", new PointCloudPairCases("pointcloud-contrastive"))));

  private CaseTable() {}

  /**
   * The ops that have cases.
   *
   * @return their names, sorted
   */
  public static Set<String> ops() {
    return FAMILIES.keySet();
  }

  /**
   * The cases of an op.
   *
   * @param op its name
   * @return the family, or null where there is none
   */
  public static CaseFamily family(String op) {
    return FAMILIES.get(op);
  }
}
