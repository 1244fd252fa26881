/** Ops over a batch that ranks share: what they exchange, and when. Not for programs. */
package io.gramian.rank;
