package io.gramian.emoji.heads;

/**
 * The samples of a batch by feature: those of feature {@code present[f]} are the entries from
 * {@code begins[f]} to {@code begins[f + 1]}, in the order of the batch.
 *
 * @param present the features that any sample has, ascending
 * @param begins one more than features
 * @param samples places in the batch
 * @param values of the feature in the sample
 */
record FeatureLists(int[] present, int[] begins, int[] samples, float[] values) {
  /** The lists of a batch. */
  static FeatureLists of(Features.Sparse features, int[] batch) {
    int[] counts = new int[features.width()];
    int entries = 0;
    for (int sample : batch) {
      for (int feature : features.indices()[sample]) {
        counts[feature]++;
        entries++;
      }
    }
    int found = 0;
    for (int count : counts) {
      found += count > 0 ? 1 : 0;
    }
    int[] present = new int[found];
    int[] begins = new int[found + 1];
    int[] next = new int[features.width()];
    int at = 0;
    for (int feature = 0; feature < counts.length; feature++) {
      if (counts[feature] > 0) {
        present[at] = feature;
        next[feature] = begins[at];
        begins[at + 1] = begins[at] + counts[feature];
        at++;
      }
    }
    int[] samples = new int[entries];
    float[] values = new float[entries];
    for (int i = 0; i < batch.length; i++) {
      int[] index = features.indices()[batch[i]];
      float[] value = features.values()[batch[i]];
      for (int p = 0; p < index.length; p++) {
        int to = next[index[p]]++;
        samples[to] = i;
        values[to] = value[p];
      }
    }
    return new FeatureLists(present, begins, samples, values);
  }
}
