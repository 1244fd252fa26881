/** Ops of single samples: {@code gram}, {@code logdet}, {@code volume}. */
package io.gramian.cuda.sample;
