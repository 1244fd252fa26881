/** Textbook mathematics on float64 arrays: scores and objectives as functors, and what they use. */
package io.gramian.reference.math;
