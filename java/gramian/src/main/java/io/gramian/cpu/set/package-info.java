/** Sets of vectors as distributions: kernel sums, densities, their spread. */
package io.gramian.cpu.set;
