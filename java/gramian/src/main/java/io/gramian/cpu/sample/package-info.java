/** The k vectors of each sample. */
package io.gramian.cpu.sample;
