/** Tests of the emulated CUDA device through its driver API. */
package io.gramian.emulated;
