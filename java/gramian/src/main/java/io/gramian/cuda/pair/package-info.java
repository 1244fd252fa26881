/**
 * The engine of all ops over pairs of anchors and tuples: scores, the objectives that they stream
 * into, and the passes back.
 */
package io.gramian.cuda.pair;
