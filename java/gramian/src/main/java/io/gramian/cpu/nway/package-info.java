/** Index tuples of N modalities: all combinations of their rows. */
package io.gramian.cpu.nway;
