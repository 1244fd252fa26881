/** Ops over all index tuples (i_1, .., i_N) of N modalities. */
package io.gramian.cuda.nway;
