/**
 * The ops: immutable records of parameters that know their tensors.
 *
 * <p>{@link io.gramian.op.Ops#all} lists them. Each has the defaults of its paper and, for each
 * parameter, a method that makes a copy with another value. One that streams over all pairs, with a
 * score of {@link io.gramian.op.Similarity}:
 *
 * {@snippet file="RetrieveWithTopK.java"}
 *
 * <p>What is a {@link io.gramian.op.Loss} gives its gradients by all inputs besides.
 */
package io.gramian.op;
