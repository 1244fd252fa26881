package io.gramian.reference.math;

/**
 * A similarity as a function of the Gram matrix G of (m_1..m_n, a), the anchor last. Made for one
 * size k = n + 1; not thread-safe.
 */
public interface GramFunction {
  /**
   * The score of a matrix [k,k].
   *
   * @param absent which members are absent: their rows of G are those of the identity
   */
  double score(double[] gram, boolean[] absent);

  /**
   * The symmetric matrix P [k,k] with dscore = sum_ij P_ij dG_ij; rows of absent members are not
   * read.
   *
   * @param partials receives P
   */
  void partials(double[] gram, boolean[] absent, double[] partials);
}
