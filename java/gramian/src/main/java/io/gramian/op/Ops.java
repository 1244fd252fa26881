package io.gramian.op;

import io.gramian.ParameterException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** All ops by name. */
public final class Ops {
  private static final Map<String, Function<Parameters, Op>> PARSERS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("gram", Gram::parse),
              Map.entry("logdet", LogDet::parse),
              Map.entry("volume", Volume::parse),
              Map.entry("similarity", SimilarityMatrix::parse),
              Map.entry("contrastive", Contrastive::parse),
              Map.entry("nway", Nway::parse),
              Map.entry("topk", TopK::parse),
              Map.entry("sample-negatives", SampleNegatives::parse),
              Map.entry("matching", Matching::parse),
              Map.entry("semantic-density", SemanticDensity::parse),
              Map.entry("mmd", Mmd::parse),
              Map.entry("nt-xent", NtXent::parse),
              Map.entry("clip-matched", ClipMatched::parse),
              Map.entry("set-clip", SetClip::parse),
              Map.entry("pointcloud-embed", PointCloudEmbed::parse),
              Map.entry("pointcloud-similarity", PointCloudSimilarity::parse),
              Map.entry("pointcloud-contrastive", PointCloudContrastive::parse)));

  private Ops() {}

  /** The names of all ops, sorted. */
  public static Set<String> names() {
    return PARSERS.keySet();
  }

  /**
   * An op by name; parameters left out have the defaults of its paper.
   *
   * @throws ParameterException if the op or a parameter is unknown or out of range
   */
  public static Op of(String name, Map<String, ?> parameters) {
    Function<Parameters, Op> parser = PARSERS.get(name);
    if (parser == null) {
      throw new ParameterException("unknown op '" + name + "'; expected one of " + names());
    }
    Parameters values = new Parameters(name, parameters);
    Op op = parser.apply(values);
    values.rejectUnknown();
    return op;
  }
}
