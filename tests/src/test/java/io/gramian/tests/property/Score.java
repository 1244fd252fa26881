package io.gramian.tests.property;

import io.gramian.op.Similarity;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;

/**
 * A similarity in properties that hold for all.
 *
 * @param similarity with its default parameters
 */
record Score(Similarity similarity) {
  private static final int MOST = 4;

  static final Score VOLUME = new Score(Similarity.volume());
  static final Score JGCS = new Score(Similarity.jgcs());
  static final Score MIP = new Score(Similarity.mip());

  /** Any similarity, where a property asks for one. */
  public static final class Any implements ArbitraryProvider {
    /** For the service loader. */
    public Any() {}

    @Override
    public boolean canProvideFor(TypeUsage type) {
      return type.isOfType(Score.class);
    }

    @Override
    public Set<Arbitrary<?>> provideFor(TypeUsage type, SubtypeProvider subtypes) {
      return Set.of(Arbitraries.of(Similarity.all().stream().map(Score::new).toList()));
    }
  }

  /** The nearest number of modalities beside the anchor that the similarity takes. */
  int fit(int modalities) {
    return Math.clamp(modalities, similarity.minTuple(), Math.min(MOST, similarity.maxTuple()));
  }

  @Override
  public String toString() {
    return similarity.label();
  }
}
