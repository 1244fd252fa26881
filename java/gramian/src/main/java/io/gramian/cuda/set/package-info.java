/** Distributions as sets of points: centred sets, their spread, and the gradients of points. */
package io.gramian.cuda.set;
